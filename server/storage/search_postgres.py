"""Full text on PostgreSQL: a generated tsvector. Accents are taken off here, so that no extension is needed, and words
are not stemmed, so that every language is treated alike."""

import re
import unicodedata
from collections.abc import Sequence

from server.storage import sql

TABLES = (
    """CREATE TABLE IF NOT EXISTS search_documents (
        post_id BIGINT PRIMARY KEY, title TEXT NOT NULL, body TEXT NOT NULL,
        words TSVECTOR NOT NULL GENERATED ALWAYS AS (
            setweight(to_tsvector('simple', title), 'A') || setweight(to_tsvector('simple', body), 'D')
        ) STORED)""",
    "CREATE INDEX IF NOT EXISTS idx_search_documents_words ON search_documents USING GIN (words)",
)
KEY = "post_id"


async def put(post_id: int, title: str, body: str) -> None:
    statement = """
        INSERT INTO search_documents (post_id, title, body) VALUES (?, ?, ?)
        ON CONFLICT (post_id) DO UPDATE SET title = excluded.title, body = excluded.body"""
    await sql.execute(statement, [post_id, fold(title), fold(body)])


async def find(query: str, limit: int, offset: int) -> list[int]:
    if not any(not word.startswith("-") for word in query.split()):
        return []
    return await _matching(fold(query), limit, offset)


async def find_any(words: Sequence[str], limit: int) -> list[int]:
    bare = [each for word in words if (each := re.sub(r"\W+", " ", fold(word)).strip())]
    return await _matching(" or ".join(f'"{each}"' for each in bare), limit, 0) if bare else []


async def _matching(query: str, limit: int, offset: int) -> list[int]:
    found = await sql.rows(
        """SELECT post_id AS id FROM search_documents, websearch_to_tsquery('simple', ?) AS wanted WHERE words @@ wanted
        ORDER BY ts_rank(words, wanted) DESC, post_id DESC LIMIT ? OFFSET ?""",
        [query, limit, offset],
    )
    return [each["id"] for each in found]


def fold(text: str) -> str:
    """Lower case without accents."""
    decomposed = unicodedata.normalize("NFKD", text.replace("\x00", " ").casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
