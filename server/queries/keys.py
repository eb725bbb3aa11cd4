"""Keys of our own accounts: the private halves, for signing, and what of them is published."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from server.queries.moments import moment
from server.storage.sql import rows
from server.views.keys import PublicKeyView, SigningView

PUBLISHED_PROOFS: Final = 10  # as many as others read


@dataclass(frozen=True, slots=True)
class SigningKeys:
    """What an account of ours signs with: RSA for requests, Ed25519 for proofs; PEM private keys and their ids."""

    account_id: int
    request_key_id: str
    request_private: str
    proof_key_id: str
    proof_private: str


@dataclass(frozen=True, slots=True)
class ProofKey:
    """An Ed25519 key of ours: its id and the private PEM."""

    uri: str
    private: str


async def signers_of(account_ids: Iterable[int]) -> dict[int, SigningKeys]:
    """The keys of several of our accounts, the newest of each use; those that have none are left out."""
    found = await rows(
        "SELECT uri, account_id, use, private FROM keys WHERE account_id IN (?) AND private <> ''"
        " ORDER BY first_seen, uri",
        [list(account_ids)],
    )
    grouped: dict[int, dict[str, tuple[str, str]]] = {}
    for row in found:
        grouped.setdefault(row["account_id"], {})[row["use"]] = (row["uri"], row["private"])
    return {
        account_id: SigningKeys(account_id, *uses["request"], *uses["proof"])
        for account_id, uses in grouped.items()
        if {"request", "proof"} <= set(uses)
    }


async def signer_of(account_id: int) -> SigningKeys | None:
    """The keys of one of our accounts."""
    return (await signers_of([account_id])).get(account_id)


async def proof_key(uri: str) -> ProofKey | None:
    """A proof key of ours that can still sign, by its id."""
    found = await rows("SELECT uri, private FROM keys WHERE uri = ? AND use = 'proof' AND private <> ''", [uri])
    return ProofKey(found[0]["uri"], found[0]["private"]) if found else None


async def published_of(account_id: int) -> tuple[PublicKeyView, ...]:
    """What one of our accounts publishes, the newest first: one key for requests, because many servers read no more
    than one; and of the keys for proofs also those that sign no longer, so that old proofs can be checked."""
    found = await rows(
        "SELECT uri, use, public FROM keys WHERE account_id = ? ORDER BY first_seen DESC, uri DESC", [account_id]
    )
    every = [PublicKeyView(row["uri"], row["use"], row["public"]) for row in found]
    requests = [key for key in every if key.use == "request"]
    proofs = [key for key in every if key.use == "proof"]
    return (*requests[:1], *proofs[:PUBLISHED_PROOFS])


async def signing_accounts() -> list[SigningView]:
    """Every account of ours that signs, the one with the oldest keys first."""
    found = await rows(
        "SELECT a.uri, a.kind, a.name, MAX(k.first_seen) AS since FROM accounts a JOIN keys k ON k.account_id = a.id"
        " WHERE a.domain = '' AND k.private <> '' GROUP BY a.id, a.uri, a.kind, a.name ORDER BY since, a.id"
    )
    return [
        SigningView(
            row["uri"], row["kind"], "actor" if row["kind"] == "instance" else row["name"], moment(row["since"])
        )
        for row in found
    ]
