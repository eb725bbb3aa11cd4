"""What follows from the answer to a delivery."""

from email.utils import formatdate

import pytest

from federation.delivery import DAY, LONGEST, Done, GiveUp, RetryAt, retry_after_of, verdict

NOW = 1_000_000.0


def judge(status: int | None, attempts: int = 1, retry_after: float | None = None, jitter: float = 0, age: float = 0):
    return verdict(status, attempts=attempts, now=NOW, retry_after=retry_after, jitter=jitter, first_tried=NOW - age)


@pytest.mark.parametrize("status", [200, 202, 204, 299])
def test_any_2xx_is_done(status: int) -> None:
    assert judge(status) == Done()


@pytest.mark.parametrize("status", [400, 403, 404, 405, 410, 413, 422, 451, 501])
def test_an_answer_that_will_not_change_is_final(status: int) -> None:
    assert isinstance(judge(status), GiveUp)


@pytest.mark.parametrize("status", [None, 301, 401, 408, 429, 500, 502, 503, 504])
def test_an_answer_that_may_change_is_tried_again(status: int | None) -> None:
    assert judge(status) == RetryAt(NOW + 16)


def test_the_gap_grows_with_the_fourth_power_and_stops_at_a_day() -> None:
    assert judge(503, attempts=4) == RetryAt(NOW + 256 + 15)
    assert judge(503, attempts=4, jitter=1) == RetryAt(NOW + 256 + 15 + 50)
    assert judge(503, attempts=40, jitter=1) == RetryAt(NOW + DAY)


def test_retry_after_lengthens_the_gap_never_beyond_a_day_and_never_shortens_it() -> None:
    assert judge(429, retry_after=3600) == RetryAt(NOW + 3600)
    assert judge(429, retry_after=1) == RetryAt(NOW + 16)
    assert judge(429, retry_after=10 * DAY) == RetryAt(NOW + DAY)


def test_after_fourteen_days_nothing_is_tried_again() -> None:
    assert isinstance(judge(None, attempts=20, age=LONGEST - DAY), RetryAt)
    assert isinstance(judge(None, attempts=20, age=LONGEST - DAY + 1), GiveUp)


def test_retry_after_is_read_as_seconds_or_as_a_date() -> None:
    assert retry_after_of(" 120 ", NOW) == 120
    assert retry_after_of(formatdate(NOW + 90, usegmt=True), NOW) == 90
    assert retry_after_of(formatdate(NOW - 90, usegmt=True), NOW) == 0


@pytest.mark.parametrize("header", [None, "", "soon", "-5", "1.5", "Tue, 99 Foo 2026", "²"])
def test_an_unreadable_retry_after_is_no_wish(header: str | None) -> None:
    assert retry_after_of(header, NOW) is None
