"""Proposals in lists, their timeline, and drafts."""

from collections.abc import Sequence
from typing import Any, Literal

from server.queries import asks, coauthors, posts
from server.queries.accounts import loaded
from server.queries.moments import moment
from server.queries.policies import cited_by
from server.queries.same_barrier import uris_said
from server.queries.visibility import findable, visible
from server.storage.sql import row as first_row
from server.storage.sql import rows
from server.views.posts import PostView
from server.views.proposals import DraftView, HistoryView, StepView
from server.views.viewer import Viewer


async def board(
    viewer: Viewer,
    *,
    topic_id: int | None = None,
    state: str | None = None,
    order: Literal["active", "new"] = "active",
    author_id: int | None = None,
    limit: int = 20,
    offset: int = 0,
) -> list[PostView]:
    """Proposals for a page: those with the newest activity, or the newest, first. `topic_id` is our chapter's."""
    seen, bound = visible(viewer, in_list=True)
    found_by, values = findable(viewer)
    condition = f"p.visibility <> 'direct' AND {found_by}"
    for column, value in (("r.topic_id", topic_id), ("r.state", state), ("p.account_id", author_id)):
        if value is not None:
            condition += f" AND {column} = ?"
            values.append(value)
    by = "r.active_at DESC, p.id DESC" if order == "active" else "p.id DESC"
    found = await rows(
        "SELECT p.id FROM proposals r JOIN posts p ON p.id = r.post_id JOIN accounts a ON a.id = p.account_id"
        f" WHERE {condition} AND {seen} ORDER BY {by} LIMIT ? OFFSET ?",
        [*values, *bound, limit, offset],
    )
    return await posts.views([row["id"] for row in found], viewer)


async def counts_by_state(topic_id: int | None = None) -> dict[str, int]:
    """How many public proposals stand in each state."""
    only = " AND r.topic_id = ?" if topic_id is not None else ""
    found = await rows(
        "SELECT r.state, count(*) AS n FROM proposals r JOIN posts p ON p.id = r.post_id"
        " JOIN accounts a ON a.id = p.account_id WHERE p.deleted_at IS NULL AND p.removed_by IS NULL"
        " AND p.held_reason = '' AND a.state = 'active' AND NOT a.limited"
        f" AND p.visibility IN ('public', 'unlisted'){only} GROUP BY r.state",
        [topic_id] if topic_id is not None else [],
    )
    return {row["state"]: row["n"] for row in found}


async def steps_of(post_id: int) -> list[StepView]:
    """The timeline of a proposal, oldest first."""
    return await _steps("s.proposal_id = ?", post_id)


async def step(step_id: int) -> StepView | None:
    """One step of a timeline."""
    return next(iter(await _steps("s.id = ?", step_id)), None)


async def steps_by_id(ids: Sequence[int]) -> dict[int, StepView]:
    """Steps of any timelines."""
    return {each.id: each for each in await _steps("s.id IN (?)", list(ids))} if ids else {}


async def step_kind(step_id: int) -> str:
    """The kind of a step; empty if there is none."""
    found = await first_row("SELECT kind FROM steps WHERE id = ?", [step_id])
    return str(found["kind"]) if found else ""


async def _steps(condition: str, value: int | list[int]) -> list[StepView]:
    found = await rows(
        "SELECT s.id, s.uri, s.kind, s.at, s.account_id, s.by_name, s.version, s.note_html, s.state, s.post_id,"
        " p.uri AS proposal_uri, said.uri AS post_uri, a.display_name, a.name, a.uri AS account_uri FROM steps s"
        " JOIN posts p ON p.id = s.proposal_id LEFT JOIN posts said ON said.id = s.post_id"
        " LEFT JOIN accounts a ON a.id = s.account_id"
        f" WHERE {condition} ORDER BY s.at, s.id",
        [value],
    )
    return [
        StepView(
            id=row["id"],
            uri=row["uri"] or f"{row['proposal_uri']}#step-{row['id']}",
            kind=row["kind"],
            at=moment(row["at"]),
            name=row["by_name"] or row["display_name"] or row["name"] or "",
            account_id=row["account_id"] if row["name"] else None,
            account_uri=row["account_uri"] or "",
            version=row["version"],
            note_html=row["note_html"],
            state=row["state"],
            post_id=row["post_id"],
            post_uri=row["post_uri"] or "",
        )
        for row in found
    ]


async def history_of(post: PostView) -> HistoryView:
    """What has become of a proposal; of another post, nothing."""
    if post.proposal is None:
        return HistoryView()
    steps, asked = await steps_of(post.id), await asks.of_proposal(post.id)
    same = await uris_said(post.id)
    together = await coauthors.of_proposal(post.id)
    return HistoryView(tuple(steps), tuple(asked), tuple(await cited_by(post.id)), tuple(same), tuple(together))


_OWNER = "(SELECT m.account_id FROM members m WHERE m.id = d.member_id) AS owner_id"
_MINE = (
    "(d.member_id = ? OR EXISTS (SELECT 1 FROM coauthors w WHERE w.draft_id = d.id AND w.member_id = ?"
    " AND w.accepted_at IS NOT NULL))"
)


def _me(viewer: Viewer) -> list[Any]:
    return [viewer.member_id, viewer.member_id]


def draft_view(row: dict[str, Any]) -> DraftView:
    return DraftView(
        id=row["id"],
        topic_id=row["topic_id"],
        title=row["title"],
        answers=dict(loaded(row["answers"]) or {}),
        language=row["language"],
        post_id=row["post_id"],
        updated_at=moment(row["updated_at"]),
        rev=row["updated_at"],
        owner_id=row["owner_id"],
        facts=dict(loaded(row["facts"]) or {}),
    )


async def draft(viewer: Viewer, draft_id: int) -> DraftView | None:
    """A draft that the viewer writes, or writes along."""
    found = await first_row(
        f"SELECT d.*, {_OWNER} FROM proposal_drafts d WHERE d.id = ? AND {_MINE}", [draft_id, *_me(viewer)]
    )
    return draft_view(found) if found else None


async def drafts_of(viewer: Viewer) -> list[DraftView]:
    """The viewer's drafts, the last one worked on first."""
    found = await rows(
        f"SELECT d.*, {_OWNER} FROM proposal_drafts d WHERE {_MINE} ORDER BY d.updated_at DESC, d.id DESC", _me(viewer)
    )
    return [draft_view(row) for row in found]
