"""A member's list is worked through: accounts and posts of other servers are found as if they had typed them."""

from typing import Final

from federation.errors import ProtocolError, Unavailable
from server.actions.imports import note_taken, take_account, take_post
from server.queries import imports, members
from server.remote.gateway import Remote
from server.remote.handles import find_account
from server.remote.objects import find_post
from server.rules.errors import CivicError
from server.rules.exports import Entry
from server.rules.permissions import OPERATOR, Principal

LINES: Final = 20  # at a time, so that a restart repeats little


async def take_lines(remote: Remote, import_id: int) -> None:
    """Take in the next lines, then ask for those after them. What cannot be had is noted and left out; each line does
    nothing the second time."""
    waiting = await imports.waiting(import_id, LINES)
    member = await members.by_id(waiting.member_id) if waiting is not None else None
    if waiting is None or member is None:
        return
    missed = [
        entry.target
        for entry in waiting.entries
        if not await _take(remote.fresh(), members.principal(member), waiting.kind, entry)
    ]
    await note_taken(OPERATOR, import_id, waiting.position + len(waiting.entries), missed)


async def _take(remote: Remote, by: Principal, kind: str, entry: Entry) -> bool:
    try:
        if kind == "bookmarks":
            post_id = await find_post(remote, entry.target)
            if post_id is None:
                return False
            await take_post(by, post_id)
        else:
            account = await find_account(remote, entry.target)
            if account is None:
                return False
            if account.id != by.account_id:
                await take_account(by, kind, account.id, entry)
    except (ProtocolError, Unavailable, CivicError):
        return False
    return True
