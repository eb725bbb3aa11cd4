"""What was made with an Idempotency-Key, so that a script that is not sure of its call can repeat it
(draft-ietf-httpapi-idempotency-key-header)."""

from collections.abc import Awaitable, Callable
from hashlib import sha256

from server.rules.errors import Conflict, Invalid
from server.rules.ids import new_id, now_ms
from server.storage import sql
from server.storage.unit import unit


async def once(member_id: int, key: str, what: str, make: Callable[[], Awaitable[bytes]]) -> bytes:
    """The answer of `make`; for a key that this member used before, the answer it had then. The key and what is made
    are written together or not at all.

    Args:
        what: a hash of the call, so that one key does not stand for two things.

    Raises:
        Invalid: the key was used for something else.
        Conflict: another call with this key has just failed.
    """
    hashed = sha256(key.encode()).hexdigest()
    statement = """
        INSERT INTO repeats (id, member_id, key, what, body, created_at) VALUES (?, ?, ?, ?, '', ?)
        ON CONFLICT (member_id, key) DO NOTHING RETURNING id"""
    async with unit():
        taken = await sql.rows(statement, [new_id(), member_id, hashed, what, now_ms()])
        if taken:
            body = await make()
            await sql.execute("UPDATE repeats SET body = ? WHERE id = ?", [body.decode(), taken[0]["id"]])
            return body
        found = await sql.row("SELECT what, body FROM repeats WHERE member_id = ? AND key = ?", [member_id, hashed])
    if found is None:
        raise Conflict("The same call has just failed. Try it again.")
    if found["what"] != what:
        raise Invalid(
            "Idempotency-Key", "This key was used for something else. Take a new one for each thing you make."
        )
    return str(found["body"]).encode()


async def prune(before: int) -> int:
    """Forget the keys that were used before a time (milliseconds)."""
    return await sql.execute("DELETE FROM repeats WHERE created_at < ?", [before])
