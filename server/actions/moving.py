"""Move to another server, or come from one. Addresses never change: the old account stays, and names the new one."""

from server.actions.follows import follow, unfollow
from server.rules.errors import CivicError, Conflict, Invalid, NotFound
from server.rules.events.people import AccountMoved, AccountUpdated
from server.rules.ids import now_ms
from server.rules.moving import ALIASES, may_move_on
from server.rules.permissions import Principal, check_administer, check_change, check_member, check_write
from server.storage.counts import touch
from server.storage.models.accounts import Account
from server.storage.models.marks import Block
from server.storage.sql import execute
from server.storage.unit import unit


async def add_alias(by: Principal, other_id: int) -> None:
    """Say that an account elsewhere is one's own too, so that it can move here.

    Raises:
        Invalid: it is this account itself, or there are enough.
    """
    check_member(by)
    account, other = await _own(by), await Account.get_or_none(id=other_id, state="active")
    if other is None:
        raise NotFound
    if other.id == account.id or other.kind != "person":
        raise Invalid("alias", "Give the handle of another account of yours, such as @name@example.org.")
    if other.uri in account.also_known_as:
        return
    if len(account.also_known_as) >= ALIASES:
        raise Invalid("alias", "You can name up to %(limit)s accounts. Take one away first.", limit=ALIASES)
    await _say(by, account, [*account.also_known_as, other.uri])


async def remove_alias(by: Principal, uri: str) -> None:
    """Say so no longer; without it changes nothing."""
    check_member(by)
    account = await _own(by)
    if uri in account.also_known_as:
        await _say(by, account, [alias for alias in account.also_known_as if alias != uri])


async def move_account(by: Principal, target_id: int) -> None:
    """Live at another account from now on, which must name this one as its own (`alsoKnownAs`). Followers move along.
    For a member of ours, and for somebody elsewhere who tells us.

    Raises:
        Invalid: the other account does not name this one, or has moved on itself.
        Conflict: the last move is less than seven days ago.
    """
    check_write(by)
    account, target = await _own(by), await Account.get_or_none(id=target_id, state="active")
    if target is None or target.id == account.id or target.kind not in ("person", "service", "organisation"):
        raise Invalid("target", "There is no such account. Give its handle, such as @name@example.org.")
    if target.moved_to:
        raise Invalid("target", "That account has moved on itself. Give the one where you are now.")
    if account.uri not in target.also_known_as:
        raise Invalid(
            "target", "That account does not say yet that it is yours. Name this one there first, as an alias."
        )
    async with unit() as u:
        if not may_move_on(account.moved_at, now_ms()):
            raise Conflict("You can move again seven days after the last time.")
        changed = "UPDATE accounts SET moved_to = ?, moved_at = ? WHERE id = ? AND (moved_at IS NULL OR moved_at = ?)"
        if not await execute(changed, [target.uri, now_ms(), account.id, account.moved_at or 0]):
            raise Conflict("You can move again seven days after the last time.")
        await touch("accounts", account.id)
        u.emit(AccountMoved(account.id, target.id))


async def come_back(by: Principal) -> None:
    """Live here again: the account names no other any more. Followers that moved along do not return by themselves."""
    check_member(by)
    account = await _own(by)
    if not account.moved_to:
        return
    async with unit() as u:
        await execute("UPDATE accounts SET moved_to = '' WHERE id = ?", [account.id])
        await touch("accounts", account.id)
        u.emit(AccountUpdated(account.id))


async def follow_along(by: Principal, follower_id: int, old_id: int, new_id: int) -> bool:
    """One of ours who follows an account that has moved follows it where it is now; True if so. Who has blocked the
    new one, or is blocked by it, keeps the old."""
    check_administer(by)
    follower = Principal("member", follower_id)
    if await Block.exists(account_id=follower_id, target_id=new_id):
        return False
    try:
        await follow(follower, new_id)
        await unfollow(follower, old_id)
    except CivicError:
        return False
    return True


async def _own(by: Principal) -> Account:
    check_change(by, by.account_id)
    account = await Account.get_or_none(id=by.account_id, state="active")
    if account is None:
        raise NotFound
    return account


async def _say(by: Principal, account: Account, aliases: list[str]) -> None:
    check_change(by, account.id)
    async with unit() as u:
        account.also_known_as = aliases
        await account.save(update_fields=("also_known_as",))
        await touch("accounts", account.id)
        u.emit(AccountUpdated(account.id))
