"""Working days, and what the public clock says."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.rules.clock import Limits, add_working_days, clock_of, is_working, parse_holidays, working_days

MONDAY = date(2027, 3, 1)
DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))


@given(DAYS, st.integers(0, 200), st.frozensets(DAYS, max_size=20))
def test_counting_and_adding_agree(start: date, days: int, holidays: frozenset[date]) -> None:
    end = add_working_days(start, days, holidays)
    assert working_days(start, end, holidays) == days
    assert days == 0 or is_working(end, holidays)


@given(DAYS, st.integers(-10, 100), st.frozensets(DAYS, max_size=20))
def test_counting_is_counting_each_day(start: date, span: int, holidays: frozenset[date]) -> None:
    end = start + timedelta(days=span)
    each = [start + timedelta(days=n) for n in range(1, span + 1)]
    assert working_days(start, end, holidays) == sum(is_working(day, holidays) for day in each)


@pytest.mark.parametrize(
    ("later", "state", "days"),
    [
        (0, "awaiting", 30),
        (24, "awaiting", 6),
        (25, "due_soon", 5),
        (30, "due_soon", 0),
        (31, "delayed", 1),
        (60, "delayed", 30),
        (61, "long_overdue", 31),
    ],
)
def test_the_clock_goes_from_awaiting_to_long_overdue(later: int, state: str, days: int) -> None:
    clock = clock_of(MONDAY, add_working_days(MONDAY, later))
    assert (clock.state, clock.days, clock.since) == (state, days, later)
    assert clock.due == date(2027, 4, 12)


def test_a_weekend_makes_nothing_later() -> None:
    friday = add_working_days(MONDAY, 34)
    assert friday.weekday() == 4
    assert clock_of(MONDAY, friday) == clock_of(MONDAY, friday + timedelta(days=2))


def test_holidays_move_the_day_it_is_due() -> None:
    easter = parse_holidays(["2027-03-26 Good Friday", "", "2027-03-29"])
    assert clock_of(MONDAY, MONDAY, holidays=easter).due == date(2027, 4, 14)


def test_each_owner_has_limits_of_their_own() -> None:
    assert clock_of(MONDAY, MONDAY, Limits(2, 5, 10)).due == date(2027, 3, 8)


def test_after_sixty_days_more_nobody_waits() -> None:
    assert not clock_of(MONDAY, add_working_days(MONDAY, 120)).given_up
    assert clock_of(MONDAY, add_working_days(MONDAY, 121)).given_up


def test_a_day_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="Easter"):
        parse_holidays(["Easter Monday"])
