"""What the tests with a browser leave out of one run comes in another, and a long run has it all."""

import pytest

from tests.browser.ways import NARROW, WAYS, WIDE, variants, ways


@pytest.mark.parametrize("number", [0, 1, 7])
def test_every_way_has_its_day(number: int) -> None:
    assert {ways(number, turn, every=False)[0] for turn in range(len(WAYS))} == set(WAYS)
    assert set(ways(number, 3, every=True)) == set(WAYS)
    pairs = {variants(number, turn, every=False) for turn in range(len(WIDE) * len(NARROW))}
    assert pairs == {(wide, narrow) for wide in WIDE for narrow in NARROW}
    assert set(variants(number, 3, every=True)) == {*WIDE, *NARROW}


@pytest.mark.parametrize("turn", range(len(WAYS)))
def test_two_at_once_are_one_with_scripts_and_one_without(turn: int) -> None:
    assert {way.script for way in ways(0, turn, at_once=2, every=False)} == {True, False}
