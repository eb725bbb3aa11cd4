"""Deliveries that wait or were given up, for whoever looks after the instance."""

from typing import Any

from server.queries.moments import maybe_moment, moment
from server.storage.models.work import PARKED, WAITING
from server.storage.sql import rows
from server.views.instance import LetterView


async def letters(
    *, dead: bool | None = None, host: str = "", limit: int = 50, before: int | None = None
) -> list[LetterView]:
    """The newest first.

    Args:
        dead: those given up (True) or on their way (False) alone.
        host: those to this server alone.
        before: only older ones than this id.
    """
    states = [WAITING, PARKED] if dead is None else [PARKED if dead else WAITING]
    where, values = "state IN (?)", [states]
    values_more: list[Any] = []
    if host:
        where += " AND host = ?"
        values_more.append(host)
    if before is not None:
        where += " AND id < ?"
        values_more.append(before)
    found = await rows(
        "SELECT id, host, inbox, chain, state, attempts, created_at, run_at, last_status, last_error FROM deliveries"
        f" WHERE {where} ORDER BY id DESC LIMIT ?",
        [*values, *values_more, limit],
    )
    return [
        LetterView(
            id=row["id"],
            host=row["host"],
            inbox=row["inbox"],
            about=row["chain"],
            dead=row["state"] == PARKED,
            attempts=row["attempts"],
            created_at=moment(row["created_at"]),
            next_try=None if row["state"] == PARKED else maybe_moment(row["run_at"]),
            last_status=row["last_status"],
            last_error=row["last_error"] or "",
        )
        for row in found
    ]
