"""What arrived from other servers. An activity is taken once from each signer, however often and in however many
places at once it is delivered."""

from dataclasses import dataclass

from server.rules.ids import new_id
from server.storage import sql
from server.storage.database import current
from server.storage.models.work import DONE, WAITING
from server.storage.unit import unit

INBOX = "inbox"
REFUSED, SHELVED = 2, 3


@dataclass(frozen=True, slots=True)
class Arrival:
    """An activity to work on: the raw bytes, and the actor whose signature was verified."""

    id: int
    activity_uri: str
    signer_uri: str
    body: bytes
    received_at: int
    state: int


async def accept(activity_uri: str, signer_uri: str, body: bytes, now: int) -> bool:
    """Keep an activity and queue the work on it, in one transaction. False if this signer sent it before.

    The job's payload is `{"receipt_id": id}`, its lane `inbox`.
    """
    statement = """
        INSERT INTO receipts (id, activity_uri, signer_uri, body, state, received_at) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (activity_uri, signer_uri) DO NOTHING RETURNING id"""
    async with unit() as work:
        taken = await sql.rows(statement, [new_id(), activity_uri, signer_uri, body, WAITING, now])
        for each in taken:
            work.enqueue(INBOX, f"receipt:{each['id']}", {"receipt_id": each["id"]})
    return bool(taken)


async def is_known(activity_uri: str, signer_uri: str) -> bool:
    """Whether an activity was accepted from this signer before."""
    found = await sql.row(
        "SELECT 1 AS one FROM receipts WHERE activity_uri = ? AND signer_uri = ?", [activity_uri, signer_uri]
    )
    return found is not None


async def load(receipt_id: int) -> Arrival | None:
    """The activity a job of the lane `inbox` is about; None if it was pruned."""
    found = await sql.row(
        "SELECT id, activity_uri, signer_uri, body, received_at, state FROM receipts WHERE id = ?", [receipt_id]
    )
    return Arrival(**{**found, "body": bytes(found["body"])}) if found else None


async def finish(receipt_id: int, *, state: int = DONE, reason: str | None = None) -> None:
    """Note what became of it: DONE, REFUSED or SHELVED, and why."""
    await sql.execute("UPDATE receipts SET state = ?, reason = ? WHERE id = ?", [state, reason, receipt_id])


async def prune(before: int) -> int:
    """Forget what arrived before a time and is not waiting. A replay after that is stopped by its signature's date.

    What is civic stays, as its signer sent it: the record of a policy must be provable when it is asked for.
    """
    civic = "position(? IN body) > 0" if current().dialect == "postgres" else "instr(body, ?) > 0"
    return await sql.execute(
        f"DELETE FROM receipts WHERE received_at < ? AND state <> ? AND NOT ({civic})", [before, WAITING, b"civic:"]
    )
