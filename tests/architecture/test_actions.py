"""Every act of a person says who acts and asks the rules whether they may."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "server" / "actions").rglob("*.py"))
Function = ast.FunctionDef | ast.AsyncFunctionDef


def faults(source: str) -> list[str]:
    """What is wrong with a module's acts; one may ask through a neighbour in the same module.

    Acts are the public `async` functions: a plain function cannot write, for every write is awaited.
    """
    functions = {node.name: node for node in ast.parse(source).body if isinstance(node, Function)}
    found: list[str] = []
    for name, function in functions.items():
        if name.startswith("_") or not isinstance(function, ast.AsyncFunctionDef):
            continue
        parameters = [*function.args.posonlyargs, *function.args.args]
        if not parameters or parameters[0].arg != "by":
            found.append(f"{name}: its first parameter is not `by`")
        called = _calls(function)
        called |= {inner for near in called & functions.keys() for inner in _calls(functions[near])}
        if not any(each.startswith(("may_", "check_")) for each in called):
            found.append(f"{name}: asks no permission (may_… or check_…)")
    return found


def _calls(function: Function) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name):
                names.add(node.func.id)
            elif isinstance(node.func, ast.Attribute):
                names.add(node.func.attr)
    return names


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_action_says_who_acts_and_asks_whether_they_may(path: Path) -> None:
    assert faults(path.read_text("utf-8")) == []


def test_an_action_without_an_actor_or_a_permission_would_be_seen() -> None:
    assert faults("async def remove(post_id): ...") == [
        "remove: its first parameter is not `by`",
        "remove: asks no permission (may_… or check_…)",
    ]


def test_a_permission_asked_through_a_neighbour_counts() -> None:
    assert faults("async def hide(by): _gate(by)\ndef _gate(by): permissions.check_steward(by)") == []
