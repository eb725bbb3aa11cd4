"""Reasons, and who may appeal and judge."""

from datetime import date

import pytest

from server.rules import moderation
from server.rules.errors import Conflict, Invalid, Refused
from server.rules.moderation import APPEALABLE, REASONS, Why, appeal_until, check_appeal, check_judge, check_why
from server.rules.permissions import OPERATOR, Principal

DAY = date(2026, 5, 4)  # a Monday
AMINA = Principal("member", 7, member_id=1, suspended=True)


def test_every_code_has_a_sentence() -> None:
    assert all(moderation.words_of(code) == sentence for code, sentence in REASONS.items())
    assert all(moderation.words_of(code) == sentence for code, sentence in moderation.HOLDS.items())
    assert not set(REASONS) & set(moderation.HOLDS)


@pytest.mark.parametrize(
    "why", [Why(""), Why("because"), Why("first_post"), Why("other"), Why("other", " "), Why("spam", "x" * 501)]
)
def test_a_reason_that_says_nothing_or_too_much_is_refused(why: Why) -> None:
    with pytest.raises(Invalid):
        check_why(why)


def test_a_sentence_is_kept_on_one_line() -> None:
    assert check_why(Why("abuse", " Three\n insults\x00 ")) == Why("abuse", "Three insults")
    assert check_why(Why("abuse")) == Why("abuse")


def test_an_appeal_has_twenty_working_days() -> None:
    assert appeal_until(DAY) == date(2026, 6, 1)
    assert appeal_until(DAY, frozenset({date(2026, 5, 25)})) == date(2026, 6, 2)
    check_appeal(AMINA, 7, "suspend", DAY, DAY)
    with pytest.raises(Conflict):
        check_appeal(AMINA, 7, "suspend", DAY, date(2026, 5, 5))


def test_only_whom_it_concerns_appeals_and_only_against_what_took_something() -> None:
    for by in (Principal("member", 8, member_id=2), Principal("remote", 7), OPERATOR):
        with pytest.raises(Refused):
            check_appeal(by, 7, "remove", DAY, DAY)
    for act in ("publish", "keep", "warn", "ask_change", "lift"):
        assert act not in APPEALABLE
        with pytest.raises(Conflict):
            check_appeal(AMINA, 7, act, DAY, DAY)


def test_another_steward_judges_or_the_operator() -> None:
    first, second = (Principal("member", number, "steward", number) for number in (1, 2))
    check_judge(second, 1)
    check_judge(OPERATOR, 1)
    check_judge(OPERATOR, 0)
    check_judge(first, 0)
    for by in (first, Principal("member", 3, member_id=3), Principal("member", 2, "steward", 2, suspended=True)):
        with pytest.raises(Refused):
            check_judge(by, 1)
