"""Tell other servers what our members do about posts: support, boosts, votes."""

from federation import activities
from federation.values import PUBLIC, Json, loads
from server.effects import relay
from server.effects.context import Context
from server.effects.deliver_accounts import lives_here
from server.effects.sending import at, send
from server.ledger.activities import frozen
from server.queries import accounts, audiences, endorsements, posts
from server.queries.actors import WireAccount
from server.rules.events.posts import PollVoted, PostBoosted, PostLiked, PostUnboosted, PostUnliked
from server.rules.events.proposals import Endorsed, EndorsementWithdrawn
from server.rules.visibility import Visibility
from server.views.posts import PostView
from server.views.viewer import Viewer


async def post_liked(context: Context, event: PostLiked) -> None:
    account = await lives_here(event.account_id)
    post = await posts.by_id(event.post_id, Viewer(event.account_id))
    if account is None or post is None:
        return
    sent = await send(
        context,
        like_of(context, account, post, context.address(event.like_id)),
        account_id=account.id,
        object_uri=post.uri,
        inboxes=await audiences.of_accounts(await supported(post)),
        post_id=post.id,
    )
    if sent is not None and post.kind == "proposal":
        await relay.to_chapters(context, post, sent)


async def supported(post: PostView) -> list[int]:
    """Who hears of support: the author; and of a proposal in a topic that we have no chapter of, the chapter through
    which it entered."""
    entry = post.entry_uri if post.kind == "proposal" and post.topic is None else ""
    chapters = (await accounts.by_uris([entry])).values() if entry else ()
    return [post.account.id, *(chapter.id for chapter in chapters)]


def like_of(context: Context, account: WireAccount, post: PostView, uri: str, civic: Json | None = None) -> Json:
    """A Like, addressed to the author; support of a public proposal names its topic, and is public."""
    named = post.kind == "proposal" and post.topic is not None and post.visibility == "public"
    return activities.like(
        uri,
        account.uri,
        post.uri,
        to=[post.account.uri],
        cc=[post.topic.uri] if named and post.topic else [],
        audience=post.topic.uri if named and post.topic else None,
        civic=civic,
    )


async def endorsed(context: Context, event: Endorsed) -> None:
    """An endorsement of ours: a Like by the organisation, with how it decided (FEDERATION.md, "Endorsements")."""
    account = await lives_here(event.account_id)
    found = await endorsements.by_id(event.endorsement_id)
    post = await posts.by_id(event.post_id, Viewer(event.account_id))
    if account is None or found is None or post is None:
        return
    civic: Json = {"civic:kind": "endorsement", "civic:mandate": found.mandate, "civic:version": found.version}
    if found.authorised_by:
        civic["civic:authorisedBy"] = found.authorised_by
    like = like_of(context, account, post, context.address(event.endorsement_id), civic)
    sent = await send(
        context,
        like,
        account_id=account.id,
        object_uri=post.uri,
        inboxes={**await audiences.of_accounts(await supported(post)), **await audiences.of_followers(account.id)},
        post_id=post.id,
    )
    if sent is not None:
        await relay.to_chapters(context, post, sent)


async def endorsement_withdrawn(context: Context, event: EndorsementWithdrawn) -> None:
    post = await posts.by_id(event.post_id, Viewer(event.account_id))
    if post is None or await lives_here(event.account_id) is None:
        return
    author = await audiences.of_accounts([post.account.id])
    sent = await taken_back(context, event.account_id, event.post_id, event.uri, author)
    if sent is not None:
        await relay.to_chapters(context, post, sent)


async def post_unliked(context: Context, event: PostUnliked) -> None:
    post = await posts.by_id(event.post_id, Viewer(event.account_id))
    if post is None:
        return
    readers = await audiences.of_accounts(await supported(post))
    sent = await taken_back(context, event.account_id, event.post_id, event.like_uri, readers)
    if sent is not None and post.kind == "proposal":
        await relay.to_chapters(context, post, sent)


async def taken_back(context: Context, account_id: int, post_id: int, uri: str, inboxes: dict[str, str]) -> Json | None:
    """An Undo of what was sent under this address, to `inboxes` and to whom else it went; None if it never was sent."""
    done = await frozen(uri)
    if done is None:
        return None
    body = loads(done.body)
    return await send(
        context,
        activities.undo(f"{uri}-undo", body),
        account_id=account_id,
        object_uri=str(body["object"]),
        inboxes={**inboxes, **await audiences.that_received(done.id)},
        post_id=post_id,
    )


async def post_boosted(context: Context, event: PostBoosted) -> None:
    account = await lives_here(event.account_id)
    boost = await posts.by_id(event.boost_id, Viewer(event.account_id))
    if account is None or boost is None or boost.reblog is None:
        return
    post = boost.reblog
    await send(
        context,
        boost_of(account, post, context.address(boost.id), boost.id, boost.visibility),
        account_id=account.id,
        object_uri=post.uri,
        inboxes={**await audiences.of_followers(account.id), **await audiences.of_accounts([post.account.id])},
        post_id=post.id,
        proof=False,
    )


def boost_of(account: WireAccount, post: PostView, uri: str, boost_id: int, visibility: Visibility) -> Json:
    """An Announce, addressed as the boost is; of one's own private post it is for followers alone, like the post."""
    followers = f"{account.uri}/followers"
    if post.visibility == "private":
        to, cc = [followers], []
    elif visibility == "unlisted":
        to, cc = [followers], [PUBLIC, post.account.uri]
    else:
        to, cc = [PUBLIC], [followers, post.account.uri]
    return activities.activity("Announce", uri, account.uri, post.uri, to=to, cc=cc, published=at(boost_id >> 16))


async def post_unboosted(context: Context, event: PostUnboosted) -> None:
    post = await posts.by_id(event.post_id, Viewer(event.account_id))
    if post is not None:
        readers = {**await audiences.of_followers(event.account_id), **await audiences.of_accounts([post.account.id])}
        await taken_back(context, event.account_id, event.post_id, event.boost_uri, readers)


async def poll_voted(context: Context, event: PollVoted) -> None:
    """A vote in a poll that lives elsewhere is a Note with the option's name, one for each choice (FEP-9967)."""
    account, post = await lives_here(event.account_id), await posts.by_id(event.post_id, Viewer(event.account_id))
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
