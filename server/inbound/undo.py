"""Undo: a follow, support, a boost or a block is taken back."""

from typing import Literal

from federation.values import id_of
from server.actions.blocks import unblock
from server.actions.boosts import unboost_post
from server.actions.endorsements import withdraw_endorsement
from server.actions.follows import unfollow
from server.actions.likes import unlike_post
from server.actions.posts import delete_by_uri
from server.actions.topics import chapter_left
from server.inbound.arrival import Arrived
from server.queries import actors
from server.remote.gateway import Remote

Undoable = Literal["Follow", "Like", "Announce", "Block"]


async def handle(remote: Remote, arrived: Arrived) -> None:
    """Take it back: by its id where we know it, else by what the undone activity says it did.

    An Undo may overtake what it undoes: its id is then remembered, so that the late activity changes nothing.
    """
    activity = arrived.activity
    if arrived.told:
        await _untell(arrived)
        return
    if activity.object_id is not None:
        done = await actors.done_by(arrived.account.id, activity.object_id)
        if done is not None:
            await _take_back(arrived, *done)
            return
    if activity.inner is None or not await _undo_described(arrived):
        await _remember(arrived)


async def _untell(arrived: Arrived) -> None:
    """Support that a chapter told of ends when the same chapter says so; what was proven does not."""
    post = await actors.post_by_uri(id_of((arrived.activity.inner or {}).get("object")) or "")
    if post is not None and await actors.like_told_by(arrived.account.id, post[0]) == arrived.via:
        await unlike_post(arrived.by, post[0])


async def _undo_described(arrived: Arrived) -> bool:
    """By type and object: for servers that make a new id for the undone activity. True if there was something to
    undo."""
    target = id_of((arrived.activity.inner or {}).get("object"))
    if target is None:
        return True
    what = arrived.activity.inner_type
    if what in ("Follow", "Block"):
        account = await actors.by_uri(target)
        if account is None or not account.local:
            return True
        if what == "Block":
            there = await actors.is_blocking(arrived.account.id, account.id)
            await unblock(arrived.by, account.id)
            return there
        if not await actors.is_following(arrived.account.id, account.id):
            return False
        await _take_back(arrived, "follow", account.id)
        return True
    post = await actors.post_by_uri(target)
    if post is None or what not in ("Like", "Announce"):
        return what not in ("Like", "Announce")
    marks = await actors.marks_of(arrived.account.id, post[0])
    name: Literal["like", "boost"] = "like" if what == "Like" else "boost"
    if name not in marks:
        return False
    await _take_back(arrived, name, post[0])
    return True


async def _take_back(arrived: Arrived, what: actors.Done, target: int) -> None:
    if what == "like":
        await unlike_post(arrived.by, target)
    elif what == "endorsement":
        await withdraw_endorsement(arrived.by, target)
    elif what == "boost":
        await unboost_post(arrived.by, target)
    else:
        account = await actors.by_id(target)
        if account is not None and account.kind == "topic" and arrived.account.kind == "topic":
            await chapter_left(arrived.by, target)
        await unfollow(arrived.by, target)


async def _remember(arrived: Arrived) -> None:
    uri = arrived.activity.object_id
    if uri is not None and await actors.post_by_uri(uri) is None:
        await delete_by_uri(arrived.by, uri)
