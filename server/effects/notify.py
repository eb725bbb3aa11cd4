"""Tell members what concerns them: a row, and a message to whoever is listening, here or to another process."""

from collections.abc import Iterable
from typing import Final

import orjson

from server.effects.context import Context
from server.ledger.notifications import tell
from server.queries import accounts, authorships, filters, notifications, posts, proposals, watchers
from server.queries.proposals import step_kind
from server.queries.said import Said
from server.render.filters import sifted
from server.render.notifications import as_notification
from server.rules.events.moderation import ReportFiled
from server.rules.events.people import FollowRequested, MemberJoined
from server.rules.events.posts import PollClosed, PostBoosted, PostEdited, PostLiked, PostPublished
from server.rules.events.proposals import BarrierNoted, ContributionDecided, ProposalMoved
from server.rules.notifying import HEARD, about
from server.views.viewer import Viewer

TOLD_AT_ONCE: Final = 100  # so that what other processes are told stays short


async def told(
    context: Context,
    account_ids: Iterable[int],
    kind: str,
    *,
    from_account_id: int,
    post_id: int | None = None,
    cause: object = "",
    step: tuple[int, str] | None = None,
) -> None:
    """Tell accounts of ours who want to hear of this, and those of their apps that listen right now. `step` is the id
    and kind of the step of a timeline it tells of."""
    ids = list(dict.fromkeys(account_ids))
    if not ids:
        return
    fresh = await tell(
        ids,
        kind,
        from_account_id=from_account_id,
        post_id=post_id,
        step_id=step[0] if step else None,
        now=context.clock(),
        cause=cause,
        but=await watchers.unwilling(about(kind, step[1] if step else ""), ids),
    )
    for start in range(0, len(fresh), TOLD_AT_ONCE):
        context.hub.tell("notified", fresh[start : start + TOLD_AT_ONCE])
    await show(context, fresh)


async def show(context: Context, fresh: Iterable[tuple[int, int]]) -> None:
    """Send notifications, as (id, account id), to those of their accounts that listen to this process."""
    for notification_id, account_id in fresh:
        channels = [f"user:{account_id}", f"notifications:{account_id}"]
        if not any(context.hub.heard(channel) for channel in channels):
            continue
        view = await notifications.by_id(Viewer(account_id), notification_id)
        if view is None:
            continue
        shown = as_notification(view, context.origin)
        if "status" in shown and not sifted(
            await filters.all_of(Viewer(account_id)), account_id, shown["status"], "notifications"
        ):
            continue
        payload = orjson.dumps(shown).decode()
        for channel in channels:
            context.hub.publish(channel, "notification", payload)


async def post_published(context: Context, event: PostPublished) -> None:
    """Those it names or answers get `mention`, also behind the organisation's voice; those who asked to hear of each
    post of its author or topic `status`."""
    if event.fetched:
        return
    said = await context.said(event.post_id)
    if said is None:
        return
    mentioned = [*said.mentioned, *(await hidden_authors(said))]
    await told(context, mentioned, "mention", from_account_id=said.account_id, post_id=said.id)
    if said.visibility != "direct" and not said.is_boost:
        topic = said.topic_id if said.visibility in ("public", "unlisted") else None
        watching = await watchers.watching([said.account_id, topic])
        others = [account_id for account_id in watching if account_id not in mentioned]
        await told(context, others, "status", from_account_id=said.account_id, post_id=said.id)


async def hidden_authors(said: Said) -> list[int]:
    """Who is behind the post of the voice that is answered, unless they answer themselves."""
    if said.answered_voice is None:
        return []
    author = await authorships.behind(said.answered_voice)
    return [author] if author is not None and author != await authorships.behind(said.id) else []


async def post_edited(context: Context, event: PostEdited) -> None:
    """Whoever supported, shared or answered it hears of new words."""
    said = await context.said(event.post_id)
    if said is None:
        return
    people = await posts.involved(said.id)
    await told(context, people, "update", from_account_id=said.account_id, post_id=said.id, cause=event.version)


async def proposal_moved(context: Context, event: ProposalMoved) -> None:
    """Everybody here who took part, and its author, hears what became of it; who did it knows. What its home tells each
    of them in their own words (`hear.py`) is not told a second time."""
    said = await context.said(event.post_id)
    kind = await step_kind(event.step_id)
    if said is None or (kind in HEARD and not said.author_here):
        return
    involved = [] if kind == "tagged" else await posts.involved(said.id)  # for its author to know
    people = [said.account_id, *involved, *await authorships.taking_part(said.id)]
    told_to = [account_id for account_id in people if account_id != event.by_id]
    told_of = (event.step_id, kind)
    await told(
        context,
        told_to,
        "update",
        from_account_id=said.account_id,
        post_id=said.id,
        step=told_of,
        cause=f"s{event.step_id}",
    )
    if kind == "answered":
        await _show_answer(context, event, [each for each in told_to if each != said.account_id])


async def _show_answer(context: Context, event: ProposalMoved, people: list[int]) -> None:
    """In an app the answer itself reaches everybody who took part, too; its proposal's author has it as a `mention`. On
    pages and in mails it stands with the step, so that there it is said once (`NotificationView.said_by_step`)."""
    moved = await proposals.step(event.step_id)
    answer = await context.said(moved.post_id) if moved is not None and moved.post_id else None
    if answer is not None:
        told_of = (event.step_id, "answered")
        await told(context, people, "status", from_account_id=answer.account_id, post_id=answer.id, step=told_of)


async def contribution_decided(context: Context, event: ContributionDecided) -> None:
    """Whoever suggested it hears what was decided."""
    said = await context.said(event.post_id)
    if said is not None and said.account_id != event.by_id:
        people = [said.account_id]
        await told(context, people, "update", from_account_id=event.by_id, post_id=said.id, cause="decided")


async def barrier_noted(context: Context, event: BarrierNoted) -> None:
    """The author hears of it, and can say so too, or not."""
    said = await context.said(event.post_id)
    if said is not None:
        people = [said.account_id, *filter(None, [await authorships.behind(said.id)])]
        cause = f"same-{event.link_id}-{context.job_id}"
        await told(context, people, "update", from_account_id=event.account_id, post_id=said.id, cause=cause)


async def post_liked(context: Context, event: PostLiked) -> None:
    said = await context.said(event.post_id)
    if said is not None:
        await told(context, [said.account_id], "favourite", from_account_id=event.account_id, post_id=said.id)


async def post_boosted(context: Context, event: PostBoosted) -> None:
    said = await context.said(event.post_id)
    if said is not None:
        await told(context, [said.account_id], "reblog", from_account_id=event.account_id, post_id=said.id)


async def follow_requested(context: Context, event: FollowRequested) -> None:
    """A target that has to say yes is asked: one that confirms its followers, or is asked by a limited account."""
    people = await accounts.by_ids([event.target_id, event.account_id])
    if (target := people.get(event.target_id)) and (asker := people.get(event.account_id)):
        kind = "follow_request" if target.locked or (asker.domain and asker.limited) else "follow"
        await told(context, [target.id], kind, from_account_id=asker.id)


async def poll_closed(context: Context, event: PollClosed) -> None:
    """Its author and whoever voted, of those who live here."""
    said = await context.said(event.post_id)
    if said is not None:
        people = [said.account_id, *await watchers.voters(said.id)]
        await told(context, people, "poll", from_account_id=said.account_id, post_id=said.id)


async def member_joined(context: Context, event: MemberJoined) -> None:
    admins = await watchers.admins()
    await told(context, admins, "admin.sign_up", from_account_id=event.account_id)


async def report_filed(context: Context, event: ReportFiled) -> None:
    found = await watchers.report_author(event.report_id)
    if found is not None:
        await told(context, await watchers.stewards(), "admin.report", from_account_id=found, cause=event.report_id)
