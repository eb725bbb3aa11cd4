"""Block and mute somebody, for oneself."""

from server.actions.follows import remove_follower, unfollow
from server.actions.quotes import revoke_quotes_of
from server.rules.errors import Invalid, NotFound
from server.rules.events.people import AccountBlocked, AccountUnblocked
from server.rules.ids import new_id, now_ms
from server.rules.permissions import Principal, check_member, check_write
from server.storage import addresses
from server.storage.models.accounts import Account
from server.storage.models.marks import Block, Mute
from server.storage.unit import unit


async def block(by: Principal, target_id: int, uri: str = "") -> None:
    """They see nothing of yours and reach you no more; follows both ways end."""
    check_write(by)
    await check_other(by, target_id)
    if await Block.exists(account_id=by.account_id, target_id=target_id):
        return
    block_id = new_id()
    address = uri or addresses.activity_uri(block_id)
    async with unit() as u:
        await Block.bulk_create(
            [
                Block(
                    id=block_id,
                    account_id=by.account_id,
                    target_id=target_id,
                    uri=address,
                    created_at=now_ms(),
                )
            ],
            ignore_conflicts=True,
        )
        await unfollow(by, target_id)
        await remove_follower(by, target_id)
        await revoke_quotes_of(by, target_id, u)
        u.emit(AccountBlocked(by.account_id, target_id, address))


async def unblock(by: Principal, target_id: int) -> None:
    """Take a block back; without one changes nothing."""
    check_write(by)
    async with unit() as u:
        before = await Block.get_or_none(account_id=by.account_id, target_id=target_id)
        if before is not None and await Block.filter(id=before.id).delete():
            u.emit(AccountUnblocked(by.account_id, target_id, before.uri))


async def check_other(by: Principal, target_id: int) -> None:
    """The target is somebody else whom we know."""
    check_write(by)
    if target_id == by.account_id:
        raise Invalid("id", "This is your own account.")
    if not await Account.exists(id=target_id):
        raise NotFound


async def mute(by: Principal, target_id: int, *, notifications: bool = True, duration: int = 0) -> None:
    """See nothing of somebody; they are not told. `duration` in seconds, 0 for good."""
    check_member(by)
    await check_other(by, target_id)
    until = now_ms() + duration * 1000 if duration else None
    row = Mute(id=new_id(), account_id=by.account_id, target_id=target_id, created_at=now_ms())
    await Mute.bulk_create([row], ignore_conflicts=True)
    await Mute.filter(account_id=by.account_id, target_id=target_id).update(
        notifications=notifications, expires_at=until
    )


async def unmute(by: Principal, target_id: int) -> None:
    """Take a mute back; without one changes nothing."""
    check_member(by)
    await Mute.filter(account_id=by.account_id, target_id=target_id).delete()
