"""Lists that are being taken in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from server.queries.accounts import loaded
from server.queries.moments import moment
from server.rules.exports import Entry
from server.storage.sql import row, rows


@dataclass(frozen=True, slots=True)
class ImportView:
    """How far it is: `done` of `total` lines; `missed` are those that could not be had."""

    id: int
    kind: str
    done: int
    total: int
    missed: tuple[str, ...]
    at: datetime

    @property
    def ended(self) -> bool:
        return self.done >= self.total


@dataclass(frozen=True, slots=True)
class Waiting:
    """The next lines of an import, from `position` on."""

    member_id: int
    kind: str
    position: int
    entries: tuple[Entry, ...]


async def of_member(member_id: int, limit: int = 5) -> list[ImportView]:
    """The newest first."""
    found = await rows("SELECT * FROM imports WHERE member_id = ? ORDER BY id DESC LIMIT ?", [member_id, limit])
    return [_view(each) for each in found]


async def waiting(import_id: int, limit: int) -> Waiting | None:
    """What is to be done next; None when all is done."""
    found = await row("SELECT member_id, kind, entries, position FROM imports WHERE id = ?", [import_id])
    if found is None:
        return None
    position = found["position"]
    following = (loaded(found["entries"]) or [])[position : position + limit]
    entries = tuple(Entry.from_json(each) for each in following)
    return Waiting(found["member_id"], found["kind"], position, entries) if entries else None


def _view(found: Mapping[str, Any]) -> ImportView:
    return ImportView(
        id=found["id"],
        kind=found["kind"],
        done=found["position"],
        total=len(loaded(found["entries"]) or []),
        missed=tuple(loaded(found["missed"]) or []),
        at=moment(found["created_at"]),
    )
