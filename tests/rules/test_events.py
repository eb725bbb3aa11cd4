"""Events survive a restart as JSON."""

import dataclasses
import re
from pathlib import Path

import orjson
import pytest

from server.jobs.effects import event_of
from server.ledger.queue import ClaimedJob
from server.rules import events
from server.rules.events.event import Event
from server.rules.events.every import named

SAMPLES = {int: 7, str: "text", bool: True, tuple[int, ...]: (1, 2), tuple[str, ...]: ("one", "two")}


@pytest.mark.parametrize("kind", named().values(), ids=lambda kind: kind.__name__)
def test_an_event_comes_back_from_json_as_it_was(kind: type[Event]) -> None:
    event = kind(**{field.name: SAMPLES[field.type] for field in dataclasses.fields(kind)})  # type: ignore[index]  # types, not texts
    stored = orjson.loads(orjson.dumps({"event": kind.__name__, **dataclasses.asdict(event)}))
    assert event_of(ClaimedJob(1, "effects", kind.__name__, None, stored, 1)) == event


def test_every_event_is_found_by_its_name() -> None:
    files = Path(events.__path__[0]).glob("*.py")
    written = {name for file in files for name in re.findall(r"^class (\w+)\(Event\)", file.read_text("utf-8"), re.M)}
    assert len(written) > 40
    assert set(named()) == written


def test_an_event_nobody_knows_is_a_fault() -> None:
    with pytest.raises(KeyError):
        event_of(ClaimedJob(1, "effects", "Nothing", None, {"event": "Nothing"}, 1))
