"""Keys: the private halves of our own accounts, for signing."""

from collections.abc import Iterable
from dataclasses import dataclass

from server.storage.sql import rows


@dataclass(frozen=True, slots=True)
class SigningKeys:
    """What an account of ours signs with: RSA for requests, Ed25519 for proofs; PEM private keys and their ids."""

    account_id: int
    request_key_id: str
    request_private: str
    proof_key_id: str
    proof_private: str


async def signers_of(account_ids: Iterable[int]) -> dict[int, SigningKeys]:
    """The keys of several of our accounts; those that have none are left out."""
    found = await rows(
        "SELECT uri, account_id, use, private FROM keys WHERE account_id IN (?) AND private <> ''", [list(account_ids)]
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


async def public_of(account_id: int) -> dict[str, str]:
    """The public keys of one of our accounts, by use."""
    found = await rows("SELECT use, public FROM keys WHERE account_id = ? AND private <> ''", [account_id])
    return {row["use"]: row["public"] for row in found}
