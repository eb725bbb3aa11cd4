"""Which organisations an account of another server belongs to. Members of ours join theirs in `members.py`."""

from collections.abc import Sequence

from server.rules.accounts import Role
from server.rules.ids import new_id, now_ms
from server.rules.permissions import Principal, check_write
from server.storage.counts import touch
from server.storage.models.members import Membership
from server.storage.unit import unit

AS: Role = "member"


async def record_memberships(by: Principal, organisation_ids: Sequence[int]) -> None:
    """Keep the organisations that `by`, an account of another server, belongs to: exactly these, which were confirmed,
    the first one first."""
    check_write(by)
    async with unit():
        known = await Membership.filter(account_id=by.account_id).order_by("since", "id")
        if [row.organisation_id for row in known] == list(organisation_ids):
            return
        await Membership.filter(account_id=by.account_id).delete()
        await Membership.bulk_create(
            [
                Membership(id=new_id(), organisation_id=each, account_id=by.account_id, role=AS, since=now_ms())
                for each in dict.fromkeys(organisation_ids)
            ]
        )
        await touch("accounts", by.account_id)
