"""Tell other servers of posts, comments and proposals. What people do about them is in `deliver_marks.py`, what
accounts do in `deliver_accounts.py`."""

from federation import activities
from federation.values import Json, loads
from server.effects import relay
from server.effects.context import Context
from server.effects.sending import at, send
from server.ledger.activities import forget_words, newest_create
from server.queries import accounts, audiences, posts, proposals
from server.render import objects
from server.rules.events.posts import PostDeleted, PostEdited, PostPublished
from server.rules.events.proposals import ProposalMoved
from server.views.posts import PostView


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


async def post_published(context: Context, event: PostPublished) -> None:
    post = await authored_here(context, event.post_id)
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


async def proposal_moved(context: Context, event: ProposalMoved) -> None:
    """What becomes of a proposal goes to everybody who has it, and to the servers of all who took part in it. That it
    was held or released shows in that it goes, or comes with all its steps."""
    if event.act in ("hold", "release"):
        return
    post = await authored_here(context, event.post_id)
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


async def authored_here(context: Context, post_id: int) -> PostView | None:
    """A post by an account of ours, as its author sees it; None for one from elsewhere, or gone by now."""
    said = await context.said(post_id)
    return await posts.by_id(post_id, said.author) if said is not None and said.author_here else None


async def post_edited(context: Context, event: PostEdited) -> None:
    post = await authored_here(context, event.post_id)
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


async def post_deleted(context: Context, event: PostDeleted) -> None:
    """A Delete goes wherever the Create went."""
    post = await posts.tombstone(event.post_id)
    if post is not None:
        await take_back(context, post, context.address(f"{post.id}-delete"))


async def take_back(context: Context, post: PostView, uri: str) -> None:
    """Ask everybody who was sent a post of ours to remove it, and forget what was frozen of the words. A Delete says
    nothing of why. What a steward removes of a post from elsewhere concerns this instance alone."""
    created = await newest_create(post.id, context.address(post.id))
    if created is None or not post.local or post.account.domain:
        return
    told: Json = loads(created.body)
    to, cc = told.get("to", ()), told.get("cc", ())
    named = await accounts.by_uris([*to, *cc])
    sent = await send(
        context,
        activities.delete(uri, post.account.uri, post.uri, at(context.clock()), to=to, cc=cc),
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
