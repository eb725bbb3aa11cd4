"""Real payloads of other software with something broken in them, through the whole way of a delivery: signed, taken in
and worked on. Whatever they say, nothing fails and nothing stays behind half done."""

import asyncio
import copy
import json
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.elsewhere import PUBLIC
from tests.hostile.ground import House, house

EXAMPLES = int(os.environ.get("FOLKMOOT_TEST_EXAMPLES", "150"))
PAYLOADS = [
    json.loads(path.read_text("utf-8")) for path in sorted(Path(__file__).parents[1].glob("payloads/**/*.json"))
]
VERBS = (
    "Create",
    "Update",
    "Delete",
    "Announce",
    "Like",
    "Undo",
    "Follow",
    "Accept",
    "Reject",
    "Add",
    "Remove",
    "Block",
    "Flag",
    "Move",
    "Dislike",
    "EmojiReact",
    "Question",
    "",
)
ODD = (
    None,
    True,
    0,
    -1,
    2**63,
    1e308,
    "",
    "\x00",
    "x" * 5000,
    [],
    {},
    [[]],
    [None],
    {"id": 1},
    {"type": []},
    PUBLIC,
    "as:Public",
    "https://oak.example/users/rosa",
    "https://oak.example/posts/1",
    "https://[::1",
    "javascript:alert(1)",
    "2026-99-99T00:00:00Z",
    "0000-00-00",
    "9999-12-31T23:59:59Z",
    "<p>" * 2000,
    "\ud7ff\ufffe",
    {"@value": "x"},
    {"en": 7},
    ["a"] * 600,
)


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[asyncio.Runner, House]]:
    with asyncio.Runner() as runner:
        opening = house(tmp_path_factory.mktemp("fuzz"))
        oak = runner.run(opening.__aenter__())
        try:
            runner.run(oak.join("rosa"))
            runner.run(oak.topic("damp-homes", "Damp homes"))
            yield runner, oak
        finally:
            runner.run(opening.__aexit__(None, None, None))


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every place in a document where a value stands."""
    found: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        found += [(value, key) for key in value]
    elif isinstance(value, list):
        found += [(value, index) for index in range(len(value))]
    return found + [place for holder, key in found for place in places(holder[key])]


@settings(
    max_examples=EXAMPLES,
    deadline=timedelta(seconds=20),
    database=None,
    derandomize="FOLKMOOT_TEST_EXAMPLES" not in os.environ,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_nothing_that_other_software_could_send_is_an_error_of_ours(
    attacked: tuple[asyncio.Runner, House], data: st.DataObject
) -> None:
    runner, oak = attacked
    who = oak.here.stranger(f"s{oak.here.strangers % 20}")
    text = json.dumps(copy.deepcopy(data.draw(st.sampled_from(PAYLOADS))))
    document = json.loads(text)
    actor = document.get("actor") or document.get("attributedTo") or document.get("id")
    if isinstance(actor, str):
        document = json.loads(text.replace(actor, who.uri))
    if "object" not in document:
        document = who.create(document)
    if data.draw(st.booleans()):
        document["type"] = data.draw(st.sampled_from(VERBS))
    for _ in range(data.draw(st.integers(0, 4))):
        holder, key = data.draw(st.sampled_from(places(document)))
        holder[key] = copy.deepcopy(data.draw(st.sampled_from(ODD)))  # a later round may change a part of it
    document |= {"id": f"https://elm.example/activities/{oak.here.strangers}", "actor": who.uri}
    answer = runner.run(oak.here.post(who, json.dumps(document).encode("utf-8", "replace")))
    assert answer.status_code in (202, 400, 403), (answer.status_code, answer.text)
    runner.run(settled(oak))


async def settled(oak: House) -> None:
    """What came takes effect, or is refused with a reason."""
    for _ in range(10):  # a bug would be tried again for ever
        if not await oak.instance.worker.drain():
            break
    with oak.use():
        assert await oak.here.count("jobs", "last_error LIKE '%Error: %'") == 0
