"""Timelines: the ids of a page, from an index, in one query. `posts.views` makes them into posts."""

from collections.abc import Sequence
from typing import Any

from server.queries.paging import window
from server.queries.visibility import findable, listed, visible
from server.storage.sql import rows
from server.views.viewer import Page, Viewer

SCAN = 4  # how many times the page each source is read, so that filtered posts do not leave a page short
NEAR = 400  # how many of the newest posts here are looked through first


async def home(viewer: Viewer, page: Page) -> list[int]:
    """What the people and topics one follows have posted and shared, and one's own.

    Mostly the page is found among the newest posts known here. Where those one follows are silent, each gives its own
    newest from an index, so the cost grows with those followed and not with all posts. Replies show where one follows
    both sides.
    """
    where, bound, order = window(page, "s.id")
    me = viewer.account_id
    wanted, values = wanted_at_home(viewer)
    near, extreme = (">=", "MIN") if order == "DESC" else ("<=", "MAX")
    reach = page.limit * SCAN
    found = await rows(
        "WITH sources AS (SELECT target_id AS id, show_boosts FROM follows WHERE account_id = ? AND state = 'accepted'"
        " UNION ALL SELECT ?, ?), recent AS ("
        f"SELECT p.id FROM posts p CROSS JOIN accounts a WHERE a.id = p.account_id AND p.id {near}"
        f" (SELECT {extreme}(id) FROM (SELECT s.id FROM posts s WHERE {where}"
        f" ORDER BY s.id {order} LIMIT {NEAR}) newest)"
        f" AND {where.replace('s.id', 'p.id')} AND ("
        " p.account_id IN (SELECT id FROM sources) AND (p.reblog_of_id IS NULL OR p.account_id IN"
        " (SELECT id FROM sources WHERE show_boosts)) OR p.topic_id IN (SELECT id FROM sources)"
        " OR (p.visibility = 'public' AND EXISTS (SELECT 1 FROM post_tags pt"
        " JOIN tag_follows tf ON tf.tag_id = pt.tag_id WHERE pt.post_id = p.id AND tf.account_id = ?)))"
        f" AND {wanted} ORDER BY p.id {order} LIMIT ?"
        "), silent AS (SELECT id, show_boosts FROM sources WHERE (SELECT COUNT(*) FROM recent) < ?"
        "), further AS (SELECT p.id FROM posts p JOIN accounts a ON a.id = p.account_id WHERE p.id IN ("
        f" SELECT q.id FROM silent src JOIN posts q ON q.id IN (SELECT s.id FROM posts s WHERE s.account_id = src.id"
        f" AND {where} ORDER BY s.id {order} LIMIT {reach}) AND (q.reblog_of_id IS NULL OR src.show_boosts)"
        " UNION SELECT q.id FROM silent src JOIN posts q ON q.id IN (SELECT s.id FROM posts s"
        f" WHERE s.topic_id = src.id AND {where} ORDER BY s.id {order} LIMIT {reach})"
        f" UNION SELECT s.id FROM silent src CROSS JOIN tag_follows tf CROSS JOIN post_tags pt CROSS JOIN posts s"
        f" WHERE tf.account_id = src.id AND pt.tag_id = tf.tag_id AND s.id = pt.post_id AND src.id = ?"
        f" AND s.visibility = 'public' AND {where}"
        f") AND {wanted} ORDER BY p.id {order} LIMIT ?"
        f") SELECT id FROM recent UNION SELECT id FROM further ORDER BY id {order} LIMIT ?",
        [
            *(me, me, True),
            *(*bound, *bound, me, *values, page.limit),
            *(page.limit, *bound, *bound, me, *bound, *values, page.limit),
            page.limit,
        ],
    )
    return newest_first(found, order)


def wanted_at_home(viewer: Viewer) -> tuple[str, list[Any]]:
    """A condition on a post `p` by `a` from one of the `sources`, and its values: no answers to strangers, nothing
    said to a few, nobody muted."""
    seen, values = listed(viewer)
    return (
        "(p.in_reply_to_account_id IS NULL OR p.account_id = ? OR p.in_reply_to_account_id = p.account_id"
        " OR p.in_reply_to_account_id IN (SELECT id FROM sources))"
        f" AND p.visibility <> 'direct' AND {seen}",
        [viewer.account_id, *values],
    )


async def is_at_home(viewer: Viewer, post_id: int) -> bool:
    """Whether a post stands in the viewer's home timeline."""
    return await home(viewer, Page(limit=1, max_id=post_id + 1, since_id=post_id - 1)) == [post_id]


def newest_first(found: Sequence[dict[str, Any]], order: str) -> list[int]:
    ids = [row["id"] for row in found]
    return ids[::-1] if order == "ASC" else ids


async def select(viewer: Viewer, page: Page, condition: str, values: Sequence[Any], *, mutes: bool = True) -> list[int]:
    """The ids of a page of those posts `p` that fit a condition and that the viewer may see."""
    where, bound, order = window(page, "p.id")
    seen, seen_values = listed(viewer, mutes=mutes)
    found = await rows(
        f"SELECT p.id FROM posts p CROSS JOIN accounts a WHERE a.id = p.account_id AND {condition} AND {where}"
        f" AND {seen} ORDER BY p.id {order} LIMIT ?",
        [*values, *bound, *seen_values, page.limit],
    )
    return newest_first(found, order)


PICTURES = " AND EXISTS (SELECT 1 FROM media m WHERE m.post_id = p.id)"


async def public(
    viewer: Viewer, page: Page, *, local: bool = False, remote: bool = False, only_media: bool = False
) -> list[int]:
    """Every public root post known here, however it came (contract, "What an instance keeps and shows")."""
    condition = "p.visibility = 'public' AND p.in_reply_to_account_id IS NULL AND p.in_reply_to_uri = ''"
    condition += " AND p.reblog_of_id IS NULL"
    values: list[Any] = []
    if local or remote:
        condition += " AND p.local = ?"
        values.append(local)
    found_by, bound = findable(viewer)
    condition += f" AND {found_by}" + (PICTURES if only_media else "")
    return await select(viewer, page, condition, [*values, *bound])


async def tagged(
    viewer: Viewer,
    page: Page,
    name: str,
    *,
    any_of: Sequence[str] = (),
    all_of: Sequence[str] = (),
    none_of: Sequence[str] = (),
    local: bool = False,
    remote: bool = False,
    only_media: bool = False,
) -> list[int]:
    """Public posts with a hashtag, or with one of several."""
    has = "p.id IN (SELECT x.post_id FROM post_tags x JOIN tags t ON t.id = x.tag_id WHERE t.name IN (?))"
    condition = f"p.visibility = 'public' AND {has}"
    values: list[Any] = [[tag.lower() for tag in (name, *any_of)]]
    for tag in all_of:
        condition += f" AND {has}"
        values.append([tag.lower()])
    if none_of:
        condition += f" AND NOT {has}"
        values.append([tag.lower() for tag in none_of])
    if local or remote:
        condition += " AND p.local = ?"
        values.append(local)
    found_by, bound = findable(viewer)
    condition += f" AND {found_by}" + (PICTURES if only_media else "")
    return await select(viewer, page, condition, [*values, *bound])


async def of_account(
    viewer: Viewer,
    page: Page,
    account_id: int,
    *,
    exclude_replies: bool = False,
    exclude_boosts: bool = False,
    only_media: bool = False,
    pinned: bool = False,
    tagged_with: str = "",
) -> list[int]:
    """What an account has posted; of a topic, the proposals raised in it."""
    condition, values = "(p.account_id = ? OR p.topic_id = ?)", [account_id, account_id]
    if exclude_replies:
        condition += " AND (p.in_reply_to_account_id IS NULL OR p.in_reply_to_account_id = p.account_id)"
    if exclude_boosts:
        condition += " AND p.reblog_of_id IS NULL"
    if only_media:
        condition += PICTURES
    if pinned:
        condition += " AND p.id IN (SELECT post_id FROM pins WHERE account_id = ?)"
        values.append(account_id)
    if tagged_with:
        condition += " AND p.id IN (SELECT x.post_id FROM post_tags x JOIN tags t ON t.id = x.tag_id WHERE t.name = ?)"
        return await select(viewer, page, condition, [*values, tagged_with.lower()], mutes=False)
    return await select(viewer, page, condition, values, mutes=False)


async def of_topic(viewer: Viewer, page: Page, topic_id: int) -> list[int]:
    """The proposals raised in a topic, newest first."""
    found_by, bound = findable(viewer)
    return await select(viewer, page, f"p.topic_id = ? AND {found_by}", [topic_id, *bound])


async def of_list(viewer: Viewer, page: Page, list_id: int) -> list[int]:
    """What the accounts on one of the viewer's lists have posted."""
    return await select(
        viewer,
        page,
        "p.account_id IN (SELECT e.account_id FROM list_accounts e JOIN lists l ON l.id = e.list_id"
        " WHERE l.id = ? AND l.account_id = ?) AND p.visibility <> 'direct'",
        [list_id, viewer.account_id],
    )


async def marked(viewer: Viewer, page: Page, table: str) -> list[tuple[int, int]]:
    """Posts the viewer has marked, newest mark first, each with the cursor of its mark."""
    assert table in ("likes", "bookmarks")
    where, bound, order = window(page, "x.id")
    seen, seen_values = visible(viewer, in_list=True)
    found = await rows(
        f"SELECT x.id AS cursor, p.id FROM {table} x JOIN posts p ON p.id = x.post_id JOIN accounts a"
        f" ON a.id = p.account_id WHERE x.account_id = ? AND {where} AND {seen} ORDER BY x.id {order} LIMIT ?",
        [viewer.account_id, *bound, *seen_values, page.limit],
    )
    pairs = [(row["cursor"], row["id"]) for row in found]
    return pairs[::-1] if order == "ASC" else pairs


async def liked(viewer: Viewer, page: Page) -> list[tuple[int, int]]:
    return await marked(viewer, page, "likes")


async def bookmarked(viewer: Viewer, page: Page) -> list[tuple[int, int]]:
    return await marked(viewer, page, "bookmarks")
