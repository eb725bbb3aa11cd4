"""Full text on SQLite: an FTS5 table whose row id is the post's. Accents do not matter, and words are not stemmed, so
that every language is treated alike."""

import re
from collections.abc import Sequence

from server.storage import sql

TABLES = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS search_documents "
    "USING fts5(title, body, tokenize = 'unicode61 remove_diacritics 2')",
)
KEY = "rowid"
PARTS = re.compile(r'(?<!\S)(-?)(?:"([^"]*)"|(\S+))')


async def put(post_id: int, title: str, body: str) -> None:
    await sql.execute(
        "INSERT OR REPLACE INTO search_documents (rowid, title, body) VALUES (?, ?, ?)", [post_id, title, body]
    )


async def find(query: str, limit: int, offset: int) -> list[int]:
    return await _matching(match_expression(query), limit, offset)


async def find_any(words: Sequence[str], limit: int) -> list[int]:
    quoted = [each for word in words if (each := match_expression(f'"{word}"'.replace("-", " ")))]
    return await _matching(" OR ".join(quoted), limit, 0)


async def _matching(expression: str, limit: int, offset: int) -> list[int]:
    if not expression:
        return []
    found = await sql.rows(
        """SELECT rowid AS id FROM search_documents WHERE search_documents MATCH ?
        ORDER BY bm25(search_documents, 5.0, 1.0), rowid DESC LIMIT ? OFFSET ?""",
        [expression, limit, offset],
    )
    return [each["id"] for each in found]


def match_expression(query: str) -> str:
    """What a person typed, as an expression that FTS5 cannot refuse: every word becomes a quoted string."""
    wanted: list[str] = []
    unwanted: list[str] = []
    for minus, phrase, word in PARTS.findall(query):
        words = re.findall(r"\w+", phrase or word)
        if words:
            (unwanted if minus else wanted).append('"' + " ".join(words) + '"')
    if not wanted:
        return ""
    return " AND ".join(wanted) + "".join(f" NOT {each}" for each in unwanted)
