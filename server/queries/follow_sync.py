"""Who follows whom between two servers, for comparing their books (FEP-8fcf)."""

from dataclasses import dataclass

from server.storage.sql import rows


@dataclass(frozen=True, slots=True)
class FollowHere:
    """Somebody of ours who follows an account elsewhere, or waits for its answer (`pending`)."""

    account_id: int
    uri: str
    pending: bool


async def followers_at(account_id: int, origin: str) -> list[str]:
    """The ids of those who follow an account of ours and live at an origin, such as `https://ash.example`."""
    found = await rows(
        "SELECT a.uri FROM follows f JOIN accounts a ON a.id = f.account_id"
        " WHERE f.target_id = ? AND f.state = 'accepted' AND a.domain <> '' AND substr(a.uri, 1, ?) = ?",
        [account_id, len(origin) + 1, f"{origin}/"],
    )
    return [str(row["uri"]) for row in found]


async def followers_here(account_id: int) -> list[FollowHere]:
    """Those of ours who follow an account elsewhere, or have asked to."""
    found = await rows(
        "SELECT f.account_id, a.uri, f.state FROM follows f JOIN accounts a ON a.id = f.account_id"
        " WHERE f.target_id = ? AND a.domain = '' AND a.state = 'active'",
        [account_id],
    )
    return [FollowHere(int(row["account_id"]), str(row["uri"]), row["state"] != "accepted") for row in found]
