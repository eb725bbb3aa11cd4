"""How a poll of ours stands, told to other servers: while it is open now and then, and at its end."""

from typing import Final

from federation import activities
from server.effects import relay
from server.effects.context import Context
from server.effects.deliver import authored_here, readers_of
from server.effects.sending import at, send
from server.queries import audiences, watchers
from server.render import objects
from server.rules.events.posts import PollClosed, PollCounted, PollVoted
from server.storage.unit import SCHEDULE, unit
from server.views.posts import PostView

EVERY: Final = 300_000  # ms between two counts of one poll, however many vote


async def voted(context: Context, event: PollVoted) -> None:
    """The new counts are told at the end of these five minutes, once for all who vote in them."""
    post = await authored_here(context, event.post_id)
    if post is None or post.poll is None or post.poll.expired or post.poll.hide_totals:
        return
    due = (context.clock() // EVERY + 1) * EVERY
    async with unit() as work:
        work.enqueue(
            SCHEDULE, f"counts:{post.id}:{due}", {"post_id": post.id, "at": due}, kind="tell_counts", run_at=due
        )


async def counted(context: Context, event: PollCounted) -> None:
    """The counts so far. What ended meanwhile has been told by its end."""
    post = await authored_here(context, event.post_id)
    if post is not None and post.poll is not None and not post.poll.expired:
        await tell(context, post, f"{post.id}-counts-{event.at}", event.at)


async def closed(context: Context, event: PollClosed) -> None:
    """The result, as the count that everybody's server shows."""
    post = await authored_here(context, event.post_id)
    if post is not None and post.poll is not None:
        await tell(context, post, f"{post.id}-closed", event.at)


async def tell(context: Context, post: PostView, name: str, moment: int) -> None:
    """An Update, for the readers of the post and for those who voted."""
    sent = await send(
        context,
        activities.update(
            context.address(name), objects.as_object(post, context.origin, context.settings.proposal_form), at(moment)
        ),
        account_id=post.account.id,
        object_uri=post.uri,
        inboxes={**await readers_of(post), **await audiences.of_accounts(await watchers.voters(post.id))},
        post_id=post.id,
    )
    if sent is not None:
        await relay.through_topic(context, post, sent)
