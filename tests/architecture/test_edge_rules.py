"""The list of edge rules names tests that exist."""

import re
from pathlib import Path

import pytest

from tests.architecture.test_attacks import names_in

ROW = re.compile(r"\| ([^|]+) \| (\S+\.py::[^|]+) \|")
TEXT = (Path(__file__).parents[1] / "journeys" / "README.md").read_text("utf-8")
RULES = {found[1]: found[2].split(", ") for found in map(ROW.fullmatch, TEXT.splitlines()) if found}


def test_every_line_of_the_table_is_a_rule_with_tests() -> None:
    lines = [line for line in TEXT.splitlines() if line.startswith("| ")]
    assert len(RULES) == len(lines) - 1 > 10


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_has_tests_that_exist(rule: str) -> None:
    named = [entry.strip().partition("::") for entry in RULES[rule]]
    assert [(path, name) for path, _, name in named if name not in names_in(path)] == []
