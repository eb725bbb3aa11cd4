"""Finding what is known here."""

import re

from server.queries import accounts, posts
from server.queries.render_keys import render_keys
from server.queries.visibility import findable
from server.storage import search
from server.storage.sql import rows
from server.views.accounts import AccountView
from server.views.posts import PostView
from server.views.viewer import Viewer

_READ_AHEAD = 3


async def posts_with(
    viewer: Viewer, text: str, *, limit: int, offset: int = 0, account_id: int | None = None
) -> list[int]:
    """Ids of posts with all these words that the viewer may see, the best first."""
    found = await search.find(text, limit * _READ_AHEAD, offset)
    if found:
        by, bound = findable(viewer)
        open_to = await rows(
            f"SELECT p.id FROM posts p JOIN accounts a ON a.id = p.account_id WHERE p.id IN (?) AND {by}",
            [found, *bound],
        )
        kept = {row["id"] for row in open_to}
        found = [post_id for post_id in found if post_id in kept]
    if account_id is not None and found:
        theirs = await rows("SELECT id FROM posts WHERE account_id = ? AND id IN (?)", [account_id, found])
        kept = {row["id"] for row in theirs}
        found = [post_id for post_id in found if post_id in kept]
    seen = [key.id for key in await render_keys(found, viewer)] if found else []
    return seen[:limit]


async def similar(viewer: Viewer, title: str, *, but: int | None = None, limit: int = 3) -> list[PostView]:
    """Proposals whose title shares at least two telling words with `title`, the nearest first.

    Args:
        but: the id of a proposal that is not meant, because it is the one being written.
    """
    words = telling(title)
    if len(words) < 2:
        return []
    found = await posts.views(await search.find_any(sorted(words), limit * 5), viewer)
    near = [each for each in found if each.proposal and each.id != but and len(words & telling(each.title)) > 1]
    return near[:limit]


def telling(text: str) -> set[str]:
    """The words of a text that may say what it is about: those of five letters or more."""
    return set(re.findall(r"\w{5,}", text.casefold()))


async def people_with(
    viewer: Viewer, text: str, *, limit: int, offset: int = 0, following: bool = False
) -> list[AccountView]:
    """Accounts whose name or handle fits."""
    return await accounts.search(text, limit=limit, offset=offset, following=viewer if following else None)


async def domains_known() -> list[str]:
    """Every other domain we know somebody of, but for those that are blocked."""
    found = await rows(
        "SELECT DISTINCT domain FROM accounts WHERE domain <> ''"
        " AND domain NOT IN (SELECT domain FROM domains WHERE policy = 'block') ORDER BY domain"
    )
    return [row["domain"] for row in found]


async def post_at(url: str) -> int | None:
    """The post with this id or page."""
    found = await rows("SELECT id FROM posts WHERE (uri = ? OR url = ?) AND kind <> 'boost' LIMIT 1", [url, url])
    return int(found[0]["id"]) if found else None
