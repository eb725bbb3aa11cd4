"""The table of attacks in README.md, row by row."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

TESTS: Final = Path(__file__).parents[1]
_ROW: Final = re.compile(r"\| (\d+) \|.*\| ([^|]+) \|")
TABLE: Final = {
    int(found[1]): [name.strip() for name in found[2].split(",")]
    for found in map(_ROW.fullmatch, (TESTS / "hostile" / "README.md").read_text("utf-8").splitlines())
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
