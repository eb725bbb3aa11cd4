"""What follows from the answer to a delivery: done, try again later, or give up. No I/O.

The gap after attempt n is n⁴ + 15 seconds and up to 10 (n + 1) seconds of jitter, at most a day: half a minute, then
minutes, hours, days. `Retry-After` makes it longer, at most a day. After 14 days nothing is tried again. 2xx is done;
4xx but 401, 408 and 429 is permanent (the answer will not change), as is 501; everything else, no answer included, is
tried again.
"""

from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Final

DAY: Final = 86_400.0
LONGEST: Final = 14 * DAY

_MAY_PASS: Final = frozenset({401, 408, 429})


@dataclass(frozen=True, slots=True)
class Done:
    """The other server has it."""


@dataclass(frozen=True, slots=True)
class RetryAt:
    """Try again at `when` (Unix seconds), not before."""

    when: float


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Never again; `reason` is for the admin page."""

    reason: str


Verdict = Done | RetryAt | GiveUp


def verdict(
    status: int | None, *, attempts: int, now: float, retry_after: float | None, jitter: float, first_tried: float
) -> Verdict:
    """What to do after a delivery was answered with `status` (None: no answer at all).

    `attempts` counts this one (1 after the first); `now` and `first_tried` are Unix seconds, `retry_after` seconds;
    `jitter` is from 0 to 1, drawn by the caller, so that servers that failed together do not return together.
    """
    if status is not None and 200 <= status < 300:
        return Done()
    if status is not None and (status == 501 or (400 <= status < 500 and status not in _MAY_PASS)):
        return GiveUp(f"the server answered {status}, which will not change")
    gap = min(attempts**4 + 15 + jitter * 10 * (attempts + 1), DAY)
    when = now + max(gap, min(retry_after or 0.0, DAY))
    if when > first_tried + LONGEST:
        return GiveUp("the server could not be reached for 14 days")
    return RetryAt(when)


def retry_after_of(header: str | None, now: float) -> float | None:
    """Seconds from `now` that a `Retry-After` (RFC 9110 10.2.3: seconds or a date) asks for; None if unreadable."""
    if header is None:
        return None
    text = header.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - now)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
