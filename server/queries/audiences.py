"""Which inboxes something goes to. Each server once, by its shared inbox where it has one; blocked domains never."""

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

from server.queries.domains import REFUSED, stances
from server.storage.sql import rows

INBOX = "CASE WHEN a.shared_inbox <> '' THEN a.shared_inbox ELSE a.inbox END AS inbox, a.domain"
REMOTE = "a.domain <> '' AND a.state = 'active' AND a.inbox <> ''"


async def allowed(found: Sequence[dict[str, Any]]) -> dict[str, str]:
    """Inbox → the domain it is at, without those of blocked domains. Somebody's handle may be at another domain than
    their inbox: either may be blocked."""
    hosts = {row["inbox"]: host_of(row["inbox"]) for row in found}
    if not found:
        return {}
    rules = await stances({name for row in found for name in (row["domain"], hosts[row["inbox"]])})
    refused = {domain for domain, rule in rules.items() if rule.policy in REFUSED}
    return {
        row["inbox"]: hosts[row["inbox"]] for row in found if refused.isdisjoint((row["domain"], hosts[row["inbox"]]))
    }


def host_of(url: str) -> str:
    """The host of an address that was checked when it came, with its port if that is not the scheme's own."""
    parts = urlsplit(url)
    usual = parts.port is None or parts.port == {"https": 443, "http": 80}.get(parts.scheme)
    return f"{parts.hostname}" if usual else f"{parts.hostname}:{parts.port}"


async def of_followers(account_id: int) -> dict[str, str]:
    """The servers of those who follow an account."""
    return await allowed(
        await rows(
            f"SELECT DISTINCT {INBOX} FROM follows f JOIN accounts a ON a.id = f.account_id"
            f" WHERE f.target_id = ? AND f.state = 'accepted' AND {REMOTE}",
            [account_id],
        )
    )


async def of_civic_followers(account_id: int) -> dict[str, str]:
    """The civic instances of those who follow an account."""
    return await allowed(
        await rows(
            f"SELECT DISTINCT {INBOX} FROM follows f JOIN accounts a ON a.id = f.account_id"
            f" WHERE f.target_id = ? AND f.state = 'accepted' AND {REMOTE} AND a.civic",
            [account_id],
        )
    )


async def of_all_followers() -> dict[str, str]:
    """The servers of those who follow anybody or anything here."""
    return await allowed(
        await rows(
            f"SELECT DISTINCT {INBOX} FROM follows f JOIN accounts a ON a.id = f.account_id"
            f" JOIN accounts t ON t.id = f.target_id WHERE t.domain = '' AND f.state = 'accepted' AND {REMOTE}"
        )
    )


async def of_readers(topic_account_id: int, *, chapters: bool) -> dict[str, str]:
    """The servers of those who follow our chapter: other chapters, or everybody else."""
    is_chapter = "EXISTS (SELECT 1 FROM chapters c WHERE c.topic_id = f.target_id AND c.account_id = f.account_id)"
    return await allowed(
        await rows(
            f"SELECT DISTINCT {INBOX} FROM follows f JOIN accounts a ON a.id = f.account_id"
            f" WHERE f.target_id = ? AND f.state = 'accepted' AND {REMOTE}"
            f" AND {'' if chapters else 'NOT '}{is_chapter}",
            [topic_account_id],
        )
    )


async def of_accounts(ids: Iterable[int]) -> dict[str, str]:
    """The servers of these accounts."""
    wanted = list(ids)
    if not wanted:
        return {}
    return await allowed(
        await rows(f"SELECT DISTINCT {INBOX} FROM accounts a WHERE a.id IN (?) AND {REMOTE}", [wanted])
    )


async def of_contributors(proposal_id: int) -> dict[str, str]:
    """The servers of everyone who took part in a proposal: supported, shared or said something in it."""
    return await allowed(
        await rows(
            f"SELECT DISTINCT {INBOX} FROM accounts a WHERE {REMOTE} AND a.id IN (SELECT account_id FROM likes"
            " WHERE post_id = ? UNION SELECT account_id FROM posts WHERE reblog_of_id = ?"
            " UNION SELECT account_id FROM posts WHERE proposal_id = ?)",
            [proposal_id, proposal_id, proposal_id],
        )
    )


async def of_same_barrier(proposal_id: int) -> dict[str, str]:
    """The servers of the proposals that one is, was or may be said to be the same as."""
    return await allowed(
        await rows(
            f"SELECT DISTINCT {INBOX} FROM accounts a WHERE {REMOTE} AND a.id IN (SELECT p.account_id FROM posts p"
            " JOIN same_barriers s ON s.other_uri = p.uri WHERE s.proposal_id = ?)",
            [proposal_id],
        )
    )


async def own_inbox(account_id: int) -> dict[str, str]:
    """The personal inbox of one account, for what concerns nobody else on its server."""
    return await allowed(
        await rows(f"SELECT a.inbox, a.domain FROM accounts a WHERE a.id = ? AND {REMOTE}", [account_id])
    )


async def of_everyone_who_knows(account_id: int) -> dict[str, str]:
    """The servers that hold something of an account: its followers', those it wrote to, those that wrote to it."""
    return await allowed(
        await rows(
            f"SELECT DISTINCT {INBOX} FROM accounts a WHERE {REMOTE} AND (a.id IN (SELECT account_id FROM follows"
            " WHERE target_id = ?) OR a.id IN (SELECT target_id FROM follows WHERE account_id = ?) OR a.id IN"
            " (SELECT m.account_id FROM mentions m JOIN posts p ON p.id = m.post_id WHERE p.account_id = ?))",
            [account_id, account_id, account_id],
        )
    )


async def that_received(activity_id: int) -> dict[str, str]:
    """The inboxes that an activity of ours was sent to, whether it arrived yet or not."""
    found = await rows("SELECT DISTINCT inbox, host AS domain FROM deliveries WHERE activity_id = ?", [activity_id])
    return await allowed(found)
