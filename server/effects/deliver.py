"""Tell other servers. Each function turns one event into the activities that say it, and lines them up."""

from federation import activities
from federation.contexts import standalone
from federation.values import PUBLIC, Json, loads
from server.effects import relay
from server.effects.context import Context
from server.effects.sending import at, send
from server.ledger.activities import forget_words, frozen
from server.queries import accounts, audiences, posts, topics
from server.queries.keys import organisation_uri, public_of
from server.render import actors, objects
from server.rules import events
from server.views.accounts import AccountView
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
    obj = objects.as_object(post, context.origin, context.settings.proposal_form)
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
    obj = objects.as_object(post, context.origin, context.settings.proposal_form)
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


async def post_liked(context: Context, event: events.PostLiked) -> None:
    account = await ours(event.account_id)
    post = await posts.by_id(event.post_id, Viewer(event.account_id))
    if account is None or post is None:
        return
    sent = await send(
        context,
        like_of(context, account, post, context.address(event.like_id)),
        account_id=account.id,
        object_uri=post.uri,
        inboxes=await audiences.of_accounts([post.account.id]),
        post_id=post.id,
    )
    if sent is not None and post.kind == "proposal":
        await relay.to_chapters(context, post, sent)


def like_of(context: Context, account: AccountView, post: PostView, uri: str) -> Json:
    """A Like, addressed to the author; support of a public proposal names its topic, and is public."""
    civic = post.kind == "proposal" and post.topic is not None and post.visibility == "public"
    return activities.like(
        uri,
        account.uri,
        post.uri,
        to=[post.account.uri],
        cc=[post.topic.uri] if civic and post.topic else [],
        audience=post.topic.uri if civic and post.topic else None,
    )


async def post_unliked(context: Context, event: events.PostUnliked) -> None:
    account = await ours(event.account_id)
    post = await posts.by_id(event.post_id, Viewer(event.account_id))
    if account is None or post is None:
        return
    sent = await send(
        context,
        activities.undo(f"{event.like_uri}-undo", like_of(context, account, post, event.like_uri)),
        account_id=account.id,
        object_uri=post.uri,
        inboxes=await audiences.of_accounts([post.account.id]),
        post_id=post.id,
    )
    if sent is not None and post.kind == "proposal":
        await relay.to_chapters(context, post, sent)


async def post_boosted(context: Context, event: events.PostBoosted) -> None:
    account = await ours(event.account_id)
    post = await posts.by_id(event.post_id, Viewer(event.account_id))
    if account is None or post is None:
        return
    await send(
        context,
        boost_of(context, account, post, context.address(event.boost_id), event.boost_id),
        account_id=account.id,
        object_uri=post.uri,
        inboxes={**await audiences.of_followers(account.id), **await audiences.of_accounts([post.account.id])},
        post_id=post.id,
        proof=False,
    )


def boost_of(context: Context, account: AccountView, post: PostView, uri: str, boost_id: int) -> Json:
    """An Announce; of one's own private post it is for followers alone, like the post."""
    announce = activities.announce(
        uri,
        account.uri,
        post.uri,
        at(boost_id >> 16),
        followers=f"{account.uri}/followers",
        author=post.account.uri,
    )
    return {**announce, "to": announce["cc"][:1], "cc": []} if post.visibility == "private" else announce


async def post_unboosted(context: Context, event: events.PostUnboosted) -> None:
    account = await ours(event.account_id)
    post = await posts.by_id(event.post_id, Viewer(event.account_id))
    if account is None or post is None:
        return
    await send(
        context,
        activities.undo(f"{event.boost_uri}-undo", boost_of(context, account, post, event.boost_uri, event.boost_id)),
        account_id=account.id,
        object_uri=post.uri,
        inboxes={**await audiences.of_followers(account.id), **await audiences.of_accounts([post.account.id])},
        proof=False,
    )


async def ours(account_id: int) -> AccountView | None:
    """An account that lives here, else None: what others do is told by their own servers."""
    account = await accounts.by_id(account_id)
    return account if account is not None and account.local else None


async def follow_requested(context: Context, event: events.FollowRequested) -> None:
    account, target = await ours(event.account_id), await accounts.by_id(event.target_id)
    if account is None or target is None or target.local:
        return
    await send(
        context,
        activities.follow(context.address(event.follow_id), account.uri, target.uri),
        account_id=account.id,
        object_uri=target.uri,
        inboxes=await audiences.own_inbox(target.id),
        proof=False,
    )


async def unfollowed(context: Context, event: events.Unfollowed) -> None:
    account, target = await ours(event.account_id), await accounts.by_id(event.target_id)
    if account is None or target is None or target.local:
        return
    await send(
        context,
        activities.undo(f"{event.follow_uri}-undo", activities.follow(event.follow_uri, account.uri, target.uri)),
        account_id=account.id,
        object_uri=target.uri,
        inboxes=await audiences.own_inbox(target.id),
        proof=False,
    )


async def follow_answered(context: Context, event: events.FollowAnswered) -> None:
    target, follower = await ours(event.target_id), await accounts.by_id(event.account_id)
    if target is None or follower is None or follower.local:
        return
    wish = activities.follow(event.follow_uri, follower.uri, target.uri)
    answer = activities.accept if event.accepted else activities.reject
    await send(
        context,
        answer(context.address(context.job_id), target.uri, wish),
        account_id=target.id,
        object_uri=target.uri,
        inboxes=await audiences.own_inbox(follower.id),
        proof=False,
    )


async def chapter_linked(context: Context, event: events.ChapterLinked) -> None:
    """Our wish goes out when we have asked and they have not accepted yet."""
    asked = await topics.our_wish(event.topic_id, event.chapter_id)
    topic, chapter = await ours(event.topic_id), await accounts.by_id(event.chapter_id)
    if asked is None or topic is None or chapter is None:
        return
    await send(
        context,
        activities.follow(asked, topic.uri, chapter.uri),
        account_id=topic.id,
        object_uri=chapter.uri,
        inboxes=await audiences.own_inbox(chapter.id),
        proof=False,
    )


async def account_updated(context: Context, event: events.AccountUpdated) -> None:
    account = await ours(event.account_id)
    if account is None or account.suspended or account.kind == "instance":
        return
    document = standalone(await actor_document(context, account))
    await send(
        context,
        activities.update(context.address(context.job_id), document, at(context.clock())),
        account_id=account.id,
        object_uri=account.uri,
        inboxes=await audiences.of_followers(account.id),
    )


async def actor_document(context: Context, account: AccountView) -> Json:
    """The actor as served at its address."""
    return actors.as_object(
        account,
        context.origin,
        keys=await public_of(account.id),
        organisation_uri=await organisation_uri(account.id),
        topic=await topics.by_account_id(account.id) if account.kind == "topic" else None,
    )


async def account_suspended(context: Context, event: events.AccountSuspended) -> None:
    """A member of ours who is suspended disappears elsewhere too."""
    account = await ours(event.account_id)
    if account is None:
        return
    await send(
        context,
        activities.delete(
            context.address(context.job_id),
            account.uri,
            account.uri,
            at(context.clock()),
            to=[PUBLIC],
        ),
        account_id=account.id,
        object_uri=account.uri,
        inboxes=await audiences.of_everyone_who_knows(account.id),
        proof=False,
    )


async def poll_voted(context: Context, event: events.PollVoted) -> None:
    """A vote in a poll that lives elsewhere is a Note with the option's name, one for each choice (FEP-9967)."""
    account, post = await ours(event.account_id), await posts.by_id(event.post_id, Viewer(event.account_id))
    if account is None or post is None or post.poll is None or post.local:
        return
    for choice in event.choices:
        uri = f"{account.uri}#votes/{post.id}/{choice}"
        note: Json = {
            "id": uri,
            "type": "Note",
            "name": post.poll.options[choice][0],
            "attributedTo": account.uri,
            "inReplyTo": post.uri,
            "to": [post.account.uri],
            "cc": [],
        }
        await send(
            context,
            activities.create(f"{uri}/activity", note),
            account_id=account.id,
            object_uri=post.uri,
            inboxes=await audiences.own_inbox(post.account.id),
            proof=False,
        )
