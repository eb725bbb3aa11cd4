"""The byline: what a reader learns of who speaks, and what they must not."""

import pytest

from server.rules.accounts import ROLE_WORDS, ROLES, Mode, byline

ROSA = {"name": "Rosa Marchetti", "handle": "rosa", "role": "Caretaker", "organisation": "Oak Housing"}


def test_in_the_open_everything_is_said() -> None:
    line = byline(account_id=1, mode="open", **ROSA)
    assert (line.name, line.handle, line.role, line.organisation) == tuple(ROSA.values())


@pytest.mark.parametrize(
    ("mode", "role", "shown", "organisation"),
    [
        ("confidential", "Caretaker", "A Caretaker", "Oak Housing"),
        ("confidential", "", "A practitioner", "Oak Housing"),
        ("anonymous", "Caretaker", "Someone at the frontline", ""),
    ],
)
def test_a_mode_that_hides_the_person_never_says_the_name(mode: Mode, role: str, shown: str, organisation: str) -> None:
    line = byline(account_id=9, mode=mode, **{**ROSA, "role": role, "handle": "oak"})
    assert (line.name, line.role, line.organisation, line.account_id) == (shown, "", organisation, 9)
    assert "Rosa" not in repr(line)


def test_every_role_has_a_word() -> None:
    assert set(ROLE_WORDS) == set(ROLES)
