"""Tell other servers of posts that stewards took from view, and of those that can be seen again."""

from federation import activities
from federation.values import stamp
from server.effects import relay
from server.effects.context import Context
from server.effects.deliver import authored_here, object_of, readers_of, take_back
from server.effects.sending import at, send
from server.queries import posts
from server.rules.events.moderation import PostHidden, PostRestored


async def post_hidden(context: Context, event: PostHidden) -> None:
    """Copies are asked back, as when its author deletes it; nothing tells who reported it, or why it went."""
    post = await posts.tombstone(event.post_id) or await posts.to_author(event.post_id)
    if post is not None:
        await take_back(context, post, context.address(f"{post.id}-hidden-{context.job_id}"))


async def post_restored(context: Context, event: PostRestored) -> None:
    """Its Create goes out anew. `updated` is now: so an instance that deleted it can tell this from an old Create."""
    post = await authored_here(context, event.post_id)
    if post is None:
        return
    obj = {**await object_of(context, post), "updated": stamp(at(context.clock()))}
    sent = await send(
        context,
        activities.create(context.address(f"{post.id}-restored-{context.job_id}"), obj),
        account_id=post.account.id,
        object_uri=post.uri,
        inboxes=await readers_of(post),
        post_id=post.id,
    )
    if sent is not None:
        await relay.through_topic(context, post, sent)
