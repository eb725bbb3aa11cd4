"""Which organisations back what, each with its mandate."""

from collections.abc import Sequence
from typing import Any

from server.queries import accounts
from server.queries.moments import moment
from server.storage.sql import rows
from server.views.checks import EndorsementView

LISTED = 200


async def _found(condition: str, values: Sequence[Any]) -> list[EndorsementView]:
    found = await rows(
        f"SELECT e.id AS e_id, e.proposal_id, e.mandate, e.authorised_by, e.version, e.created_at AS e_at,"
        f" {accounts.columns()} FROM endorsements e JOIN accounts a ON a.id = e.organisation_id"
        f" WHERE a.state = 'active' AND {condition} ORDER BY e.id LIMIT ?",
        [*values, LISTED],
    )
    return [
        EndorsementView(
            id=row["e_id"],
            organisation=account,
            proposal_id=row["proposal_id"],
            mandate=row["mandate"],
            authorised_by=row["authorised_by"],
            version=row["version"],
            at=moment(row["e_at"]),
        )
        for row, account in zip(found, await accounts.views(found), strict=True)
    ]


async def of_proposal(proposal_id: int) -> list[EndorsementView]:
    """Who backs a proposal, in the order they came."""
    return await _found("e.proposal_id = ?", [proposal_id])


async def of_organisation(account_id: int) -> list[EndorsementView]:
    """What an organisation backs."""
    return await _found("e.organisation_id = ?", [account_id])


async def by_id(endorsement_id: int) -> EndorsementView | None:
    return next(iter(await _found("e.id = ?", [endorsement_id])), None)
