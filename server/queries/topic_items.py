"""What our chapter's log holds, for comparing it with that of another chapter."""

from collections.abc import Mapping
from dataclasses import dataclass

from server.storage.sql import row, rows

Entry = tuple[str, int, bool]


@dataclass(frozen=True, slots=True)
class KeptItem:
    uri: str
    gone: bool
    body: bytes | None


async def by_bucket(topic_id: int) -> Mapping[int, list[Entry]]:
    """The whole log, by bucket."""
    buckets: dict[int, list[Entry]] = {}
    for each in await rows("SELECT bucket, uri, version, gone FROM topic_items WHERE topic_id = ?", [topic_id]):
        buckets.setdefault(int(each["bucket"]), []).append(_entry(each))
    return dict(sorted(buckets.items()))


async def in_bucket(topic_id: int, bucket: int, after: str, limit: int) -> list[Entry]:
    """Items of a bucket by id, those after `after`."""
    found = await rows(
        "SELECT uri, version, gone FROM topic_items WHERE topic_id = ? AND bucket = ? AND uri > ? ORDER BY uri LIMIT ?",
        [topic_id, bucket, after, limit],
    )
    return [_entry(each) for each in found]


async def known(topic_id: int, uris: list[str]) -> dict[str, Entry]:
    """Those of these items that are in our log, by id."""
    found = await rows(
        "SELECT uri, version, gone FROM topic_items WHERE topic_id = ? AND uri IN (?)", [topic_id, uris or [""]]
    )
    return {str(each["uri"]): _entry(each) for each in found}


async def kept(topic_id: int, uri: str) -> KeptItem | None:
    found = await row("SELECT uri, gone, body FROM topic_items WHERE topic_id = ? AND uri = ?", [topic_id, uri])
    if found is None:
        return None
    body = found["body"]
    return KeptItem(str(found["uri"]), bool(found["gone"]), bytes(body) if body is not None else None)


async def count_through(chapter_id: int, since: int) -> int:
    """How many items a chapter brought here since then (milliseconds)."""
    found = await row("SELECT count(*) AS n FROM topic_items WHERE via_id = ? AND at >= ?", [chapter_id, since])
    return int(found["n"]) if found else 0


def _entry(each: Mapping[str, object]) -> Entry:
    return str(each["uri"]), int(str(each["version"])), bool(each["gone"])
