"""SQL written once for both engines, for the reads and writes that are too hot for the object mapper.

Values are marked `?`. A list is written `IN (?)` or `NOT IN (?)` and passed as one value, however long. Texts in
quotes are left alone. Compare with a given time rather than `now()`, and cast to bool what may be 0 or 1.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import orjson
from tortoise.backends.base.client import TransactionalDBClient

from server.storage.database import Dialect, current

MARKS = re.compile(r"'(?:[^']|'')*'|\bNOT\s+IN\s*\(\?\)|\bIN\s*\(\?\)|\?", re.IGNORECASE)
LISTS = (list, tuple, set, frozenset)


async def rows(sql: str, values: Sequence[Any] = ()) -> list[dict[str, Any]]:
    """Run one statement and return its rows by column name; also for `… RETURNING`."""
    text, bound = prepare(sql, values)
    return await current().client.execute_query_dict(text, bound)


async def row(sql: str, values: Sequence[Any] = ()) -> dict[str, Any] | None:
    """The first row, or None."""
    found = await rows(sql, values)
    return found[0] if found else None


async def execute(sql: str, values: Sequence[Any] = ()) -> int:
    """Run one INSERT, UPDATE or DELETE. Returns how many rows an UPDATE or DELETE changed, not counting cascades.
    Whether an INSERT … ON CONFLICT made a row is asked with RETURNING and `rows`: PostgreSQL does not count it here."""
    text, bound = prepare(sql, values)
    changed, _ = await current().client.execute_query(text, bound)
    return changed


async def write(sql: str, values: Sequence[Any] = ()) -> None:
    """Run one INSERT, UPDATE or DELETE of which nobody needs to know how many rows it changed.

    Inside a transaction it need not be done at once: SQLite does it with the next statement that somebody waits for, or
    with the commit, and an error shows up there.
    """
    text, bound = prepare(sql, values)
    client = current().client
    if isinstance(client, TransactionalDBClient):
        await client.execute_many(text, [bound])
    else:
        await client.execute_query(text, bound)


async def execute_many(sql: str, values: Sequence[Sequence[Any]]) -> None:
    """`write` for each set of values, all or none. Lists are not possible here."""
    if values:
        text, _ = _translate(sql, current().dialect)
        await current().client.execute_many(text, [list(each) for each in values])


def prepare(sql: str, values: Sequence[Any]) -> tuple[str, list[Any]]:
    """The statement and its values as the engine in use wants them."""
    dialect = current().dialect
    text, lists = _translate(sql, dialect)
    if len(lists) != len(values):
        raise TypeError(f"{len(lists)} values are marked, {len(values)} were given")
    bound = []
    for value, is_list in zip(values, lists, strict=True):
        if isinstance(value, LISTS) != is_list:
            raise TypeError("A list goes with IN (?), and nothing else does")
        if is_list:
            bound.append(list(value) if dialect == "postgres" else orjson.dumps(list(value)).decode())
        else:
            bound.append(value)
    return text, bound


@lru_cache(maxsize=1024)
def _translate(sql: str, dialect: Dialect) -> tuple[str, tuple[bool, ...]]:
    lists: list[bool] = []

    def mark(found: re.Match[str]) -> str:
        text = found[0]
        if text.startswith("'"):
            return text
        lists.append(text != "?")
        if text == "?":
            return f"${len(lists)}" if dialect == "postgres" else "?"
        negated = text[:3].upper() == "NOT"
        if dialect == "postgres":
            return f"{'<> ALL' if negated else '= ANY'}(${len(lists)})"
        return f"{'NOT ' if negated else ''}IN (SELECT value FROM json_each(?))"

    return MARKS.sub(mark, sql), tuple(lists)
