"""Every act of the life cycle in every state by every part: the table, and what it asks for first."""

import itertools

import pytest

from server.rules.errors import CivicError, Conflict, Invalid, Refused
from server.rules.lifecycle import (
    ACTS,
    OUTCOMES,
    PART_WORDS,
    Act,
    Facts,
    Part,
    Wanted,
    check_act,
    floor_reached,
    may_act,
)
from server.rules.proposals import STATES, State

# The life cycle as the civic model draws it: who moves it from where to where. Written out again here, so that a slip
# in the table shows.
DRAWN: dict[Act, tuple[str, str, str]] = {
    "hold": ("raised agreed linked dormant", "held", "steward clock"),
    "release": ("held", "raised", "steward"),
    "agree": ("raised linked", "agreed", "author steward"),
    "talk_again": ("agreed", "raised", "author steward"),
    "send": ("agreed", "sent", "steward"),
    "answer": ("sent answered in_action closed", "answered", "owner steward"),
    "ask_again": ("answered", "sent", "steward"),
    "take_further": ("answered", "sent", "steward"),
    "begin": ("answered", "in_action", "owner steward"),
    "close": ("raised agreed linked sent answered in_action dormant", "closed", "steward clock"),
    "disagree": ("closed", "closed", "author"),
    "reopen": ("closed withdrawn", "raised", "author steward"),
    "link": ("raised", "linked", "author steward clock"),
    "unlink": ("linked", "raised", "author steward"),
    "rest": ("raised", "dormant", "steward clock"),
    "wake": ("dormant", "raised", "author steward clock"),
    "withdraw": ("raised agreed linked sent answered in_action dormant", "withdrawn", "author"),
}
PARTS: tuple[Part | None, ...] = (*PART_WORDS, None)
READY = {"corroborations": 3, "places": 2, "check": "passed", "ask_ready": True, "answer": "accepted", "given_up": True}


@pytest.mark.parametrize("act", ACTS)
def test_an_act_is_done_by_those_who_may_in_the_states_that_allow_it(act: Act) -> None:
    states, target, parts = (words.split() for words in DRAWN[act])
    for state, part in itertools.product(STATES, PARTS):
        facts = Facts(state, **READY)  # type: ignore[arg-type]
        mine = frozenset({part} if part else ())
        wanted = Wanted("Because it is so.", outcome="no_answer")
        if part not in parts:
            with pytest.raises(Refused):
                check_act(act, facts, mine, wanted)
            assert not may_act(act, facts, mine)
        elif state not in states:
            with pytest.raises(Conflict):
                check_act(act, facts, mine, wanted)
            assert not may_act(act, facts, mine)
        else:
            assert [check_act(act, facts, mine, wanted)] == target
            assert may_act(act, facts, mine)


def test_a_draft_moves_only_by_being_raised() -> None:
    assert all("draft" not in rule.sources for rule in ACTS.values())


@pytest.mark.parametrize("act", [act for act, rule in ACTS.items() if rule.reason])
def test_an_act_that_takes_something_from_others_needs_a_reason(act: Act) -> None:
    state = next(iter(sorted(ACTS[act].sources)))
    part = next(iter(sorted(ACTS[act].parts)))
    with pytest.raises(Invalid, match="Say why"):
        check_act(act, Facts(state, **READY), frozenset({part}), Wanted(" ", outcome="changed"))  # type: ignore[arg-type]


def test_a_withdrawal_needs_a_reason_once_it_was_sent() -> None:
    author: frozenset[Part] = frozenset({"author"})
    assert check_act("withdraw", Facts("raised"), author) == "withdrawn"
    with pytest.raises(Invalid):
        check_act("withdraw", Facts("sent", sent_ever=True), author)


@pytest.mark.parametrize(
    ("facts", "reached"),
    [
        (Facts("raised", corroborations=3, places=2), True),
        (Facts("raised", corroborations=9, places=1), False),
        (Facts("raised", corroborations=2, places=2), False),
        (Facts("raised", endorsements=1), True),
        (Facts("raised"), False),
    ],
)
def test_the_evidence_floor_is_three_people_in_two_places_or_an_organisation(facts: Facts, reached: bool) -> None:
    assert floor_reached(facts) is reached


@pytest.mark.parametrize(
    "facts",
    [
        Facts("raised", endorsements=1, check="none"),
        Facts("raised", endorsements=1, check="failed"),
        Facts("raised", endorsements=1, check="open"),
        Facts("raised", check="passed"),
        Facts("raised", endorsements=1, check="passed", objections_open=1),
    ],
)
def test_what_is_not_agreed_yet_stays_raised(facts: Facts) -> None:
    with pytest.raises(Conflict):
        check_act("agree", facts, frozenset({"author", "steward"}))


def test_a_steward_may_go_on_without_a_check_openly_but_never_over_an_objection() -> None:
    waived = Wanted("Seen by two, sent on behalf of Oak.", waived=True)
    steward: frozenset[Part] = frozenset({"steward"})
    assert check_act("agree", Facts("raised"), steward, waived) == "agreed"
    with pytest.raises(Invalid):
        check_act("agree", Facts("raised"), steward, Wanted(waived=True))
    with pytest.raises(Refused):
        check_act("agree", Facts("raised"), frozenset({"author"}), waived)
    with pytest.raises(Conflict):
        check_act("agree", Facts("raised", objections_open=1), steward, waived)


def test_it_is_sent_when_it_says_who_is_asked() -> None:
    with pytest.raises(Invalid):
        check_act("send", Facts("agreed"), frozenset({"steward"}))


def test_it_is_asked_again_once() -> None:
    wanted = Wanted("New figures from two years.")
    ready = Facts("answered", asked=1, ask_ready=True)
    assert check_act("ask_again", ready, frozenset({"steward"}), wanted) == "sent"
    with pytest.raises(Conflict):
        check_act("ask_again", Facts("answered", asked=2, ask_ready=True), frozenset({"steward"}), wanted)
    with pytest.raises(Invalid):
        check_act("ask_again", Facts("answered", asked=1), frozenset({"steward"}), wanted)


def test_it_is_taken_further_to_somebody_who_was_not_asked_before() -> None:
    steward: frozenset[Part] = frozenset({"steward"})
    assert check_act("take_further", Facts("answered", ask_ready=True), steward) == "sent"
    for facts in (Facts("answered"), Facts("answered", ask_ready=True, asked=1)):
        with pytest.raises(Invalid):
            check_act("take_further", facts, steward)


@pytest.mark.parametrize("code", ["declined", "not_ours", "under_consideration", "already_allowed", ""])
def test_no_action_follows_an_answer_that_promises_none(code: str) -> None:
    with pytest.raises(Conflict):
        check_act("begin", Facts("answered", answer=code), frozenset({"steward"}))


def test_it_closes_without_an_answer_only_when_none_can_be_expected() -> None:
    steward: frozenset[Part] = frozenset({"steward"})
    for outcome in OUTCOMES:
        wanted = Wanted("Two letters, no reply.", outcome=outcome)
        with pytest.raises(CivicError):
            check_act("close", Facts("sent"), steward, wanted)
    assert (
        check_act("close", Facts("sent", given_up=True), steward, Wanted("No reply.", outcome="no_answer")) == "closed"
    )
    with pytest.raises(Invalid):
        check_act("close", Facts("answered"), steward, Wanted("So it ended.", outcome="somehow"))


@pytest.mark.parametrize("before", ["raised", "agreed", "linked", "dormant"])
def test_what_was_held_goes_back_to_where_it_was(before: State) -> None:
    assert check_act("release", Facts("held", before=before), frozenset({"steward"})) == before
