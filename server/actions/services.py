"""Accounts of the instance that nobody signs in to: they speak for it."""

from collections.abc import Awaitable, Callable

from server.actions.accounts import create_account
from server.actions.members import join_organisation
from server.rules.drafts import KeyPairs
from server.rules.errors import Conflict
from server.rules.permissions import Principal, check_administer
from server.storage.models.accounts import Account
from server.storage.unit import unit


async def ensure_service(
    by: Principal, name: str, display_name: str, make_keys: Callable[[], Awaitable[KeyPairs]], summary: str = ""
) -> int:
    """The account `@name`, made if it is missing; the name is a reserved one. Returns its id."""
    check_administer(by)
    if (known := await Account.get_or_none(name_key=name, domain="")) is not None:
        return known.id
    keys = await make_keys()
    try:
        async with unit():
            account_id = await create_account(
                by, kind="service", name=name, display_name=display_name, keys=keys, summary=summary
            )
            await join_organisation(by, account_id, "member")
    except Conflict:  # another process was faster
        return (await Account.get(name_key=name, domain="")).id
    return account_id
