"""`folkmoot peer` and `folkmoot queue`: what an operator can see of other servers and do about them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from server.actions.actors import record_account
from server.cli.peer import facts, state_of
from server.rules.drafts import AccountDraft
from server.rules.permissions import OPERATOR
from server.storage.models.work import CANCELLED, PARKED, WAITING
from server.storage.sql import execute, rows
from server.views.instance import PeerView
from tests.cli.terminal import Terminal, free_port

NOW = datetime.now(UTC)
PEER = PeerView("elm.example", "folkmoot", NOW, NOW, None, 0, 0, None, 0, "", False)
LATER = 4_000_000_000_000


def letters_at(here: Terminal) -> None:
    """Two letters for a server that is down, the older one given up, and one for another server."""

    async def fill() -> None:
        await execute(
            "INSERT INTO activities (id, uri, account_id, object_uri, body, created_at)"
            " VALUES (1, 'https://us.example/a/1', 1, 'https://us.example/posts/1', ?, 1)",
            [b"{}"],
        )
        for number, host, state in (
            (1, "down.example", PARKED),
            (2, "down.example", WAITING),
            (3, "up.example", WAITING),
        ):
            await execute(
                "INSERT INTO deliveries (id, activity_id, host, inbox, chain, sender_account_id, state, attempts,"
                " first_tried_at, run_at, last_error, created_at, lock) VALUES"
                " (?, 1, ?, ?, 'https://us.example/posts/1', 1, ?, 7, 5, ?, 'no answer', 1, '')",
                [number, host, f"https://{host}/inbox/{number}", state, LATER],
            )
        await execute(
            "INSERT INTO hosts (domain, first_seen, failures, broken_until, last_failure)"
            " VALUES ('down.example', 1, 9, ?, 5)",
            [LATER],
        )

    here.ask(fill)


def of_letters(here: Terminal) -> list[tuple[int, int, int, bool]]:
    async def look() -> list[dict[str, Any]]:
        return await rows("SELECT id, state, attempts, run_at FROM deliveries ORDER BY id")

    return [(row["id"], row["state"], row["attempts"], row["run_at"] < LATER) for row in here.ask(look)]


def test_no_peers_are_an_empty_list(here: Terminal) -> None:
    assert here("peer", "list", "--json").json == []
    assert here("peer", "list").out.startswith("SERVER")
    assert here("queue", "list", "--json").json == []


@pytest.mark.parametrize(
    ("peer", "word"),
    [
        (PEER, "ok"),
        (replace(PEER, failures=3), "failing (3)"),
        (replace(PEER, failures=9, paused_until=NOW + timedelta(hours=1)), "paused"),
        (replace(PEER, failures=9, paused_until=NOW - timedelta(hours=1)), "failing (9)"),
        (replace(PEER, policy="block", failures=3), "blocked"),
        (replace(PEER, policy="held"), "held"),
        (replace(PEER, policy="limit"), "limited"),
        (replace(PEER, policy="limit", failures=2), "failing (2)"),
    ],
)
def test_the_state_of_a_peer_is_one_word(peer: PeerView, word: str) -> None:
    assert state_of(peer).startswith(word)
    assert facts(peer)["state"] == word.partition(" ")[0]


def test_one_peer_shows_what_waits_since_when_and_why(here: Terminal) -> None:
    letters_at(here)
    shown = here("peer", "show", "down.example", "--json").json
    assert (shown["waiting"], shown["dead"], shown["failures"], shown["state"]) == (1, 1, 9, "paused")
    assert (shown["oldest_waiting"], shown["last_error"]) == ("1970-01-01T00:00:00Z", "no answer")
    assert shown["next_try"]
    assert "last error" in here("peer", "show", "down.example").out
    assert here("peer", "show", "never.example").code == 1
    assert [each["domain"] for each in here("peer", "list", "--state", "trouble", "--json").json] == ["down.example"]


def test_a_server_is_blocked_limited_and_let_in_again(here: Terminal) -> None:
    for verb, state in (("block", "blocked"), ("limit", "limited"), ("allow", "ok")):
        assert here("peer", verb, "https://Elm.Example/@bo", "--note", "why").out == "elm.example\n"
        assert here("peer", "show", "elm.example", "--json").json["state"] == state
    wrong = here("peer", "block", here.domain)
    assert (wrong.code, wrong.out) == (1, "")


def test_what_was_given_up_lives_again_and_what_waits_is_tried_at_once(here: Terminal) -> None:
    letters_at(here)
    assert here("queue", "status", "--json").json["deliver"]["parked"] == 1
    assert [each["id"] for each in here("queue", "list", "--dead", "--json").json] == ["1"]
    assert here("peer", "retry", "down.example").out == "2\n"
    assert of_letters(here) == [(1, WAITING, 0, True), (2, WAITING, 7, True), (3, WAITING, 7, False)]
    assert here("peer", "show", "down.example", "--json").json["paused_until"] is None
    assert here("queue", "retry", "3").out == "1\n"
    assert of_letters(here)[2][3]
    assert here("queue", "retry", "--dead").code == 1, "nothing is given up any more"


def test_what_is_dropped_is_never_tried_again(here: Terminal) -> None:
    letters_at(here)
    assert here("queue", "drop", "1").out == "1\n"
    assert here("queue", "drop", "--host", "up.example", "--json").json == {"number": 1}
    assert [state for _, state, _, _ in of_letters(here)] == [CANCELLED, WAITING, CANCELLED]
    assert [each["host"] for each in here("queue", "list", "--waiting", "--json").json] == ["down.example"]
    for words in (("drop",), ("retry",), ("retry", "1", "--dead"), ("drop", "1"), ("drop", "77")):
        assert here("queue", *words).code == 1, words


def test_a_list_is_looked_at_taken_in_and_given_back(here: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "blocks.csv"
    path.write_text("#domain,#severity\nspam.example,suspend\nloud.example,silence\nno domain,suspend\n")
    dry = here("peer", "import", str(path), "--dry-run", "--json")
    assert (dry.json["missed"], dry.json["applied"]) == (["no domain,suspend"], False)
    assert here("peer", "export").out.splitlines()[1:] == []
    taken = here("peer", "import", str(path))
    assert (taken.code, "2 of 2" in taken.err, "Passed over: no domain" in taken.err) == (0, True, True)
    assert here("peer", "export").out.splitlines()[1:] == [
        "loud.example,silence,False,False,,False",
        "spam.example,suspend,False,False,,False",
    ]
    path.write_text("#domain\noak.example\n")
    assert here("peer", "import", str(path), "--kind", "allows").code == 0
    assert here("peer", "export", "--kind", "allows").out.splitlines() == ["#domain", "oak.example"]


def test_a_purge_says_how_far_it_is_and_needs_a_yes(here: Terminal) -> None:
    async def fill() -> None:
        for number in range(30):
            uri = f"https://elm.example/{number}"
            draft = AccountDraft(uri=uri, url=uri, kind="person", name=f"n{number}", domain="elm.example", inbox=uri)
            await record_account(OPERATOR, draft)

    here.ask(fill)
    done = here("peer", "purge", "elm.example", "--yes")
    assert (done.code, done.out, done.err.split("\n")[:2]) == (0, "30\n", ["25 of 30", "30 of 30"])
    assert here("peer", "purge", "elm.example", "--yes").code == 1


def test_a_server_that_does_not_answer_a_ping_is_an_error(here: Terminal) -> None:
    result = here("peer", "ping", f"127.0.0.1:{free_port()}")
    assert (result.code, result.out) == (1, "")
    assert "does not answer" in result.err


def test_a_ping_says_what_a_server_runs(here: Terminal, template: Terminal) -> None:
    with here.process("serve"):
        here.wait_until_up()
        result = Terminal(here.data.parent / "other", free_port())("peer", "ping", here.domain)
    assert (result.code, result.out.startswith(f"{here.domain} runs folkmoot")) == (0, True)


def test_who_may_come_in_is_shown_and_set(here: Terminal) -> None:
    for words, told in (
        ((), {"who": "open", "blocks": "nobody"}),
        (("--who", "quarantine"), {"who": "quarantine", "blocks": "nobody"}),
        (("--blocks", "members"), {"who": "quarantine", "blocks": "members"}),
    ):
        assert here("peer", "federation", *words, "--json").json == told
    assert here("peer", "federation", "--who", "friends").code == 2
