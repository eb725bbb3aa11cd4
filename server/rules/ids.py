"""Snowflake ids: milliseconds since 1970 in the upper bits, 16 bits of sequence below, as Mastodon's clients expect.

Clients compare ids as numbers or as strings of 18 digits, and read the time from them. They are never handed out
twice, not even after a backup was restored, because the time moves on and the low bits start at random.
"""

import secrets
import time

_last = 0


def now_ms() -> int:
    """The time in milliseconds since 1970, UTC; the unit of every time we store."""
    return int(time.time() * 1000)


def new_id(at: int | None = None) -> int:
    """A new id for the moment `at` (milliseconds; now if not given).

    Ids made here for the present rise strictly within a process. For a moment in the past, such as the `published`
    of a post from elsewhere, the low bits are random. Most servers give whole seconds, in which many posts may fall:
    the milliseconds are then random too, for 16 bits would soon give one id twice.
    """
    global _last
    if at is not None:
        moment = max(at, 0)
        if moment % 1000 == 0:
            moment += secrets.randbelow(1000)
        return (moment << 16) | secrets.randbelow(1 << 16)
    _last = max(_last + 1, (now_ms() << 16) | secrets.randbelow(1 << 12))
    return _last


def id_in(text: str) -> int | None:
    """The id that somebody wrote; None where the text cannot be one: the largest has 63 bits."""
    if not (text.isascii() and text.isdigit() and len(text) < 20):
        return None
    number = int(text)
    return number if number < 1 << 63 else None


def time_of(snowflake: int) -> int:
    """Milliseconds since 1970 at which the id was made."""
    return snowflake >> 16


def new_key() -> str:
    """32 characters that nobody can guess, for an address that is itself the permission to look."""
    return secrets.token_hex(16)
