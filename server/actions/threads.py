"""Conversations: no more notifications from one, and asking others for what is missing in it."""

from typing import Final

from server.actions import writing
from server.rules.errors import NotFound
from server.rules.ids import new_id, now_ms
from server.rules.permissions import Principal, check_administer, check_member
from server.storage.models.marks import ThreadMute
from server.storage.sql import rows, write
from server.storage.unit import unit

FETCH: Final = "fetch"
WHEN_READ: Final = 15 * 60_000  # milliseconds between two questions while people read
WHEN_ASKED: Final = 60_000  # and when somebody presses the button


async def mute_thread(by: Principal, post_id: int) -> None:
    """Be told nothing more of the conversation this post is in."""
    check_member(by)
    await ThreadMute.get_or_create(
        account_id=by.account_id, thread_id=await thread_of(by, post_id), defaults={"id": new_id()}
    )


async def unmute_thread(by: Principal, post_id: int) -> None:
    """Be told again."""
    check_member(by)
    await ThreadMute.filter(account_id=by.account_id, thread_id=await thread_of(by, post_id)).delete()


async def thread_of(by: Principal, post_id: int) -> int:
    """The thread of a post that this person may see."""
    check_member(by)
    post = await writing.check_parent(by, post_id)
    if post is None:
        raise NotFound
    return int(post.thread_id)


async def complete_thread(by: Principal, post_id: int, *, pressed: bool = False) -> bool:
    """Ask other servers for what is missing of the conversation a post is in. It comes in the background; False when
    we asked only just now.

    Args:
        pressed: somebody asked for it; otherwise they only read, and we ask less often.
    """
    thread_id, now = await thread_of(by, post_id), now_ms()
    asked_before = now - (WHEN_ASKED if pressed else WHEN_READ)
    if await rows("SELECT 1 AS one FROM threads WHERE thread_id = ? AND asked_at > ?", [thread_id, asked_before]):
        return False
    async with unit() as work:
        asked = await rows(
            "INSERT INTO threads (thread_id, asked_at) VALUES (?, ?) ON CONFLICT (thread_id)"
            " DO UPDATE SET asked_at = excluded.asked_at WHERE threads.asked_at <= ? RETURNING thread_id",
            [thread_id, now, asked_before],
        )
        if asked:
            work.enqueue(FETCH, f"thread:{thread_id}", {"post_id": thread_id}, kind="thread")
    return bool(asked)


async def note_elsewhere(by: Principal, thread_id: int, known: int) -> None:
    """Keep how many comments other servers list in a conversation."""
    check_administer(by)
    await write("UPDATE threads SET known_elsewhere = ? WHERE thread_id = ?", [known, thread_id])
