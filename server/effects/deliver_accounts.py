"""Tell other servers what our accounts and topics do: follow, answer, change, leave; and pass reports on."""

from federation import activities
from federation.contexts import standalone
from federation.values import PUBLIC, Json
from server.effects.context import Context
from server.effects.sending import at, send
from server.queries import accounts, actors, audiences, posts, topics
from server.queries.actors import WireAccount
from server.queries.keys import published_of
from server.queries.organisations import uris_of
from server.queries.reports import to_forward
from server.render.actors import as_object
from server.rules import events
from server.views.accounts import AccountView

LONGEST_FLAG = 5_000  # what other servers read of a report


async def lives_here(account_id: int) -> WireAccount | None:
    """An account that lives here, else None: what others do is told by their own servers."""
    account = await actors.by_id(account_id)
    return account if account is not None and account.local else None


async def ours_and_theirs(ours_id: int, theirs_id: int) -> tuple[WireAccount, WireAccount] | None:
    """An account that lives here and one that does not; None if it is not so."""
    found = await actors.by_ids([ours_id, theirs_id])
    ours, theirs = found.get(ours_id), found.get(theirs_id)
    return (ours, theirs) if ours is not None and theirs is not None and ours.local and not theirs.local else None


async def follow_requested(context: Context, event: events.FollowRequested) -> None:
    pair = await ours_and_theirs(event.account_id, event.target_id)
    if pair is None:
        return
    account, target = pair
    await send(
        context,
        activities.follow(context.address(event.follow_id), account.uri, target.uri),
        account_id=account.id,
        object_uri=target.uri,
        inboxes=await audiences.own_inbox(target.id),
        proof=False,
    )


async def unfollowed(context: Context, event: events.Unfollowed) -> None:
    pair = await ours_and_theirs(event.account_id, event.target_id)
    if pair is None:
        return
    account, target = pair
    await send(
        context,
        activities.undo(f"{event.follow_uri}-undo", activities.follow(event.follow_uri, account.uri, target.uri)),
        account_id=account.id,
        object_uri=target.uri,
        inboxes=await audiences.own_inbox(target.id),
        proof=False,
    )


async def follow_answered(context: Context, event: events.FollowAnswered) -> None:
    pair = await ours_and_theirs(event.target_id, event.account_id)
    if pair is None:
        return
    target, follower = pair
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
    pair = await ours_and_theirs(event.topic_id, event.chapter_id)
    if asked is None or pair is None:
        return
    topic, chapter = pair
    await send(
        context,
        activities.follow(asked, topic.uri, chapter.uri),
        account_id=topic.id,
        object_uri=chapter.uri,
        inboxes=await audiences.own_inbox(chapter.id),
        proof=False,
    )


async def account_updated(context: Context, event: events.AccountUpdated) -> None:
    """Followers hear of it; of the organisation, whose name stands beside those of its members, all who know anybody
    here."""
    account = await accounts.by_id(event.account_id)
    if account is None or not account.local or account.suspended or account.kind == "instance":
        return
    document = standalone(await actor_document(context, account))
    await send(
        context,
        activities.update(context.address(context.job_id), document, at(context.clock())),
        account_id=account.id,
        object_uri=account.uri,
        inboxes=await (
            audiences.of_all_followers() if account.kind == "organisation" else audiences.of_followers(account.id)
        ),
    )


async def actor_document(context: Context, account: AccountView) -> Json:
    """The actor as served at its address."""
    return as_object(
        account,
        context.origin,
        keys=await published_of(account.id),
        organisations=await uris_of(account.id),
        topic=await topics.by_account_id(account.id) if account.kind == "topic" else None,
    )


async def account_suspended(context: Context, event: events.AccountSuspended) -> None:
    """A member of ours who is suspended disappears elsewhere too."""
    account = await lives_here(event.account_id)
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


async def report_filed(context: Context, event: events.ReportFiled) -> None:
    """A report that its author wants passed on goes to the server of whom it is about. The instance sends it, so that
    nobody learns there who reported."""
    report = await to_forward(event.report_id)
    target = await accounts.by_id(report.target_id) if report else None
    instance = await accounts.by_uri(f"{context.origin}/actor")
    if report is None or target is None or target.local or instance is None:
        return
    reported = [target.uri, *(await posts.uris_of(report.post_ids))]
    await send(
        context,
        activities.flag(
            context.address(context.job_id), instance.uri, reported, report.comment[:LONGEST_FLAG], to=[target.uri]
        ),
        account_id=instance.id,
        object_uri=target.uri,
        inboxes=await audiences.own_inbox(target.id),
        proof=False,
    )
