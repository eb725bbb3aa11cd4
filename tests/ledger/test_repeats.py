import asyncio
from itertools import count

import pytest

from server.ledger import repeats
from server.rules.errors import Conflict, Invalid
from server.rules.ids import now_ms
from server.storage.database import Database
from server.storage.models.work import Repeat


async def test_ten_at_once_with_one_key_get_one_answer(database: Database) -> None:
    made = count(1)

    async def make() -> bytes:
        return str(next(made)).encode()

    answers = await asyncio.gather(*(repeats.once(7, "key", "call", make) for _ in range(10)))
    assert set(answers) == {b"1"}
    assert await repeats.once(8, "key", "call", make) == b"2", "a key is its member's own"
    with pytest.raises(Invalid, match="new one"):
        await repeats.once(7, "key", "another call", make)


async def test_what_failed_leaves_nothing_and_can_be_tried_again(database: Database) -> None:
    async def fail() -> bytes:
        raise Conflict("Not now.")

    async def make() -> bytes:
        return b"made"

    with pytest.raises(Conflict):
        await repeats.once(7, "key", "call", fail)
    assert await Repeat.all().count() == 0
    assert await repeats.once(7, "key", "call", make) == b"made"
    row = await Repeat.get()
    assert "key" not in (row.key, row.what), "only its hash is kept"
    assert await repeats.prune(now_ms() + 1) == 1
    assert await Repeat.all().count() == 0
