"""Tell other servers of posts, comments and proposals. What people do about them is in `deliver_marks.py`, what
accounts do in `deliver_accounts.py`."""

from federation import activities
from federation.values import Json, loads
from server.effects import relay
from server.effects.context import Context
from server.effects.sending import at, send
from server.ledger.activities import forget_words, frozen
from server.queries import accounts, audiences, posts, proposals
from server.render import objects
from server.rules import events
from server.views.posts import PostView
from server.views.viewer import Viewer


async def readers_of(post: PostView) -> dict[str, str]:
    """The inboxes that a post of ours goes to: the author's followers, those it names, who it answers; and where we
    have no chapter of the topic it is said in, the chapter of the proposal it belongs to."""
    named = [mention.account_id for mention in post.mentions]
    if post.in_reply_to_account_id:
        named.append(post.in_reply_to_account_id)
    if post.topic is None and post.parent_entry_uri and post.visibility in ("public", "unlisted"):
        named += [chapter.id for chapter in (await accounts.by_uris([post.parent_entry_uri])).values()]
    people = await audiences.of_accounts(named)
    if post.visibility == "direct":
        return people
    return {**await audiences.of_followers(post.account.id), **people}


async def as_author_sees(post_id: int, account_id: int) -> PostView | None:
    """A post as its author sees it: the whole of it, whatever its visibility."""
    return await posts.by_id(post_id, Viewer(account_id))


async def post_published(context: Context, event: events.PostPublished) -> None:
    post = await authored_here(event.post_id)
    if post is None:
        return
    obj = await object_of(context, post)
    sent = await send(
        context,
        activities.create(context.address(post.id), obj),
        account_id=post.account.id,
        object_uri=post.uri,
        inboxes=await readers_of(post),
        post_id=post.id,
    )
    if sent is not None:
        await relay.through_topic(context, post, sent)


async def object_of(context: Context, post: PostView) -> Json:
    """A post of ours as it goes out; a proposal with what has become of it."""
    history = await proposals.history_of(post)
    return objects.as_object(post, context.origin, context.settings.proposal_form, history)


async def proposal_moved(context: Context, event: events.ProposalMoved) -> None:
    """What becomes of a proposal goes to everybody who has it, and to the servers of all who took part in it."""
    post = await authored_here(event.post_id)
    if post is None or post.proposal is None:
        return
    sent = await send(
        context,
        activities.update(
            context.address(f"{post.id}-step-{event.step_id}"), await object_of(context, post), post.proposal.told_at
        ),
        account_id=post.account.id,
        object_uri=post.uri,
        inboxes={
            **await readers_of(post),
            **await audiences.of_contributors(post.id),
            **await audiences.of_same_barrier(post.id),
        },
        post_id=post.id,
    )
    if sent is not None:
        await relay.through_topic(context, post, sent)


async def authored_here(post_id: int) -> PostView | None:
    """A post by an account of ours, as its author sees it; None for one from elsewhere, or gone by now."""
    author = await posts.author_of(post_id)
    if author is None or author.domain:
        return None
    return await as_author_sees(post_id, author.id)


async def post_edited(context: Context, event: events.PostEdited) -> None:
    post = await authored_here(event.post_id)
    if post is None or post.edited_at is None:
        return
    obj = await object_of(context, post)
    sent = await send(
        context,
        activities.update(context.address(f"{post.id}-update-{event.version}"), obj, post.edited_at),
        account_id=post.account.id,
        object_uri=post.uri,
        inboxes=await readers_of(post),
        post_id=post.id,
    )
    if sent is not None:
        await relay.through_topic(context, post, sent)


async def post_deleted(context: Context, event: events.PostDeleted) -> None:
    """A Delete goes wherever the Create went, and what was frozen of the words is forgotten. A steward's removal of a
    member's post tells other servers too; of a post from elsewhere it concerns this instance alone."""
    post = await posts.tombstone(event.post_id)
    if post is None or not post.local or post.account.domain:
        return
    created = await frozen(context.address(post.id))
    if created is None:
        return
    told: Json = loads(created.body)
    named = await accounts.by_uris([*told.get("to", ()), *told.get("cc", ())])
    uri = context.address(f"{post.id}-delete")
    sent = await send(
        context,
        activities.delete(
            uri,
            post.account.uri,
            post.uri,
            at(context.clock()),
            to=told.get("to", ()),
            cc=told.get("cc", ()),
        ),
        account_id=post.account.id,
        object_uri=post.uri,
        inboxes={
            **await readers_of(post),
            **await audiences.of_accounts(account.id for account in named.values()),
            **await audiences.that_received(created.id),
        },
        post_id=post.id,
    )
    if sent is not None:
        await relay.through_topic(context, post, sent)
    await forget_words(post.id, uri)
