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
from server.rules.events.groups import ChapterLinked
from server.rules.events.moderation import ReportFiled
from server.rules.events.people import (
    AccountBlocked,
    AccountSuspended,
    AccountUnblocked,
    AccountUpdated,
    FollowAnswered,
    FollowRequested,
    Unfollowed,
)
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


async def follow_requested(context: Context, event: FollowRequested) -> None:
    pair = await ours_and_theirs(event.account_id, event.target_id)
    if pair is None:
        return
    account, target = pair
    wish = activities.follow(context.address(event.follow_id), account.uri, target.uri)
    await _tell_target(context, account, target, wish)


async def unfollowed(context: Context, event: Unfollowed) -> None:
    pair = await ours_and_theirs(event.account_id, event.target_id)
    if pair is None:
        return
    account, target = pair
    wish = activities.follow(event.follow_uri, account.uri, target.uri)
    await _tell_target(context, account, target, activities.undo(f"{event.follow_uri}-undo", wish))


async def follow_answered(context: Context, event: FollowAnswered) -> None:
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


async def account_blocked(context: Context, event: AccountBlocked) -> None:
    """Told only where a setting says so: it tells the other server who has had enough of whom."""
    pair = await ours_and_theirs(event.account_id, event.target_id)
    if context.settings.tell_blocks and pair is not None and event.uri:
        await _tell_target(context, *pair, activities.block(event.uri, pair[0].uri, pair[1].uri))


async def account_unblocked(context: Context, event: AccountUnblocked) -> None:
    pair = await ours_and_theirs(event.account_id, event.target_id)
    if context.settings.tell_blocks and pair is not None and event.uri:
        blocked = activities.block(event.uri, pair[0].uri, pair[1].uri)
        await _tell_target(context, *pair, activities.undo(f"{event.uri}-undo", blocked))


async def _tell_target(context: Context, account: WireAccount, target: WireAccount, activity: Json) -> None:
    await send(
        context,
        activity,
        account_id=account.id,
        object_uri=target.uri,
        inboxes=await audiences.own_inbox(target.id),
        proof=False,
    )


async def chapter_linked(context: Context, event: ChapterLinked) -> None:
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


async def account_updated(context: Context, event: AccountUpdated) -> None:
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
        handles=context.settings.handle_domain,
        organisations=await uris_of(account.id),
        topic=await topics.by_account_id(account.id) if account.kind == "topic" else None,
    )


async def account_suspended(context: Context, event: AccountSuspended) -> None:
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


async def report_filed(context: Context, event: ReportFiled) -> None:
    """A report that its author wants passed on goes to the server of whom it is about, and to the hosts of the topics'
    chapters through which the reported posts came: their stewards look after them too. The instance sends it, so that
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
        inboxes={
            **await audiences.own_inbox(target.id),
            **await audiences.of_accounts(await topics.entries_of(report.post_ids)),
        },
        proof=False,
    )
