"""Follow, answer a wish to follow, stop. Chapters of a topic follow each other in `topics.py`."""

from tortoise.exceptions import IntegrityError

from server.rules.errors import Conflict, Invalid, NotFound, Refused
from server.rules.events.people import FollowAnswered, FollowRequested, Unfollowed
from server.rules.ids import new_id, now_ms
from server.rules.permissions import Principal, check_write
from server.storage import addresses
from server.storage.counts import move
from server.storage.models.marks import Follow
from server.storage.sql import execute, row, write
from server.storage.unit import unit


async def follow(
    by: Principal, target_id: int, uri: str = "", *, show_boosts: bool | None = None, notify: bool | None = None
) -> int:
    """Follow somebody; again changes only what to show. Accepted at once where the target lives here, does not confirm
    its followers, and is asked by no limited account of another server; pending otherwise, until the target answers.
    Returns the id of the record.

    Args:
        uri: the id of the Follow activity when it comes from elsewhere. A new id for the same wish replaces the old
            one, because the sender has forgotten it.
    """
    check_write(by)
    if target_id == by.account_id:
        raise Invalid("id", "You cannot follow yourself.")
    target = await row(
        "SELECT a.domain, a.locked, f.id AS before, (SELECT COUNT(*) FROM blocks b WHERE b.account_id = a.id"
        " AND b.target_id = ?) AS blocks, (SELECT COUNT(*) FROM accounts me WHERE me.id = ? AND me.limited"
        " AND me.domain <> '') AS quiet FROM accounts a LEFT JOIN follows f ON f.target_id = a.id"
        " AND f.account_id = ? WHERE a.id = ? AND a.state = 'active'",
        [by.account_id, by.account_id, by.account_id, target_id],
    )
    if target is None:
        raise NotFound
    if target["blocks"]:
        raise Refused("This account has blocked you.")
    accepted = not target["domain"] and not target["locked"] and not target["quiet"]
    before = await Follow.get_or_none(id=target["before"]) if target["before"] else None
    if before is not None:
        return await renew(by, before, uri, show_boosts=show_boosts, notify=notify)
    follow_id = new_id()
    address = uri or addresses.activity_uri(follow_id)
    try:
        async with unit() as u:
            state = "accepted" if accepted else "pending"
            await write(
                "INSERT INTO follows (id, account_id, target_id, uri, state, show_boosts, notify, created_at,"
                " languages) VALUES (?, ?, ?, ?, ?, ?, ?, ?, '[]')",
                [follow_id, by.account_id, target_id, address, state, show_boosts is not False, bool(notify), now_ms()],
            )
            u.emit(FollowRequested(follow_id, by.account_id, target_id))
            if accepted:
                await count(by, by.account_id, target_id, 1)
                u.emit(FollowAnswered(follow_id, by.account_id, target_id, address, accepted=True))
    except IntegrityError as error:
        again = await Follow.get_or_none(account_id=by.account_id, target_id=target_id)
        if again is None:
            raise Conflict("This wish was for somebody else before.") from error
        return again.id
    return follow_id


async def renew(by: Principal, wish: Follow, uri: str, *, show_boosts: bool | None, notify: bool | None) -> int:
    """The same wish again: take over what it says, and answer again if it was accepted before."""
    check_write(by)
    async with unit() as u:
        if show_boosts is not None:
            wish.show_boosts = show_boosts
        if notify is not None:
            wish.notify = notify
        if uri:
            wish.uri = uri
        await wish.save(update_fields=["show_boosts", "notify", "uri"])  # never its state: it may be answered just now
        if uri and wish.state == "accepted":
            u.emit(FollowAnswered(wish.id, wish.account_id, wish.target_id, uri, accepted=True))
    return wish.id


async def count(by: Principal, account_id: int, target_id: int, change: int) -> None:
    """The two counts of an accepted follow."""
    check_write(by)
    await move("accounts", account_id, following_count=change)
    await move("accounts", target_id, followers_count=change)


async def answer_follow(by: Principal, follower_id: int, accept: bool) -> None:
    """The target says yes or no to a wish that is pending; a no to an accepted one ends it. Also the answer that
    arrives from the target's server."""
    check_write(by)
    wish = await Follow.get_or_none(account_id=follower_id, target_id=by.account_id)
    if wish is None:
        raise NotFound("This wish to follow is no longer here.")
    async with unit() as u:
        if accept:
            if not await execute("UPDATE follows SET state = 'accepted' WHERE id = ? AND state = 'pending'", [wish.id]):
                return
            await count(by, follower_id, by.account_id, 1)
        else:
            if not await execute("DELETE FROM follows WHERE id = ?", [wish.id]):
                return
            if wish.state == "accepted":
                await count(by, follower_id, by.account_id, -1)
        u.emit(FollowAnswered(wish.id, follower_id, by.account_id, wish.uri, accepted=accept))


async def remove_follower(by: Principal, follower_id: int) -> None:
    """Somebody shall not follow any longer; without a follow changes nothing."""
    check_write(by)
    if await Follow.exists(account_id=follower_id, target_id=by.account_id):
        await answer_follow(by, follower_id, accept=False)


async def disown_follow(by: Principal, target_id: int) -> None:
    """Tell the target's server that a follow it has in its books is none: there is none in ours."""
    check_write(by)
    async with unit() as u:
        if not await Follow.exists(account_id=by.account_id, target_id=target_id):
            u.emit(Unfollowed(by.account_id, target_id, addresses.activity_uri(new_id())))


async def unfollow(by: Principal, target_id: int) -> None:
    """Stop following, or take back the wish; without one changes nothing."""
    check_write(by)
    wish = await Follow.get_or_none(account_id=by.account_id, target_id=target_id)
    if wish is None:
        return
    async with unit() as u:
        if not await execute("DELETE FROM follows WHERE id = ?", [wish.id]):
            return
        if wish.state == "accepted":
            await count(by, by.account_id, target_id, -1)
        u.emit(Unfollowed(by.account_id, target_id, wish.uri))
