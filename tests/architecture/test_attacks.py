"""The table of attacks is whole: every row names its tests, every test that it names is there, and so is every guard
that can be taken away to see them fail."""

import re

import pytest

from tests.hostile.guards import GUARDS, ROOT, Guard
from tests.hostile.table import TABLE, TESTS, named, names_in


def test_there_are_sixty_rows() -> None:
    assert list(TABLE) == list(range(1, 61))


@pytest.mark.parametrize("row", TABLE)
def test_a_row_has_tests_that_exist(row: int) -> None:
    tests = list(named(row))
    assert tests
    assert [f"{path}::{name}" for path, name in tests if name not in names_in(path)] == []


def test_a_test_that_is_named_for_a_row_is_for_one_of_the_sixty() -> None:
    numbers = {
        int(found[1])
        for path in TESTS.rglob("test_*.py")
        for name in names_in(path.relative_to(TESTS).as_posix())
        if (found := re.match(r"test_row_(\d+)_", name))
    }
    assert numbers <= set(TABLE)
    assert len(numbers) >= 35


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: f"{guard.row}-{guard.file}")
def test_a_guard_stands_where_its_row_says_and_once(guard: Guard) -> None:
    assert (ROOT / guard.file).read_text("utf-8").count(guard.text) == 1
    assert guard.broken != guard.text
    assert guard.row in TABLE
