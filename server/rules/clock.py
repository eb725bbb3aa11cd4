"""The public clock of a proposal that was sent: how long the answer may take, in working days, said in words.

Nothing of it is stored: it follows from when it was sent, the owner's limits and the instance's holidays.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

ClockState = Literal["awaiting", "due_soon", "delayed", "long_overdue"]

ACKNOWLEDGE_DAYS: Final = 10
ANSWER_DAYS: Final = 30
LONG_DAYS: Final = 60
GIVEN_UP_DAYS: Final = 60  # after it is long overdue: it may then be closed as "no answer"
SOON_DAYS: Final = 5
SATURDAY: Final = 5


@dataclass(frozen=True, slots=True)
class Limits:
    """In working days from the day it was sent. `long` is when an answer is long overdue."""

    acknowledge: int = ACKNOWLEDGE_DAYS
    answer: int = ANSWER_DAYS
    long: int = LONG_DAYS


DEFAULT: Final = Limits()


@dataclass(frozen=True, slots=True)
class Clock:
    """How an unanswered ask stands today. `days` are the working days left, or gone by since `due` if it is late;
    `since` are the working days since it was sent."""

    state: ClockState
    due: date
    days: int
    since: int
    given_up: bool


def is_working(day: date, holidays: frozenset[date]) -> bool:
    return day.weekday() < SATURDAY and day not in holidays


def add_working_days(start: date, days: int, holidays: frozenset[date] = frozenset()) -> date:
    """The day that is this many working days after `start`; `start` itself does not count."""
    day = start
    while days > 0:
        day += timedelta(days=1)
        if is_working(day, holidays):
            days -= 1
    return day


def working_days(start: date, end: date, holidays: frozenset[date] = frozenset()) -> int:
    """Working days after `start` up to and with `end`; 0 if `end` is not later."""
    if end <= start:
        return 0
    weeks, rest = divmod((end - start).days, 7)
    counted = weeks * 5
    for number in range(1, rest + 1):
        counted += (start + timedelta(days=weeks * 7 + number)).weekday() < SATURDAY
    return counted - sum(start < day <= end and day.weekday() < SATURDAY for day in holidays)


def clock_of(sent: date, today: date, limits: Limits = DEFAULT, holidays: frozenset[date] = frozenset()) -> Clock:
    """The clock of an ask that was sent on `sent` and has no answer by `today`."""
    due = add_working_days(sent, limits.answer, holidays)
    since = working_days(sent, today, holidays)
    if today <= due:
        left = working_days(today, due, holidays)
        return Clock("due_soon" if left <= SOON_DAYS else "awaiting", due, left, since, False)
    late = working_days(due, today, holidays)
    state: ClockState = "long_overdue" if since > limits.long else "delayed"
    return Clock(state, due, late, since, since > limits.long + GIVEN_UP_DAYS)


def parse_holidays(lines: Iterable[str]) -> frozenset[date]:
    """Days written as YYYY-MM-DD, one a line, anything after the date ignored. Raises `ValueError` for another line."""
    words = (line.split() for line in lines)
    return frozenset(date.fromisoformat(parts[0]) for parts in words if parts)
