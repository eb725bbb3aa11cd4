"""Whatever arrives, the worker never fails on it: it takes effect, is dropped, or is refused with a reason."""

from typing import Any

import pytest

from server.jobs.inbox import take
from server.ledger.receipts import REFUSED, load
from server.storage.sql import execute, rows
from tests.elsewhere import HOME, Here
from tests.inbound.test_verbs import proposal_here, their_proposal

ODD: tuple[Any, ...] = (
    None, True, -1, 1.5, "", "x" * 5000, "javascript:alert(1)", "\u202e\u0000", [], {}, [None], [[]], [{}], {"id": 7},
    {"id": {"id": []}}, {"type": ["Note", "Person"]}, [{"type": "Mention", "href": []}], "https://", "https://[::1]:99999/",
    "9999-99-99T00:00:00Z", "-0001-01-01", 2**62, [{"type": "Hashtag", "name": "#" + "a" * 400}] * 300,
)  # fmt: skip


@pytest.mark.parametrize("kind", ["note", "proposal", "question"])
async def test_odd_values_in_an_object_break_nothing(here: Here, kind: str) -> None:
    _, uri = await proposal_here(here)
    nadia = here.stranger("nadia")
    await here.topic()
    document = nadia.note("1", inReplyTo=uri, updated="2026-11-21T10:00:00Z")
    if kind == "proposal":
        document = their_proposal(nadia, to=[f"{HOME}/topics/damp-homes"], inReplyTo=None, attachment=[], tag=[])
    if kind == "question":
        document |= {"type": "Question", "oneOf": [{"type": "Note", "name": "A"}], "endTime": "2030-01-01T00:00:00Z"}
    number = 0
    for shift, key in enumerate(document):
        for odd in ODD[shift % 3 :: 3]:
            number += 1
            fresh = {**document, "id": f"https://elm.example/o/{number}", key: odd}
            answer = await here.receive(nadia, nadia.does("Create", fresh, str(number)))
            assert answer.status_code in (202, 400, 403), (key, odd)
    assert not await rows("SELECT id FROM jobs WHERE queue = 'inbox'")


@pytest.mark.parametrize(
    "verb",
    [
        "Accept",
        "Add",
        "Announce",
        "Block",
        "Flag",
        "Follow",
        "Like",
        "Move",
        "Reject",
        "Remove",
        "Undo",
        "Update",
        "View",
    ],
)
async def test_odd_objects_of_every_verb_break_nothing(here: Here, verb: str) -> None:
    _, uri = await proposal_here(here)
    nadia = here.stranger("nadia")
    objects: tuple[Any, ...] = (
        *ODD,
        uri,
        [uri, uri],
        {"id": uri},
        nadia.uri,
        {"type": verb, "id": nadia.uri, "object": uri},
    )
    for number, odd in enumerate(objects):
        target = (None, uri, nadia.uri)[number % 3]
        answer = await here.receive(nadia, nadia.does(verb, odd, str(number), target=target))
        assert answer.status_code in (202, 400, 403), odd
    assert not await rows("SELECT id FROM jobs WHERE queue = 'inbox'")


async def test_work_that_was_cut_off_is_done_again_and_takes_effect_once(here: Here) -> None:
    _, uri = await proposal_here(here)
    nadia = here.stranger("nadia")
    await here.receive(nadia, nadia.create(nadia.note("1", inReplyTo=uri)))
    await here.receive(nadia, nadia.does("Like", uri))
    await execute("UPDATE receipts SET state = 0", [])
    for receipt in await rows("SELECT id FROM receipts ORDER BY id"):
        arrival = await load(int(receipt["id"]))
        assert arrival is not None
        await take(here.remote.fresh(), arrival)
    assert await here.count("posts", "kind = 'comment'") == 1
    counted = await here.one("SELECT comments_count, support_wider FROM proposals")
    assert (counted["comments_count"], counted["support_wider"]) == (1, 1)


async def test_what_is_refused_is_kept_with_its_reason_and_never_tried_again(here: Here) -> None:
    await here.topic()
    nadia = here.stranger("nadia")
    ash = here.stranger("ash", "ash.example")
    await here.receive(nadia, nadia.does("Announce", ash.create(ash.note("1"))))
    kept = await here.one("SELECT state, reason FROM receipts")
    assert kept["state"] == REFUSED
    assert "chapter" in kept["reason"]
    assert await here.count("jobs", "queue = 'inbox'") == 0
