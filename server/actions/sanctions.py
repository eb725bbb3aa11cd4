"""What stewards decide about accounts: warn, limit, suspend, and take it back. Members are told, with the reason."""

from server.actions.decisions import record_decision
from server.queries.domains import is_blocked
from server.rules.errors import Conflict, NotFound, Refused
from server.rules.events.people import AccountRestored, AccountSuspended, AccountUpdated
from server.rules.moderation import NO_MORE, Why, check_why
from server.rules.permissions import Principal, check_administer, check_steward
from server.storage.counts import touch
from server.storage.models.accounts import Account
from server.storage.models.apps import Token
from server.storage.models.members import LoginLink, Member, Session
from server.storage.unit import unit


async def warn_account(by: Principal, account_id: int, why: Why) -> None:
    """Tell a member that something must not happen again."""
    check_steward(by)
    why = check_why(why)
    account, member = await _account(by, account_id)
    if member is None:
        raise Refused("Only members of this organisation can be written to. Limit or suspend the account instead.")
    async with unit() as u:
        await record_decision(by, u, "warn", account.id, why)


async def limit_account(by: Principal, account_id: int, why: Why) -> None:
    """Show what an account says to those who follow it and by link alone. What a member writes from now on is held.

    Raises:
        Conflict: it is limited already.
    """
    check_steward(by)
    why = check_why(why)
    await _account(by, account_id)
    async with unit() as u:
        if not await Account.filter(id=account_id, limited=False).update(limited=True):
            raise Conflict("This account is limited already.")
        await touch("accounts", account_id)
        await record_decision(by, u, "limit", account_id, why)
        u.emit(AccountUpdated(account_id))


async def lift_limit(by: Principal, account_id: int, why: Why = NO_MORE) -> None:
    """Take a limit back. What was held under it waits on for a steward."""
    check_steward(by)
    await _account(by, account_id)
    async with unit() as u:
        if not await Account.filter(id=account_id, limited=True).update(limited=False):
            raise Conflict("This account is not limited.")
        await touch("accounts", account_id)
        await record_decision(by, u, "lift", account_id, why)
        u.emit(AccountUpdated(account_id))


async def suspend_account(by: Principal, account_id: int, why: Why) -> None:
    """Hide an account and everything it said. A member can sign in only to read why, and to appeal; their sessions end
    and their apps lose their tokens.

    Raises:
        Conflict: it is suspended, or gone, already.
    """
    check_steward(by)
    why = check_why(why)
    _, member = await _account(by, account_id)
    async with unit() as u:
        if not await Account.filter(id=account_id, state="active").update(state="suspended"):
            raise Conflict("This account is suspended already.")
        await touch("accounts", account_id)
        if member is not None:
            await LoginLink.filter(member_id=member.id).delete()
            await Session.filter(member_id=member.id).delete()
            await Token.filter(member_id=member.id).delete()
        await record_decision(by, u, "suspend", account_id, why)
        u.emit(AccountSuspended(account_id, by.account_id))


async def restore_account(by: Principal, account_id: int, why: Why = NO_MORE) -> None:
    """Take a suspension back.

    Raises:
        Conflict: the account is not suspended.
    """
    check_steward(by)
    account, _ = await _account(by, account_id)
    state = "blocked" if account.domain and await is_blocked(account.domain) else "active"
    async with unit() as u:
        if not await Account.filter(id=account_id, state="suspended").update(state=state):
            raise Conflict("This account is not suspended.")
        await touch("accounts", account_id)
        await record_decision(by, u, "restore", account_id, why)
        u.emit(AccountRestored(account_id, by.account_id))


async def _account(by: Principal, account_id: int) -> tuple[Account, Member | None]:
    """The account, and its member if it is one of ours.

    Raises:
        Refused: it is one's own, or an admin's and `by` is none.
    """
    check_steward(by)
    account = await Account.get_or_none(id=account_id)
    if account is None:
        raise NotFound
    if account_id == by.account_id:
        raise Refused("You cannot decide about your own account.")
    if not account.domain and account.kind != "person":
        raise Refused("This account speaks for the organisation. Decide about the post, or about the person behind it.")
    member = await Member.get_or_none(account_id=account_id)
    if member is not None and member.role == "admin":
        check_administer(by)
    return account, member
