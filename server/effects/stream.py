"""Show it at once to whoever is looking. Nothing is rendered while nobody listens.

Here and in every other process of the instance: `shown` and `removed` tell them, and each does `show` and `remove` for
those who listen to it.
"""

import orjson

from server.effects.context import Context
from server.live.hub import CLOSED
from server.queries import filters, posts, timelines
from server.render.filters import sifted
from server.render.posts import as_status, status_json
from server.rules.events.moderation import PostHidden, PostRestored
from server.rules.events.people import AccountSuspended
from server.rules.events.posts import PollClosed, PostBoosted, PostDeleted, PostEdited, PostPublished, PostUnboosted
from server.rules.events.proposals import ProposalMoved
from server.views.posts import PostView
from server.views.viewer import VISITOR, Viewer


def listening(context: Context) -> list[int]:
    """The accounts whose home timeline somebody looks at right now."""
    return [int(channel.removeprefix("user:")) for channel in context.hub.channels("user:")]


async def home_of(context: Context, post: PostView) -> list[int]:
    """Of those who listen, whose home timeline this post belongs to: asked of the timeline itself, so that a stream
    shows nothing that the page would not."""
    return [account_id for account_id in listening(context) if await timelines.is_at_home(Viewer(account_id), post.id)]


async def shown(context: Context, post_id: int, event_name: str) -> None:
    context.hub.tell("shown", post_id, event_name)
    await show(context, post_id, event_name)


async def show(context: Context, post_id: int, event_name: str) -> None:
    """Send a post, new or changed, to every channel it belongs to."""
    if not any(context.hub.channels(prefix) for prefix in ("user:", "public", "hashtag:")):
        return
    said = await context.said(post_id)
    post = await posts.by_id(post_id, said.author) if said is not None else None
    if post is None:
        return
    for account_id in await home_of(context, post):
        viewer = Viewer(account_id)
        seen = await posts.by_id(post_id, viewer)
        if seen is not None:
            status = as_status(seen, context.origin)
            if sifted(await filters.all_of(viewer), account_id, status, "home"):
                context.hub.publish(f"user:{account_id}", event_name, orjson.dumps(status).decode())
    if post.visibility != "public" or post.account.limited:
        return
    channels = [f"hashtag:{tag.name}" for tag in post.tags]
    if post.reblog is None and not post.in_reply_to_uri:
        channels += ["public", "public:local" if post.local else "public:remote"]
    if post.local:
        channels += [f"hashtag:local:{tag.name}" for tag in post.tags]
    if any(context.hub.heard(channel) for channel in channels):
        public = await posts.by_id(post_id, VISITOR)
        if public is not None:
            payload = status_json(public, context.origin).decode()
            for channel in channels:
                context.hub.publish(channel, event_name, payload)


async def post_published(context: Context, event: PostPublished) -> None:
    if not event.fetched:
        await shown(context, event.post_id, "update")


async def post_boosted(context: Context, event: PostBoosted) -> None:
    await shown(context, event.boost_id, "update")


async def post_edited(context: Context, event: PostEdited) -> None:
    await shown(context, event.post_id, "status.update")


async def proposal_moved(context: Context, event: ProposalMoved) -> None:
    await shown(context, event.post_id, "status.update")


async def poll_closed(context: Context, event: PollClosed) -> None:
    await shown(context, event.post_id, "status.update")


async def removed(context: Context, post_id: int) -> None:
    context.hub.tell("removed", post_id)
    await remove(context, post_id)


async def remove(context: Context, post_id: int) -> None:
    """Everybody who listens drops it; whoever never had it has nothing to drop."""
    for prefix in ("user:", "public", "hashtag:"):
        for channel in context.hub.channels(prefix):
            context.hub.publish(channel, "delete", str(post_id))


async def post_deleted(context: Context, event: PostDeleted | PostHidden) -> None:
    await removed(context, event.post_id)


async def post_restored(context: Context, event: PostRestored) -> None:
    await shown(context, event.post_id, "update")


async def post_unboosted(context: Context, event: PostUnboosted) -> None:
    await removed(context, event.boost_id)


async def account_suspended(context: Context, event: AccountSuspended) -> None:
    """The open streams of a suspended member end at once."""
    context.hub.announce(f"account:{event.account_id}", CLOSED)
