import pytest

from server.storage import search
from server.storage.database import Database


@pytest.fixture(autouse=True)
async def _tables(database: Database) -> None:
    await search.create(database.client)
    await search.create(database.client)


async def test_finds_posts_that_hold_all_the_words_best_first() -> None:
    await search.put(1, "Night buses", "The last bus from the depot leaves too early for carers")
    await search.put(2, "Damp", "Carers say the last inspection missed the damp; a bus would not help")
    await search.put(1 << 62, "Bus bus bus", "x")
    assert await search.find("bus carers", 10) == [1, 2] or set(await search.find("bus carers", 10)) == {1, 2}
    assert await search.find("night", 10) == [1]
    assert (await search.find("bus", 10))[0] == 1 << 62
    assert len(await search.find("bus", 1, 1)) == 1
    assert await search.find('"last bus"', 10) == [1]
    assert await search.find("carers -damp", 10) == [1]


async def test_accents_and_case_do_not_matter() -> None:
    await search.put(7, "Café Ärzte", "ÉCOLE")
    for query in ("cafe", "CAFÉ", "arzte", "école", "ecole"):
        assert await search.find(query, 10) == [7]


async def test_a_changed_text_is_found_by_its_new_words_alone() -> None:
    await search.put(3, "old", "words")
    await search.put(3, "new", "words")
    assert await search.find("old", 10) == []
    assert await search.find("new", 10) == [3]
    await search.remove(3)
    assert await search.find("words", 10) == []


HOSTILE = (
    *('"', "AND", "OR OR", "NOT x", "*", "a*", "title:x", "(", ")", "-", "--", "- x", "'; DROP TABLE x", "NEAR(a b)"),
    *("^a", "{title}: x", "", " ", "\x00", "a\x00b", ":", "|", "&", "!", "<->", "-only", '-"only this"', "\\", "😀"),
    "x" * 5000,
)


@pytest.mark.parametrize("query", HOSTILE)
async def test_any_text_is_a_safe_query(query: str) -> None:
    await search.put(1, "a", "something else")
    assert isinstance(await search.find(query, 10), list)
