"""Facts that go with words are checked the same wherever they come from."""

from typing import Any

import pytest

from server.rules.contributions import checked_facts
from server.rules.errors import Invalid
from server.rules.facts import PROPOSAL, checked

TRIAL = {"place": "Northside", "result": "better"}


def test_when_something_was_tried_is_kept_as_dates_and_who_may_be_asked_as_yes() -> None:
    when = {"since": "2026-01-31", "until": "2026-03-01"}
    assert checked_facts("trial", {**TRIAL, **when, "contact": "1"}) == {**TRIAL, **when, "contact": True}
    assert checked_facts("trial", {**TRIAL, "since": "2026-01-31"}) == {**TRIAL, "since": "2026-01-31"}


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"since": "2026-03-02", "until": "2026-03-01"}, "until"),
        ({"since": "in spring"}, "since"),
        ({"until": "2026-02-30"}, "until"),
    ],
)
def test_dates_that_cannot_be_are_refused_here_and_left_out_from_elsewhere(facts: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_facts("trial", {**TRIAL, **facts})
    assert refused.value.field == field
    assert field not in checked_facts("trial", {**TRIAL, **facts, field: "never"}, strict=False)


@pytest.mark.parametrize("wrong", ["21 to 100", 100, ["daily"], {"daily": 1}, "x" * 10_000])
def test_what_a_proposal_says_beside_its_words_is_one_of_the_answers(wrong: object) -> None:
    assert checked(PROPOSAL, {"often": "weekly", "number": wrong}, strict=False) == {"often": "weekly"}
    with pytest.raises(Invalid) as refused:
        checked(PROPOSAL, {"often": "weekly", "number": wrong})
    assert refused.value.field == "number"
