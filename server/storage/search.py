"""Full text of posts, on whichever engine is in use. It holds texts, not permissions: filter what is found."""

from collections.abc import Sequence
from types import ModuleType
from typing import Any

from server.storage import search_postgres, search_sqlite, sql
from server.storage.database import current

LONGEST = 100_000


async def create(client: Any) -> None:
    """Create the tables of the search. For a migration: `RunPython(lambda apps, editor: search.create(editor.client))`.

    Doing it again changes nothing.
    """
    engine = search_postgres if client.capabilities.dialect == "postgres" else search_sqlite
    for statement in engine.TABLES:
        await client.execute_query(statement)


async def put(post_id: int, title: str, body: str) -> None:
    """Index a post, or index it anew. The texts are plain, not HTML."""
    await _engine().put(post_id, title[:1000], body[:LONGEST])


async def remove(post_id: int) -> None:
    await sql.execute(f"DELETE FROM search_documents WHERE {_engine().KEY} = ?", [post_id])


async def find(query: str, limit: int, offset: int = 0) -> list[int]:
    """Ids of posts that have all the words, the best first. `"a phrase"` and `-without` are understood, and any text
    is safe."""
    found: list[int] = await _engine().find(query.replace("\x00", " ")[:500], limit, offset)
    return found


async def find_any(words: Sequence[str], limit: int) -> list[int]:
    """Ids of posts that have at least one of the words, those with most and rarest first."""
    found: list[int] = await _engine().find_any([word.replace("\x00", "") for word in words[:20]], limit)
    return found


def _engine() -> ModuleType:
    return search_postgres if current().dialect == "postgres" else search_sqlite
