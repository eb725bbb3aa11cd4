"""When somebody is reminded of a proposal, and of what: the one place. What it says is in `templates/notices`."""

from typing import Final, Literal

from server.rules.clock import Limits

Reminder = Literal["unanswered", "no_report", "week"]

WEEK_DAYS: Final = 7
REPORT_DAYS: Final = 90  # days without news of what is being done, after which those who do it are asked


def marks(limits: Limits) -> tuple[int, int, int]:
    """The working days after sending on which stewards are reminded: when it should have been acknowledged, half-way
    from there, and when the answer is due (10, 20 and 30 where the owner has no limits of their own)."""
    return limits.acknowledge, (limits.acknowledge + limits.answer) // 2, limits.answer


def newest_mark(since: int, limits: Limits) -> int | None:
    """The newest of these days that has come, `since` working days after it was sent; None before the first. After
    days on which nobody looked only the newest counts: one letter, not three."""
    return max((mark for mark in marks(limits) if mark <= since), default=None)
