"""Tell other servers whether they may quote what stands here (FEP-044f)."""

from federation import activities
from federation.objects.quote import quote_request
from federation.values import PUBLIC
from server.effects.context import Context
from server.effects.deliver_accounts import lives_here
from server.effects.sending import at, send
from server.queries import actors, audiences, posts
from server.rules.events.posts import QuoteAnswered, QuoteRevoked


async def quote_answered(context: Context, event: QuoteAnswered) -> None:
    """Accept, with the address of the stamp; or Reject."""
    post, asker = await posts.by_id(event.post_id), await actors.by_id(event.account_id)
    if post is None or asker is None or asker.local:
        return
    wish = quote_request(event.request_uri, asker.uri, post.uri, event.quoting_uri)
    uri = context.address(context.job_id)
    stamp = f"{context.origin}/quotes/{event.stamp_id}"
    answer = (
        activities.accept(uri, post.account.uri, wish, result=stamp)
        if event.stamp_id
        else activities.reject(uri, post.account.uri, wish)
    )
    await send(
        context,
        answer,
        account_id=post.account.id,
        object_uri=post.uri,
        inboxes=await audiences.own_inbox(asker.id),
        proof=False,
    )


async def quote_revoked(context: Context, event: QuoteRevoked) -> None:
    """A Delete of the stamp."""
    post = await posts.tombstone(event.post_id)
    author = await lives_here(post.account.id) if post is not None else None
    if post is None or author is None:
        return
    await send(
        context,
        activities.delete(
            context.address(context.job_id),
            author.uri,
            f"{context.origin}/quotes/{event.stamp_id}",
            at(context.clock()),
            to=[PUBLIC],
        ),
        account_id=author.id,
        object_uri=post.uri,
        inboxes=await audiences.own_inbox(event.account_id),
        proof=False,
    )
