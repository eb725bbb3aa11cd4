"""The end of a poll, told to other servers."""

from federation import activities
from server.effects import relay
from server.effects.context import Context
from server.effects.deliver import authored_here, readers_of
from server.effects.sending import at, send
from server.queries import audiences, watchers
from server.render import objects
from server.rules import events


async def closed(context: Context, event: events.PollClosed) -> None:
    """An Update with the result, as the count that everybody's server shows: for the readers of the post and for those
    who voted."""
    post = await authored_here(context, event.post_id)
    if post is None or post.poll is None:
        return
    obj = objects.as_object(post, context.origin, context.settings.proposal_form)
    sent = await send(
        context,
        activities.update(context.address(f"{post.id}-closed"), obj, at(event.at)),
        account_id=post.account.id,
        object_uri=post.uri,
        inboxes={**await readers_of(post), **await audiences.of_accounts(await watchers.voters(post.id))},
        post_id=post.id,
    )
    if sent is not None:
        await relay.through_topic(context, post, sent)
