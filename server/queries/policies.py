"""Policies: one, a list, those that are the same, and who cites them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from server.queries import accounts, posts
from server.queries.moments import moment
from server.queries.visibility import visible
from server.rules.policies import name_key
from server.storage.sql import row as first_row
from server.storage.sql import rows
from server.views.policies import PolicyRef, PolicyView, SameView, TextView
from server.views.posts import PostView
from server.views.viewer import VISITOR, Viewer

_OPEN = "p.deleted_at IS NULL AND p.removed_by IS NULL AND p.visibility IN ('public', 'unlisted')"
_COUNT = f"(SELECT count(*) FROM citations c JOIN posts p ON p.id = c.proposal_id WHERE c.policy_id = o.id AND {_OPEN})"
_OWNER = "COALESCE((SELECT w.name FROM owners w WHERE w.id = o.owner_id), o.owner_name)"
_OWNER_URI = (
    "COALESCE((SELECT b.uri FROM owners w JOIN accounts b ON b.id = w.account_id WHERE w.id = o.owner_id), o.owner_uri)"
)


async def select(condition: str, values: Sequence[Any], more: str = "") -> list[PolicyView]:
    """Policies `o` that fit a condition and were not taken back."""
    found = await rows(
        f"SELECT o.*, {_OWNER} AS owner_shown, {_OWNER_URI} AS owner_at, {_COUNT} AS proposals_count,"
        f" {accounts.columns()} FROM policies o JOIN accounts a ON a.id = o.account_id"
        f" WHERE o.deleted_at IS NULL AND {condition} {more}",
        values,
    )
    people = await accounts.views(found)
    return [view(row, account) for row, account in zip(found, people, strict=True)]


def view(row: Mapping[str, Any], account: Any) -> PolicyView:
    return PolicyView(
        id=row["id"],
        uri=row["uri"],
        local=bool(row["local"]),
        account=account,
        name=row["name"],
        kind=row["kind"] or "not_sure",
        language=row["language"],
        owner_name=row["owner_shown"],
        owner_uri=row["owner_at"],
        web_url=row["web_url"],
        text=TextView(row["source"], row["content_html"]),
        explained=TextView(row["explained_source"], row["explained_html"]),
        easy=TextView(row["easy_source"], row["easy_html"]),
        version=row["version"],
        created_at=moment(row["created_at"]),
        updated_at=moment(row["updated_at"]),
        proposals_count=row["proposals_count"],
    )


async def by_id(policy_id: int) -> PolicyView | None:
    return next(iter(await select("o.id = ?", [policy_id])), None)


async def by_ids(ids: Sequence[int]) -> list[PolicyView]:
    """Those of these that are there, by name."""
    return await select("o.id IN (?)", [list(ids)], "ORDER BY o.name_key, o.id") if ids else []


async def by_uri(uri: str) -> PolicyView | None:
    return next(iter(await select("o.uri = ?", [uri])), None)


async def owners_cited(proposal_id: int) -> dict[int, int]:
    """By policy of ours that a proposal names: the account of whoever can change it, where they have one."""
    found = await rows(
        "SELECT o.id, w.account_id FROM citations c JOIN policies o ON o.id = c.policy_id JOIN owners w ON"
        " w.id = o.owner_id WHERE c.proposal_id = ? AND o.local AND o.deleted_at IS NULL AND w.account_id IS NOT NULL",
        [proposal_id],
    )
    return {row["id"]: row["account_id"] for row in found}


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A policy of ours that was taken back, at this time (milliseconds); `actor` is whoever had named it."""

    uri: str
    at: int
    account_id: int
    actor: str


async def taken_back(policy_id: int) -> TakenBack | None:
    found = await first_row(
        "SELECT o.uri, o.deleted_at, a.id, a.uri AS actor FROM policies o JOIN accounts a ON a.id = o.account_id"
        " WHERE o.id = ? AND o.local AND o.deleted_at IS NOT NULL",
        [policy_id],
    )
    return TakenBack(found["uri"], found["deleted_at"], found["id"], found["actor"]) if found else None


async def listed(text: str = "", *, limit: int = 50, offset: int = 0, newest: bool = False) -> list[PolicyView]:
    """Policies whose name or owner holds these words, by name; or the newest first."""
    order = "ORDER BY o.created_at DESC, o.id DESC" if newest else "ORDER BY o.name_key, o.id"
    like = "".join(f"\\{letter}" if letter in "\\%_" else letter for letter in name_key(text))
    condition = f"(o.name_key LIKE ? ESCAPE '\\' OR lower({_OWNER}) LIKE ? ESCAPE '\\')"
    return await select(condition, [f"%{like}%", f"%{like}%", limit, offset], f"{order} LIMIT ? OFFSET ?")


async def cited_by(proposal_id: int) -> list[PolicyRef]:
    """The policies that a proposal names, by name."""
    found = await rows(
        "SELECT o.id, o.uri, o.name FROM citations c JOIN policies o ON o.id = c.policy_id WHERE c.proposal_id = ?"
        " AND o.deleted_at IS NULL ORDER BY o.name_key, o.id",
        [proposal_id],
    )
    return [PolicyRef(row["id"], row["uri"], row["name"]) for row in found]


async def proposals_citing(
    ids: Sequence[int], viewer: Viewer = VISITOR, *, limit: int = 200, offset: int = 0
) -> list[PostView]:
    """Every proposal known here that cites one of these policies, each once, the most active first."""
    seen, bound = visible(viewer)
    found = await rows(
        "SELECT p.id FROM proposals r JOIN posts p ON p.id = r.post_id JOIN accounts a ON a.id = p.account_id"
        " WHERE p.id IN (SELECT c.proposal_id FROM citations c WHERE c.policy_id IN (?)) AND p.visibility <> 'direct'"
        f" AND {seen} ORDER BY r.active_at DESC, p.id DESC LIMIT ? OFFSET ?",
        [list(ids), *bound, limit, offset],
    )
    return await posts.views([row["id"] for row in found], viewer)


async def same_of(policy: PolicyView) -> list[SameView]:
    """What is said to be the same as this policy, by either side."""
    here = [row["other_uri"] for row in await rows(
        "SELECT other_uri FROM same_policies WHERE policy_id = ? ORDER BY id", [policy.id]
    )]  # fmt: skip
    there = [row["uri"] for row in await rows(
        "SELECT o.uri FROM same_policies s JOIN policies o ON o.id = s.policy_id WHERE s.other_uri = ? ORDER BY s.id",
        [policy.uri],
    )]  # fmt: skip
    uris = list(dict.fromkeys([*here, *there]))
    known = {each.uri: each for each in await select("o.uri IN (?)", [uris])} if uris else {}
    return [SameView(uri, uri in here, uri in there, known.get(uri)) for uri in uris]


async def is_linked_domain(domain: str) -> bool:
    """Whether a chapter of this domain shares a topic with us."""
    found = await first_row(
        "SELECT 1 AS one FROM chapters c JOIN accounts a ON a.id = c.account_id WHERE c.state = 'linked'"
        " AND a.domain = ? LIMIT 1",
        [domain],
    )
    return found is not None
