"""What is asked of policy owners, and how its clock stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from server.queries.calendar import Calendar, calendar
from server.queries.moments import maybe_moment
from server.rules.clock import Clock, Limits
from server.storage.sql import rows
from server.views.proposals import AskView, OwnerView

COLUMNS = "k.*, a.uri AS owner_uri FROM asks k LEFT JOIN accounts a ON a.id = k.owner_account_id"


async def clocks_of(proposal_ids: Sequence[int]) -> dict[int, Clock]:
    """The clocks of those of these proposals that await an answer."""
    if not proposal_ids:
        return {}
    found = await rows(
        "SELECT proposal_id, sent_at, acknowledge_days, answer_days, long_days FROM asks WHERE proposal_id IN (?)"
        " AND sent_at IS NOT NULL AND answered_at IS NULL ORDER BY sent_at",
        [list(proposal_ids)],
    )
    days = await calendar()
    return {row["proposal_id"]: days.clock(row["sent_at"], _limits(row)) for row in found}


async def of_proposal(proposal_id: int, *, sent_only: bool = True) -> list[AskView]:
    """The asks of a proposal, oldest first; for those who prepare it also the one that is not sent yet."""
    only = " AND k.sent_at IS NOT NULL" if sent_only else ""
    found = await rows(f"SELECT {COLUMNS} WHERE k.proposal_id = ?{only} ORDER BY k.created_at, k.id", [proposal_id])
    days = await calendar() if found else None
    return [view(row, days) for row in found if days is not None]


def view(row: Mapping[str, Any], days: Calendar) -> AskView:
    awaited = row["sent_at"] is not None and row["answered_at"] is None
    return AskView(
        id=row["id"],
        owner_id=row["owner_id"],
        owner_name=row["owner_name"],
        owner_account_id=row["owner_account_id"],
        owner_uri=row["owner_uri"] or "",
        verb=row["verb"],
        source=row["source"],
        content_html=row["content_html"],
        by_date=date.fromisoformat(row["by_date"]) if row["by_date"] else None,
        version=row["version"],
        limits=_limits(row),
        sent_at=maybe_moment(row["sent_at"]),
        acknowledged_at=maybe_moment(row["acknowledged_at"]),
        answered_at=maybe_moment(row["answered_at"]),
        clock=days.clock(row["sent_at"], _limits(row)) if awaited else None,
    )


@dataclass(frozen=True, slots=True)
class Awaited:
    """A proposal of ours that awaits an answer."""

    proposal_id: int
    ask_id: int
    limits: Limits
    clock: Clock


async def awaited() -> list[Awaited]:
    """The proposals of ours that await an answer: what the calendar has to look at."""
    found = await rows(
        "SELECT k.id, k.proposal_id, k.sent_at, k.acknowledge_days, k.answer_days, k.long_days FROM asks k"
        " JOIN posts p ON p.id = k.proposal_id JOIN proposals r ON r.post_id = k.proposal_id"
        " WHERE k.sent_at IS NOT NULL AND k.answered_at IS NULL AND p.local AND r.state = 'sent'"
    )
    days = await calendar()
    return [
        Awaited(row["proposal_id"], row["id"], _limits(row), days.clock(row["sent_at"], _limits(row))) for row in found
    ]


def _limits(row: Mapping[str, Any]) -> Limits:
    return Limits(row["acknowledge_days"], row["answer_days"], row["long_days"])


async def owners() -> list[OwnerView]:
    """Every policy owner known here, by name."""
    found = await rows("SELECT * FROM owners ORDER BY name_key")
    return [
        OwnerView(
            id=row["id"],
            name=row["name"],
            account_id=row["account_id"],
            email=row["email"],
            url=row["url"],
            limits=_limits(row),
        )
        for row in found
    ]


async def owner_address(proposal_id: int) -> str:
    """The e-mail address of whom the newest ask of a proposal goes to; empty if we have none."""
    found = await rows(
        "SELECT o.email FROM asks k JOIN owners o ON o.id = k.owner_id WHERE k.proposal_id = ?"
        " ORDER BY k.created_at DESC, k.id DESC LIMIT 1",
        [proposal_id],
    )
    return str(found[0]["email"]) if found else ""
