"""Report a post or a person to the stewards, here and, if asked, where the person lives."""

from server.rules import limits
from server.rules.errors import NotFound
from server.rules.events import ReportFiled
from server.rules.ids import new_id, now_ms
from server.rules.permissions import Principal, check_steward, check_write
from server.storage.models.accounts import Account
from server.storage.models.instance import Report
from server.storage.models.posts import Post
from server.storage.unit import unit

CATEGORIES = ("spam", "legal", "violation", "other")


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


async def close_report(by: Principal, report_id: int) -> None:
    """A steward has dealt with it."""
    check_steward(by)
    await Report.filter(id=report_id, closed_at=None).update(closed_at=now_ms(), closed_by=by.account_id)
