"""The table of attacks is whole: every row names its tests, and every test that it names is there."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
ROW = re.compile(r"\| (\d+) \|.*\| ([^|]+) \|")
TABLE = {
    int(found[1]): [name.strip() for name in found[2].split(",")]
    for found in map(ROW.fullmatch, (TESTS / "hostile" / "README.md").read_text("utf-8").splitlines())
    if found
}


@cache
def names_in(path: str) -> frozenset[str]:
    """The names of the tests in a file."""
    tree = ast.parse((TESTS / path).read_text("utf-8"))
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return frozenset(node.name for node in functions if node.name.startswith("test_"))


def named(row: int) -> Iterator[tuple[str, str]]:
    """The tests of a row, as file and name. A file alone stands for its tests that have the row in their names."""
    for entry in TABLE[row]:
        path, _, name = entry.partition("::")
        if name:
            yield path, name
        else:
            of_row = [test for test in names_in(path) if test.startswith(f"test_row_{row}_")]
            assert of_row, f"no test in {path} is for row {row}"
            yield from ((path, test) for test in of_row)


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
