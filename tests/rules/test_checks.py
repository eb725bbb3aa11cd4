"""Who may open a check and when, and how votes and objections are counted."""

import pytest

from server.rules.checks import (
    ASIDE,
    CONSENT,
    OBJECT,
    Tally,
    check_end,
    check_opening,
    method_of,
    result_of,
    tally,
)
from server.rules.errors import Conflict, Invalid, Refused
from server.rules.lifecycle import PART_WORDS, Part
from server.rules.proposals import STATES

MAY = {"author", "steward"}
NOW = 1_800_000_000_000
DAY = 24 * 3600 * 1000


@pytest.mark.parametrize("part", PART_WORDS)
@pytest.mark.parametrize("state", STATES)
def test_author_and_steward_open_a_check_while_it_is_talked_about(part: Part, state: str) -> None:
    if part not in MAY:
        with pytest.raises(Refused):
            check_opening(state, frozenset({part}), another_open=False)
    elif state not in ("raised", "linked"):
        with pytest.raises(Conflict):
            check_opening(state, frozenset({part}), another_open=False)
    else:
        check_opening(state, frozenset({part}), another_open=False)


def test_nobody_in_particular_opens_no_check() -> None:
    with pytest.raises(Refused):
        check_opening("raised", frozenset(), another_open=False)


def test_one_check_at_a_time() -> None:
    with pytest.raises(Conflict):
        check_opening("raised", frozenset({"author"}), another_open=True)


@pytest.mark.parametrize("ends", [NOW - 1, NOW, NOW + 299_000, NOW + 32 * DAY])
def test_an_end_too_soon_or_too_late_is_refused(ends: int) -> None:
    with pytest.raises(Invalid):
        check_end(ends, NOW)


def test_a_week_is_a_good_end() -> None:
    check_end(NOW + 7 * DAY, NOW)


def test_an_unknown_method_is_refused() -> None:
    assert method_of("sense") == "sense"
    with pytest.raises(Invalid):
        method_of("majority")


def test_an_objection_without_a_reason_stands_aside_once_its_time_is_over() -> None:
    votes = {1: CONSENT, 2: ASIDE, 3: OBJECT, 4: OBJECT}
    assert tally(votes, [], frozenset({4})) == Tally(consent=1, aside=2, silent=1, awaited=1)
    assert tally(votes, [], frozenset()) == Tally(consent=1, aside=3, silent=2)


def test_a_reason_makes_it_an_objection_until_it_is_answered() -> None:
    votes = {1: CONSENT, 3: OBJECT}
    open_one = tally(votes, [(3, "open")], frozenset())
    assert open_one == Tally(consent=1, objections=1)
    assert result_of("consent", open_one) == "failed"
    answered = tally(votes, [(3, "accepted")], frozenset())
    assert answered == Tally(consent=1, answered=1)
    assert result_of("consent", answered) == "passed"


def test_whoever_consents_and_then_objects_objects() -> None:
    assert tally({1: CONSENT, 2: CONSENT}, [(2, "open")], frozenset()) == Tally(consent=1, objections=1)


def test_a_person_with_two_reasons_counts_once_and_stands_while_one_is_open() -> None:
    assert tally({}, [(1, "accepted"), (1, "open"), (1, "accepted")], frozenset()) == Tally(objections=1)


def test_without_anybody_who_consents_it_fails() -> None:
    assert result_of("consent", tally({1: ASIDE}, [], frozenset())) == "failed"
    assert result_of("consent", Tally()) == "failed"


def test_a_sense_check_only_informs() -> None:
    assert result_of("sense", Tally()) == "passed"
