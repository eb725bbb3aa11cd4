"""The log of a topic: of each post and each support its newest version, with the activity that says so. It is what is
compared with other chapters, and what they are given of what they missed."""

from typing import Protocol

from server.rules.ids import new_id
from server.storage.sql import execute, rows


class Item(Protocol):
    """`about` is the post that says which topic it is in: the item itself, or the post that is supported."""

    @property
    def uri(self) -> str: ...
    @property
    def about(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def gone(self) -> bool: ...
    @property
    def bucket(self) -> int: ...


NEWER = """
    INSERT INTO topic_items (id, topic_id, uri, bucket, version, gone, body, via_id, at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (topic_id, uri) DO UPDATE SET version = excluded.version, gone = excluded.gone, body = excluded.body
    WHERE excluded.version > topic_items.version
        OR (excluded.version = topic_items.version AND excluded.gone AND NOT topic_items.gone)
        OR (excluded.version = topic_items.version AND excluded.gone = topic_items.gone AND topic_items.body IS NULL)"""


async def note(topic_id: int, item: Item, body: bytes | None, now: int, via: int | None = None) -> None:
    """Keep an item of this topic, unless a newer version is known. What is gone without a time is gone now."""
    version = item.version or (now if item.gone else 0)
    await execute(
        NEWER,
        [new_id(), topic_id, item.uri, item.bucket, version, item.gone, body, via, now],
    )


async def note_said(item: Item, body: bytes | None, now: int, via: int | None = None) -> None:
    """The same in whichever topic it is: that of the post it is about, of the item as it is known, or, for what is gone
    and never came here, that of the chapter that tells of it (`via`). Nothing if it is in none."""
    mark = item.about != item.uri
    found = await rows(
        "SELECT COALESCE(p.topic_id, r.topic_id) AS topic_id FROM posts p LEFT JOIN posts r ON r.id = p.proposal_id"
        " WHERE p.uri = ? AND COALESCE(p.topic_id, r.topic_id) IS NOT NULL AND p.visibility IN ('public', 'unlisted')"
        " AND (p.kind = 'proposal' OR ?) UNION SELECT topic_id FROM topic_items WHERE uri = ?"
        " UNION SELECT topic_id FROM chapters WHERE account_id = ? AND state = 'linked' AND ?",
        [item.about, not mark, item.uri, via or 0, item.gone],
    )
    for each in found:
        await note(int(each["topic_id"]), item, body, now, via)
