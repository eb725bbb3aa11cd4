"""The counts that a post moves when it is shown, and moves back when it is taken from view. What is held counts
nowhere."""

from server.queries.accounts import loaded
from server.rules.permissions import Principal, may_move
from server.storage.counts import move
from server.storage.models.posts import Post
from server.storage.sql import execute, rows, write

SHOWN = "p.deleted_at IS NULL AND p.removed_by IS NULL AND p.held_reason = ''"


async def count(by: Principal, post: Post, change: int) -> None:
    """One post more (1) or less (-1) to see; inside the transaction that makes it so."""
    may_move(by)
    if post.reblog_of_id is not None:
        await move("posts", post.reblog_of_id, boosts_count=change)
    elif post.visibility in ("public", "unlisted"):
        await write(
            "UPDATE accounts SET posts_count = posts_count + ?, last_post_at ="
            " CASE WHEN last_post_at > ? THEN last_post_at ELSE ? END WHERE id = ?",
            [change, post.published_at, post.published_at, post.account_id],
        )
        if post.in_reply_to_id is not None:
            await move("posts", post.in_reply_to_id, replies_count=change)
        if post.kind == "comment" and post.proposal_id is not None:
            await move("proposals", post.proposal_id, comments_count=change)
        if post.kind == "proposal" and post.topic_id is not None:
            await move("topics", post.topic_id, proposals_count=change)
        if change > 0:
            await note_time(by, post)


async def note_time(by: Principal, post: Post) -> None:
    """When its proposal was last heard of."""
    may_move(by)
    if post.kind == "comment" and post.proposal_id is not None:
        await write(
            "UPDATE proposals SET active_at = ? WHERE post_id = ? AND active_at < ?",
            [post.published_at, post.proposal_id, post.published_at],
        )
        if post.proposal_id != post.in_reply_to_id:
            await move("posts", post.proposal_id, replies_count=0)


async def recount(by: Principal, proposal_id: int) -> None:
    """How many see it too, each person once, and in how many places."""
    may_move(by)
    seen = await rows(
        "SELECT p.account_id, c.facts FROM contributions c JOIN posts p ON p.id = c.post_id WHERE c.proposal_id = ?"
        f" AND c.kind = 'corroboration' AND c.state = 'counted' AND {SHOWN}",
        [proposal_id],
    )
    places = {str((loaded(each["facts"]) or {}).get("place", "")).strip().casefold() for each in seen} - {""}
    people = {each["account_id"] for each in seen}
    if await execute(
        "UPDATE proposals SET corroborations_count = ?, places_count = ? WHERE post_id = ?"
        " AND (corroborations_count <> ? OR places_count <> ?)",
        [len(people), len(places), proposal_id, len(people), len(places)],
    ):
        await execute("UPDATE posts SET rev = rev + 1 WHERE id = ?", [proposal_id])
