"""Posts by id, in a fixed number of queries however many they are; threads and histories."""

from collections.abc import Mapping, Sequence
from typing import Any

from server.queries import accounts, parts
from server.queries.accounts import listed
from server.queries.media import by_ids as media_by_ids
from server.queries.moments import maybe_moment, moment
from server.queries.visibility import visible
from server.rules.accounts import byline
from server.storage.sql import row as first_row
from server.storage.sql import rows
from server.views.accounts import AccountView
from server.views.posts import NO_MARKS, PostView, ThreadView, VersionView
from server.views.viewer import VISITOR, Page, Viewer

COLUMNS = ", ".join(
    f"p.{name}"
    for name in (  # noqa: SIM905 -- forty quoted words would not read better
        "id uri url account_id kind local visibility reblog_of_id in_reply_to_id in_reply_to_uri in_reply_to_account_id"
        " thread_id proposal_id topic_id audience_uri context_uri stance title spoiler_text sensitive language source"
        " content_html mode version rev replies_count likes_count boosts_count application_id published_at edited_at"
        " deleted_at removed_by removed_reason removed_note held_reason reply_policy quote_uri quote_of_id quote_state"
    ).split()
)
NO_THREAD = parts.Thread(0, "")
THREAD_LIMIT = 2_000  # comments shown below one post; a longer thread is read in parts from the posts themselves


async def views(ids: Sequence[int], viewer: Viewer, *, gone_too: bool = False) -> list[PostView]:
    """Posts in the order of `ids`; those this viewer may not see are left out.

    Args:
        gone_too: keep deleted and removed ones as tombstones, for pages that show where something was.
    """
    if not ids:
        return []
    found = await selected("p.id IN (?)", [list(ids)], viewer, gone_too=gone_too)
    inner = await selected(
        "p.id IN (?)", [[row["reblog_of_id"] for row in found if row["reblog_of_id"]]], viewer
    ) if any(row["reblog_of_id"] for row in found) else []  # fmt: skip
    every = [*found, *inner]
    authors = await accounts.around(every)
    around = await parts.around(every, viewer)
    shared = {row["id"]: view(row, authors, around) for row in inner}
    made = {}
    for row in found:
        if row["reblog_of_id"]:
            if row["reblog_of_id"] in shared:
                made[row["id"]] = view(row, authors, around, reblog=shared[row["reblog_of_id"]])
        else:
            made[row["id"]] = view(row, authors, around)
    return [made[post_id] for post_id in ids if post_id in made]


async def selected(
    condition: str, values: Sequence[Any], viewer: Viewer, *, gone_too: bool = False
) -> list[dict[str, Any]]:
    """Rows of posts with their authors, of those the viewer may see."""
    seen, bound = visible(viewer)
    if gone_too:
        seen = f"({seen} OR p.deleted_at IS NOT NULL OR p.removed_by IS NOT NULL)"
    return await rows(
        f"SELECT {COLUMNS}, {accounts.columns()} FROM posts p JOIN accounts a ON a.id = p.account_id"
        f" WHERE {condition} AND {seen}",
        [*values, *bound],
    )


def view(
    row: Mapping[str, Any], authors: accounts.Around, around: parts.Around, *, reblog: PostView | None = None
) -> PostView:
    """The view of one row and what hangs on it. Of a tombstone nothing is left but its place."""
    post_id = row["id"]
    gone = "deleted" if row["deleted_at"] is not None else "removed" if row["removed_by"] is not None else ""
    account = accounts.view(row, authors)
    return PostView(
        id=post_id,
        uri=row["uri"],
        url=row["url"] or row["uri"],
        kind=row["kind"],
        account=account,
        byline=byline(
            account_id=account.id,
            name=account.shown_name,
            handle=account.acct,
            role=account.frontline_role,
            organisation=account.home or (account.organisation.name if account.organisation else ""),
            mode=row["mode"],
        ),
        local=bool(row["local"]),
        visibility=row["visibility"],
        title="" if gone else row["title"],
        spoiler_text="" if gone else row["spoiler_text"],
        sensitive=bool(row["sensitive"]),
        language=row["language"],
        source="" if gone else row["source"],
        content_html="" if gone else row["content_html"],
        version=row["version"],
        rev=row["rev"],
        replies_count=max(row["replies_count"], 0),
        likes_count=max(row["likes_count"], 0),
        boosts_count=max(row["boosts_count"], 0),
        published_at=moment(row["published_at"]),
        edited_at=maybe_moment(row["edited_at"]),
        thread_id=row["thread_id"],
        in_reply_to_id=row["in_reply_to_id"],
        in_reply_to_uri=around.parent_uris.get(row["in_reply_to_id"] or 0, row["in_reply_to_uri"]),
        in_reply_to_account_id=row["in_reply_to_account_id"],
        proposal_id=row["proposal_id"],
        topic=around.topics.get(row["topic_id"] or around.threads.get(row["proposal_id"] or 0, NO_THREAD).topic_id),
        entry_uri=row["audience_uri"],
        context_uri=row["context_uri"],
        reply_policy=row["reply_policy"],
        quote_uri="" if gone else row["quote_uri"],
        quote_of_id=None if gone else row["quote_of_id"],
        quote_state="" if gone else row["quote_state"],
        parent_entry_uri=around.threads.get(row["proposal_id"] or 0, NO_THREAD).entry_uri,
        stance=row["stance"],
        media=() if gone else around.media.get(post_id, ()),
        mentions=() if gone else around.mentions.get(post_id, ()),
        tags=() if gone else around.tags.get(post_id, ()),
        poll=None if gone else around.polls.get(post_id),
        proposal=None if gone else around.proposals.get(post_id),
        contribution=None if gone else around.contributions.get(post_id),
        check=None if gone else around.checks.get(post_id),
        reblog=reblog,
        application=around.apps.get(row["application_id"] or 0, ("", ""))[0],
        application_website=around.apps.get(row["application_id"] or 0, ("", ""))[1],
        gone=gone,
        removed_reason=row["removed_reason"],
        removed_note=row["removed_note"],
        held_reason="" if gone else row["held_reason"],
        marks=around.marks.get(post_id, NO_MARKS),
    )


async def by_id(post_id: int, viewer: Viewer = VISITOR) -> PostView | None:
    """One post, if the viewer may see it."""
    return next(iter(await views([post_id], viewer)), None)


async def by_uri(uri: str, viewer: Viewer = VISITOR) -> PostView | None:
    """One post by its federated id, or the address of its page, if the viewer may see it."""
    found = await first_row("SELECT id FROM posts WHERE uri = ? OR (url = ? AND kind <> 'boost')", [uri, uri])
    return await by_id(found["id"], viewer) if found else None


async def tombstone(post_id: int) -> PostView | None:
    """A post, gone or not, for the page and the object at its address; nothing private is in a tombstone."""
    return next(iter(await views([post_id], VISITOR, gone_too=True)), None)


async def thread_of(post_id: int, viewer: Viewer, *, gone_too: bool = False) -> ThreadView:
    """What stands above and below a post. Below: depth first, each level oldest first."""
    return (await with_thread(post_id, viewer, gone_too=gone_too))[1]


async def with_thread(post_id: int, viewer: Viewer, *, gone_too: bool = False) -> tuple[PostView | None, ThreadView]:
    """A post, if the viewer may see it and it is not gone, and its thread, read at once."""
    start = await first_row("SELECT id, thread_id FROM posts WHERE id = ?", [post_id])
    if start is None:
        return None, ThreadView((), ())
    links = await rows(
        "SELECT id, in_reply_to_id FROM posts WHERE thread_id = ? AND kind <> 'boost' ORDER BY id LIMIT ?",
        [start["thread_id"], THREAD_LIMIT],
    )
    parent = {link["id"]: link["in_reply_to_id"] for link in links}
    below: dict[int, list[int]] = {}
    for link in links:
        if link["in_reply_to_id"]:
            below.setdefault(link["in_reply_to_id"], []).append(link["id"])
    above: list[int] = []
    step = parent.get(post_id)
    while step is not None and step not in above and step != post_id:
        above.insert(0, step)
        step = parent.get(step)
    order: list[int] = []
    stack = list(reversed(below.get(post_id, [])))
    while stack:
        reached = stack.pop()
        order.append(reached)
        stack.extend(reversed(below.get(reached, [])))
    posts = {post.id: post for post in await views([post_id, *above, *order], viewer, gone_too=gone_too)}
    post = posts.get(post_id)
    thread = ThreadView(tuple(posts[i] for i in above if i in posts), tuple(posts[i] for i in order if i in posts))
    return None if post is None or post.gone else post, thread


async def versions_of(post: PostView) -> list[VersionView]:
    """What a post said, oldest first, and last what it says now."""
    found = await rows("SELECT * FROM post_versions WHERE post_id = ? ORDER BY version", [post.id])
    named = {row["id"]: accounts.loaded(row["media_ids"]) or [] for row in found}
    pictures = await media_by_ids(picture for ids in named.values() for picture in ids)
    before = [
        VersionView(
            version=row["version"],
            title=row["title"],
            spoiler_text=row["spoiler_text"],
            sensitive=bool(row["sensitive"]),
            source=row["source"],
            content_html=row["content_html"],
            sections=tuple(
                (part["key"], part["source"], part["html"]) for part in accounts.loaded(row["sections"]) or []
            ),
            at=moment(row["at"]),
            account=post.account,
            media=tuple(pictures[picture] for picture in named[row["id"]] if picture in pictures),
        )
        for row in found
    ]
    sections = post.proposal.sections if post.proposal else ()
    now = VersionView(
        version=post.version,
        title=post.title,
        spoiler_text=post.spoiler_text,
        sensitive=post.sensitive,
        source=post.source,
        content_html=post.content_html,
        sections=tuple((section.key, section.source, section.html) for section in sections),
        at=post.edited_at or post.published_at,
        account=post.account,
        media=post.media,
    )
    return [*before, now]


async def liked_by(post_id: int, page: Page) -> list[tuple[int, AccountView]]:
    """Only of those whose support is proven a name is given."""
    return await listed(
        "likes x JOIN accounts a ON a.id = x.account_id", "x.post_id = ? AND x.told_by IS NULL", [post_id], page
    )


async def boosted_by(post_id: int, page: Page) -> list[tuple[int, AccountView]]:
    return await listed(
        "posts x JOIN accounts a ON a.id = x.account_id", "x.reblog_of_id = ? AND x.deleted_at IS NULL", [post_id], page
    )


async def involved(post_id: int) -> list[int]:
    """The members who supported, shared or answered a post."""
    found = await rows(
        "SELECT m.account_id FROM members m WHERE m.account_id IN (SELECT account_id FROM likes WHERE post_id = ?"
        " UNION SELECT account_id FROM posts WHERE reblog_of_id = ? UNION SELECT account_id FROM posts"
        " WHERE proposal_id = ? OR in_reply_to_id = ?)",
        [post_id, post_id, post_id, post_id],
    )
    return [row["account_id"] for row in found]


async def to_author(post_id: int) -> PostView | None:
    """A post as its author sees it, also while it is held."""
    found = await first_row("SELECT account_id FROM posts WHERE id = ?", [post_id])
    return await by_id(post_id, Viewer(found["account_id"])) if found else None


async def uris_of(ids: Sequence[int]) -> list[str]:
    """Federated ids, in the order of `ids`."""
    known = {row["id"]: row["uri"] for row in await rows("SELECT id, uri FROM posts WHERE id IN (?)", [list(ids)])}
    return [known[post_id] for post_id in ids if post_id in known]
