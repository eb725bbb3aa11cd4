"""Freeze an activity and line it up for its inboxes."""

from collections.abc import Mapping
from datetime import UTC, datetime

from federation.signatures.proof import attach_proof
from federation.values import PUBLIC, Json, dumps, loads
from server.effects.context import Context
from server.ledger import deliveries
from server.ledger.activities import Frozen, freeze
from server.queries import keys
from server.queries.keys import ProofKey
from server.storage.unit import unit


def at(milliseconds: int) -> datetime:
    """A time for the wire."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


async def send(
    context: Context,
    activity: Json,
    *,
    account_id: int,
    object_uri: str,
    inboxes: Mapping[str, str],
    post_id: int | None = None,
    proof: bool = True,
    proven_by: ProofKey | None = None,
) -> Json | None:
    """Sign with a proof, freeze, and line up; returns the activity as frozen, None if the account has no keys.

    Args:
        account_id: the account of ours that acts.
        object_uri: what it is about: activities about one thing reach each server in order.
        inboxes: inbox → domain.
        proof: an FEP-8b32 proof, so that others can pass it on; acts that nobody passes on go without.
        proven_by: another key of the account to prove it with than its newest.
    """
    signer = await keys.signer_of(account_id)
    if signer is None:
        return None
    now = context.clock()
    if proof:
        key = proven_by or ProofKey(signer.proof_key_id, signer.proof_private)
        activity = attach_proof(activity, private_pem=key.private, verification_method=key.uri, created=at(now))
    async with unit():
        frozen = await freeze(
            activity["id"],
            account_id=account_id,
            object_uri=object_uri,
            post_id=post_id,
            body=dumps(activity),
            public=PUBLIC in [*activity.get("to", ()), *activity.get("cc", ())],
            now=now,
        )
        await line_up(context, frozen, account_id=account_id, object_uri=object_uri, inboxes=inboxes)
    return loads(frozen.body)


async def line_up(
    context: Context, frozen: Frozen, *, account_id: int, object_uri: str, inboxes: Mapping[str, str]
) -> None:
    """One delivery for each inbox; a second time changes nothing."""
    if inboxes:
        await deliveries.add(
            frozen.id,
            account_id,
            object_uri,
            [(domain, inbox) for inbox, domain in inboxes.items()],
            context.clock(),
        )
