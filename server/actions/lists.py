"""A member's lists of accounts to read."""

from collections.abc import Iterable

from server.rules.errors import Invalid, NotFound
from server.rules.ids import new_id, now_ms
from server.rules.permissions import Principal, check_member
from server.storage.models.accounts import Account
from server.storage.models.marks import Follow, List, ListAccount
from server.storage.unit import unit

MOST_LISTS = 50
REPLIES = ("followed", "list", "none")


async def create_list(by: Principal, title: str, replies_policy: str = "list", exclusive: bool = False) -> int:
    """A new, empty list.

    Raises:
        Invalid: no title, an unknown policy, or too many lists.
    """
    check_member(by)
    check_words(by, title, replies_policy)
    if await List.filter(account_id=by.account_id).count() >= MOST_LISTS:
        raise Invalid("title", "You have %(limit)s lists, which is the limit.", limit=MOST_LISTS)
    row = await List.create(
        id=new_id(),
        account_id=by.account_id,
        title=title.strip(),
        replies_policy=replies_policy,
        exclusive=exclusive,
        created_at=now_ms(),
    )
    return int(row.id)


async def edit_list(by: Principal, list_id: int, title: str, replies_policy: str, exclusive: bool) -> None:
    """Rename a list or change how it reads."""
    check_member(by)
    row = await own_list(by, list_id)
    check_words(by, title, replies_policy)
    row.title, row.replies_policy, row.exclusive = title.strip(), replies_policy, exclusive
    await row.save()


async def delete_list(by: Principal, list_id: int) -> None:
    """Take a list away with everything in it."""
    check_member(by)
    row = await own_list(by, list_id)
    async with unit():
        await ListAccount.filter(list_id=row.id).delete()
        await row.delete()


async def add_to_list(by: Principal, list_id: int, account_ids: Iterable[int]) -> None:
    """Put accounts one follows into a list; those in it already stay.

    Raises:
        NotFound: the list or an account is not there, or is not followed.
    """
    check_member(by)
    row = await own_list(by, list_id)
    wanted = set(account_ids)
    if await Account.filter(id__in=wanted).count() != len(wanted):
        raise NotFound
    followed = set(
        await Follow.filter(account_id=by.account_id, target_id__in=wanted).values_list("target_id", flat=True)
    )
    if wanted - followed - {by.account_id}:
        raise NotFound("Follow an account before you put it into a list.")
    await ListAccount.bulk_create(
        [ListAccount(id=new_id(), list_id=row.id, account_id=account) for account in wanted], ignore_conflicts=True
    )


async def remove_from_list(by: Principal, list_id: int, account_ids: Iterable[int]) -> None:
    """Take accounts out of a list."""
    check_member(by)
    row = await own_list(by, list_id)
    await ListAccount.filter(list_id=row.id, account_id__in=list(account_ids)).delete()


async def own_list(by: Principal, list_id: int) -> List:
    check_member(by)
    row = await List.get_or_none(id=list_id, account_id=by.account_id)
    if row is None:
        raise NotFound
    return row


def check_words(by: Principal, title: str, replies_policy: str) -> None:
    check_member(by)
    if not title.strip() or len(title) > 255:
        raise Invalid("title", "Give the list a name of up to 255 characters.")
    if replies_policy not in REPLIES:
        raise Invalid("replies_policy", "Choose followed, list or none.")
