"""Taking in a list that a member brings: kept whole first, then worked through in the background, a few lines at a
time, so that a restart loses nothing and does nothing twice that matters."""

from collections.abc import Sequence
from typing import Final

import orjson

from server.actions.blocks import block, mute
from server.actions.bookmarks import bookmark_post
from server.actions.follows import follow
from server.actions.lists import add_to_list, create_list
from server.rules.errors import Conflict
from server.rules.exports import MISSED, Entry
from server.rules.ids import new_id, now_ms
from server.rules.permissions import Principal, check_administer, check_member
from server.storage.models.imports import Import
from server.storage.models.marks import List
from server.storage.sql import rows
from server.storage.unit import unit

FETCH: Final = "fetch"


async def start_import(by: Principal, kind: str, entries: Sequence[Entry]) -> int:
    """Keep a list, and ask for it to be worked through. What is there already stays. Returns its id.

    Raises:
        Conflict: another one is still being worked through.
    """
    check_member(by)
    import_id = new_id()
    async with unit() as work:
        for other in await Import.filter(member_id=by.member_id).order_by("-id").limit(1):
            if other.position < len(other.entries):
                raise Conflict("Your last list is still being taken in. Wait until it is done.")
        await Import.create(
            id=import_id,
            member_id=by.member_id,
            kind=kind,
            entries=[entry.to_json() for entry in entries],
            created_at=now_ms(),
        )
        work.enqueue(FETCH, f"import:{import_id}:0", {"import_id": import_id}, kind="import")
    return import_id


async def note_taken(by: Principal, import_id: int, position: int, missed: Sequence[str]) -> None:
    """How far an import is now, and what of these lines could not be had; the next lines are asked for."""
    check_administer(by)
    async with unit() as work:
        for found in await rows("SELECT missed FROM imports WHERE id = ?", [import_id]):
            before = found["missed"] if isinstance(found["missed"], list) else orjson.loads(found["missed"] or "[]")
            kept = orjson.dumps([*before, *missed][:MISSED]).decode()
            await rows(
                "UPDATE imports SET position = ?, missed = ? WHERE id = ? RETURNING id", [position, kept, import_id]
            )
        work.enqueue(FETCH, f"import:{import_id}:{position}", {"import_id": import_id}, kind="import")


async def take_account(by: Principal, kind: str, account_id: int, entry: Entry) -> None:
    """One line about an account: follow, block or mute it, or put it into a list, which follows it first."""
    check_member(by)
    if kind == "blocks":
        await block(by, account_id)
    elif kind == "mutes":
        await mute(by, account_id, notifications=entry.quiet)
    else:
        wanted = kind == "following"
        await follow(
            by,
            account_id,
            show_boosts=entry.boosts if wanted else None,
            notify=entry.notify if wanted else None,
        )
        if kind == "lists":
            same = await List.filter(account_id=by.account_id, title=entry.title).first()
            await add_to_list(by, same.id if same else await create_list(by, entry.title), [account_id])


async def take_post(by: Principal, post_id: int) -> None:
    """One line of bookmarks."""
    check_member(by)
    await bookmark_post(by, post_id)
