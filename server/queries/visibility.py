"""Who may see a post, in SQL: the same rule as `rules.visibility.may_see`, and a test compares the two."""

from typing import Any

from server.queries.authorships import is_behind
from server.rules.ids import now_ms
from server.views.viewer import Viewer


def visible(viewer: Viewer, *, post: str = "p", author: str = "a", in_list: bool = False) -> tuple[str, list[Any]]:
    """A condition on a post and its author, and the values it binds.

    Args:
        post: the name of `posts` in the query.
        author: the name of `accounts` joined as its author.
        in_list: for timelines and other lists: what is held shows to its author alone. Stewards have their queue.
    """
    there = f"{post}.deleted_at IS NULL AND {post}.removed_by IS NULL AND {author}.state = 'active'"
    if not viewer.signed_in and not viewer.is_steward:  # the operator is a steward without an account
        return f"({there} AND {post}.held_reason = '' AND {post}.visibility IN ('public', 'unlisted'))", []
    me = viewer.account_id
    mine, mine_values = f"{post}.account_id = ?", [me]
    if not in_list:
        may = "1 = 1" if viewer.is_steward else is_behind(f"{post}.id")
        mine += f" OR ({post}.held_reason <> '' AND {may})"
        mine_values += [] if viewer.is_steward else [me]
    return (
        f"({there} AND ({mine} OR ({post}.held_reason = ''"
        f" AND NOT EXISTS (SELECT 1 FROM blocks vb WHERE vb.account_id = {post}.account_id AND vb.target_id = ?)"
        f" AND ({post}.visibility IN ('public', 'unlisted')"
        f" OR ({post}.visibility = 'private' AND EXISTS (SELECT 1 FROM follows vf WHERE vf.account_id = ?"
        f" AND vf.target_id = {post}.account_id AND vf.state = 'accepted'))"
        f" OR EXISTS (SELECT 1 FROM mentions vm WHERE vm.post_id = {post}.id AND vm.account_id = ?)))))",
        [*mine_values, me, me, me],
    )


def findable(viewer: Viewer, *, author: str = "a") -> tuple[str, list[Any]]:
    """For lists that are for everybody: nothing by a limited account, but for those who follow it and itself."""
    if not viewer.signed_in:
        return f"NOT {author}.limited", []
    return (
        f"(NOT {author}.limited OR {author}.id = ? OR EXISTS (SELECT 1 FROM follows lf WHERE lf.account_id = ?"
        f" AND lf.target_id = {author}.id AND lf.state = 'accepted'))",
        [viewer.account_id, viewer.account_id],
    )


def unmuted(viewer: Viewer, *, post: str = "p", author: str = "a") -> tuple[str, list[Any]]:
    """For timelines: nobody whom the viewer has muted or blocked, and nobody from a server they hide."""
    if not viewer.signed_in:
        return "1 = 1", []
    return (
        f"NOT EXISTS (SELECT 1 FROM mutes xm WHERE xm.account_id = ? AND xm.target_id = {post}.account_id"
        f" AND (xm.expires_at IS NULL OR xm.expires_at > ?))"
        f" AND NOT EXISTS (SELECT 1 FROM blocks xb WHERE xb.account_id = ? AND xb.target_id = {post}.account_id)"
        f" AND NOT EXISTS (SELECT 1 FROM domain_blocks xd WHERE xd.account_id = ? AND xd.domain = {author}.domain)",
        [viewer.account_id, now_ms(), viewer.account_id, viewer.account_id],
    )


def listed(viewer: Viewer, *, mutes: bool = True) -> tuple[str, list[Any]]:
    """A condition on `p` and its author `a` for timelines: visible, and of a shared post also what was shared.

    Args:
        mutes: also leave out, in both places, whom the viewer has muted or blocked, and whose server they hide.
    """
    seen, values = visible(viewer, in_list=True)
    shared, shared_values = visible(viewer, post="ro", author="ra", in_list=True)
    if mutes:
        quiet, quiet_values = unmuted(viewer)
        shared_quiet, shared_quiet_values = unmuted(viewer, post="ro", author="ra")
        seen, values = f"{quiet} AND {seen}", [*quiet_values, *values]
        shared, shared_values = f"{shared_quiet} AND {shared}", [*shared_quiet_values, *shared_values]
    return (
        f"{seen} AND (p.reblog_of_id IS NULL OR EXISTS (SELECT 1 FROM posts ro"
        f" JOIN accounts ra ON ra.id = ro.account_id WHERE ro.id = p.reblog_of_id AND {shared}))",
        [*values, *shared_values],
    )
