"""Appeals: whom a decision concerns asks that another steward looks, once and in time."""

from server.actions import moderation, sanctions
from server.actions.decisions import record_decision
from server.queries.authorships import behind
from server.queries.calendar import calendar
from server.rules import limits
from server.rules.errors import Conflict, Invalid, NotFound
from server.rules.events.moderation import AppealFiled
from server.rules.ids import new_id, now_ms
from server.rules.moderation import Act, Why, appeal_until, check_appeal, check_judge
from server.rules.permissions import Principal
from server.storage.models.moderation import Appeal, Decision
from server.storage.models.posts import Post
from server.storage.unit import unit


async def file_appeal(by: Principal, decision_id: int, text: str) -> int:
    """Disagree with a decision about oneself; returns the appeal's id. A suspended member may, too.

    Raises:
        NotFound: there is no such decision, or it concerns somebody else.
        Invalid: nothing said, or too much.
        Conflict: too late, asked before, or there is nothing to take back.
    """
    decision = await Decision.get_or_none(id=decision_id)
    if decision is None or by.account_id not in (decision.account_id, await behind(decision.post_id)):
        raise NotFound
    days = await calendar()
    until = appeal_until(days.day_of(decision.at), days.holidays)
    check_appeal(by, by.account_id, decision.act, until, days.today)
    said = text.replace("\x00", "").strip()
    if not said:
        raise Invalid("text", "Say in a sentence or two why it should be looked at again.")
    if len(said) > limits.COMMENT:
        raise Invalid("text", "Please use %(limit)s characters or fewer.", limit=limits.COMMENT)
    appeal_id = new_id()
    async with unit() as u:
        _, fresh = await Appeal.get_or_create(
            decision_id=decision_id, defaults={"id": appeal_id, "text": said, "created_at": now_ms()}
        )
        if not fresh:
            raise Conflict("You have asked for this before. The answer will stand here.")
        # Who is behind what the voice said stays unnamed, in the log as well.
        u.emit(AppealFiled(appeal_id, decision_id, decision.account_id))
    return appeal_id


async def decide_appeal(by: Principal, appeal_id: int, *, undo: bool, note: str = "") -> None:
    """Another steward than the first decides: what was decided stands, or is undone.

    Args:
        note: a sentence for whoever appealed.

    Raises:
        Refused: `by` made the first decision.
        Conflict: somebody else decided about the appeal.
    """
    appeal = await Appeal.get_or_none(id=appeal_id).select_related("decision")
    if appeal is None:
        raise NotFound
    decision = appeal.decision
    check_judge(by, decision.by_id)
    sentence = " ".join(note.replace("\x00", "").split())[: limits.BIO]
    outcome: Act = "undo" if undo else "uphold"
    async with unit() as u:
        decided = Appeal.filter(id=appeal_id, outcome="")
        if not await decided.update(outcome=outcome, note=sentence, decided_by=by.account_id, decided_at=now_ms()):
            raise Conflict("Another steward has decided about this appeal. Read the page again.")
        if undo:
            await _take_back(by, decision)
        why = Why(decision.code, sentence)
        await record_decision(by, u, outcome, decision.account_id, why, post_id=decision.post_id)


async def _take_back(by: Principal, decision: Decision) -> None:
    """Undo a decision, as far as it still stands: what was decided again since is not touched."""
    if decision.act == "limit":
        await sanctions.lift_limit(by, decision.account_id)
    elif decision.act == "suspend":
        await sanctions.restore_account(by, decision.account_id)
    else:
        post = await Post.get_or_none(id=decision.post_id, deleted_at=None)
        if post is None:
            raise Conflict("Its author has taken it back meanwhile, so there is nothing to show again.")
        if post.removed_by is not None:
            await moderation.restore_post(by, post.id)
        elif post.held_reason:
            await moderation.release_post(by, post.id)
