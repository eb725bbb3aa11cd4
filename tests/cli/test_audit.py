"""`folkmoot audit` and `folkmoot appeal`."""

import json

import pytest

from server.ledger.audit import enter
from server.storage.sql import execute
from tests.cli.terminal import Terminal

ACTS = ("DecisionMade", "InstanceChanged", "DecisionMade")


@pytest.fixture
def sealed(here: Terminal) -> Terminal:
    """An instance with three entries in its log."""

    async def write() -> None:
        for job, act in enumerate(ACTS):
            await enter(job, at=1_800_000_000_000 + job, by_id=0, act=act, subject="7", detail={"act": "remove"})

    here.ask(write)
    return here


def test_a_log_without_entries_is_whole_and_empty(here: Terminal) -> None:
    assert here("audit", "tail", "--json").json == []
    result = here("audit", "verify")
    assert (result.code, result.out) == (0, "The chain is whole.\n")
    assert here("audit", "export").out == ""


def test_an_export_is_one_entry_a_line_and_tail_shows_the_newest(sealed: Terminal) -> None:
    exported = [json.loads(line) for line in sealed("audit", "export").out.splitlines()]
    assert tuple(entry["act"] for entry in exported) == ACTS
    assert [entry["before"] for entry in exported] == ["", exported[0]["hash"], exported[1]["hash"]]
    assert sealed("audit", "tail", "-n", "2", "--json").json == exported[1:]
    assert "DecisionMade" in sealed("audit", "tail").out
    assert sealed("audit", "verify", "--json").json == {"whole": True, "broken_at": None}


def test_a_changed_entry_is_named_and_ends_with_one(sealed: Terminal) -> None:
    second = sealed("audit", "tail", "-n", "2", "--json").json[0]["id"]
    sealed.ask(lambda: execute("UPDATE audit SET by_id = 99 WHERE id = ?", [second]))
    result = sealed("audit", "verify")
    assert (result.code, result.out) == (1, f"The chain is broken at entry {second}.\n")
    assert sealed("audit", "verify", "--json").json == {"whole": False, "broken_at": second}


def test_no_appeals_are_an_empty_list(here: Terminal) -> None:
    assert here("appeal", "list", "--json").json == []
    assert here("appeal", "list").out.startswith("APPEAL")


def test_an_appeal_is_decided_with_a_word(here: Terminal) -> None:
    assert here("appeal", "decide", "7").code == 2
    result = here("appeal", "decide", "7", "undo")
    assert (result.code, result.out) == (1, "")
