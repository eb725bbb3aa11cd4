"""Report a post or a person to the stewards, here and, if asked, where the person lives; and decide about a report."""

from collections.abc import Mapping
from typing import Final

from server.actions import moderation, sanctions
from server.rules import limits
from server.rules.errors import Conflict, Invalid, NotFound
from server.rules.events.moderation import ReportClosed, ReportFiled
from server.rules.ids import new_id, now_ms
from server.rules.moderation import REPORT_ACTS, Act, Why, check_why
from server.rules.permissions import Principal, check_steward, check_write
from server.storage.models.accounts import Account
from server.storage.models.instance import Report
from server.storage.models.posts import Post
from server.storage.unit import Unit, unit

CATEGORIES = ("spam", "legal", "violation", "other")
REASON_OF: Final[Mapping[str, str]] = {"spam": "spam", "legal": "unlawful", "violation": "abuse"}


async def file_report(
    by: Principal,
    target_id: int,
    post_ids: tuple[int, ...] = (),
    *,
    comment: str = "",
    category: str = "other",
    forward: bool = False,
    uri: str = "",
) -> int:
    """Tell the stewards; returns the report's id. A report that came before from elsewhere (`uri`) is not doubled."""
    check_write(by)
    if not await Account.exists(id=target_id):
        raise NotFound
    if uri and (before := await Report.get_or_none(uri=uri)):
        return before.id
    theirs = list(
        await Post.filter(id__in=list(post_ids[:100]) or [0], account_id=target_id).values_list("id", flat=True)
    )
    report_id = new_id()
    async with unit() as u:
        await Report.create(
            id=report_id,
            account_id=by.account_id,
            target_id=target_id,
            post_ids=theirs,
            category=category if category in CATEGORIES else "other",
            comment=comment.replace("\x00", "")[: limits.COMMENT],
            forward=forward,
            uri=uri,
            created_at=now_ms(),
        )
        u.emit(ReportFiled(report_id))
    return report_id


async def decide_report(by: Principal, report_id: int, act: Act, why: Why | None = None) -> None:
    """Decide about a report, and close it: leave all as it is (`keep`), remove or hold the posts, limit or suspend the
    account. Other open reports about the same close with it. Whoever reported is told what was done, and nobody is told
    who reported.

    Raises:
        Conflict: somebody else decided about it, or nothing of what was reported is left.
        Invalid: not one of these acts, or no reason for one that needs it.
    """
    check_steward(by)
    if act not in REPORT_ACTS:
        raise Invalid("act", "Choose what to do about it.")
    reason = Why("other") if act == "keep" else check_why(why or Why(""))
    async with unit() as u:
        report = await Report.get_or_none(id=report_id)
        if report is None:
            raise NotFound
        await _close(by, report, act, u)
        if act in ("remove", "hold"):
            await _each_post(by, report, act, reason)
        elif act == "limit":
            await sanctions.limit_account(by, report.target_id, reason)
        elif act == "suspend":
            await sanctions.suspend_account(by, report.target_id, reason)
        if act != "keep":
            for other in await Report.filter(target_id=report.target_id, closed_at=None):
                if act in ("limit", "suspend") or set(other.post_ids) & set(report.post_ids):
                    await _close(by, other, act, u)


async def _close(by: Principal, report: Report, act: Act, u: Unit) -> None:
    closed = Report.filter(id=report.id, closed_at=None)
    if not await closed.update(closed_at=now_ms(), closed_by=by.account_id, action_taken=act):
        raise Conflict("Another steward has decided about this report. Read the page again.")
    u.emit(ReportClosed(report.id, by.account_id, act))


async def _each_post(by: Principal, report: Report, act: Act, why: Why) -> None:
    """Remove or hold those of the reported posts that are still there to see."""
    there = Post.filter(id__in=report.post_ids or [0], deleted_at=None, removed_by=None)
    found = await (there.filter(held_reason="") if act == "hold" else there)
    if not found:
        raise Conflict("Nothing of what was reported is left to see. Leave it as it is, or decide about the account.")
    for post in found:
        await (moderation.hold_post if act == "hold" else moderation.remove_post)(by, post.id, why)
