"""Whole conversations: what a post answers, upwards, and what answers it, downwards; both with caps.

Depth 50 upwards; 1,000 items and 500 pages downwards, at the same origin; all within the budget of the request or job.
"""

from collections.abc import AsyncIterator
from typing import Any, Final

from federation.errors import NotFetched, ProtocolError, Unavailable
from federation.names import same_origin
from federation.objects.collection import Collection, Page
from federation.objects.post import Post
from federation.values import Json, first, id_of, type_of
from server.actions.threads import note_elsewhere
from server.queries import actors, threads
from server.remote.gateway import Remote
from server.remote.posts import Coming, is_post, record_post
from server.rules.permissions import OPERATOR

DEPTH: Final = 50
PAGES: Final = 500
ITEMS: Final = 1000
REPLIES: Final = 60
BRANCHES: Final = 30


async def record_with_parents(remote: Remote, document: Json, coming: Coming) -> int | None:
    """Take in a post after everything it answers, oldest first. Parents that cannot be had are left out: the post then
    stands alone and still says what it answers."""
    above = await _missing_above(remote, document)
    for parent in reversed(above):
        try:
            await record_post(remote, parent, Coming(via=coming.via, fetched=True))
        except (ProtocolError, Unavailable):
            continue
    return await record_post(remote, document, coming)


async def _missing_above(remote: Remote, document: Json) -> list[Json]:
    """The posts above this one that are not known here, nearest first."""
    missing: list[Json] = []
    seen = {id_of(document)}
    uri = id_of(first(document.get("inReplyTo")))
    while uri and uri not in seen and len(missing) < DEPTH and not remote.is_here(uri):
        seen.add(uri)
        if await actors.post_by_uri(uri) is not None:
            break
        try:
            parent = await remote.read(uri)
        except (ProtocolError, Unavailable):
            break
        if not is_post(parent):
            break
        missing.append(parent)
        uri = id_of(first(parent.get("inReplyTo")))
    return missing


async def complete_thread(remote: Remote, post_id: int) -> None:
    """Take in what is missing of the conversation a post is in: what its home lists, then what answers the newest
    comments of other servers; and keep how many comments are known elsewhere. Whatever cannot be had is left out."""
    root = await threads.root_of(post_id)
    if root is None:
        return
    listed: set[str] = set()
    asked = [] if root.local else [root.uri]
    for uri in (*asked, *await threads.from_elsewhere(root.thread_id, BRANCHES)):
        try:
            listed |= await fetch_replies(remote, await remote.read(uri), limit=ITEMS)
        except (ProtocolError, Unavailable):
            continue
    await note_elsewhere(OPERATOR, root.thread_id, len(listed - {root.uri}))


async def fetch_replies(remote: Remote, document: Json, *, limit: int = REPLIES) -> set[str]:
    """Take in what answers a post, from its `context` or `replies` (FEP-7888, AP §5): at most `limit` posts. Returns
    the ids of all that are listed there, as far as we read. Whatever cannot be had is left out."""
    post = Post.parse(document)
    for collection in (post.context, post.replies):
        listed: set[str] = set()
        if collection is None or not same_origin(collection, post.id):
            continue
        taken = 0
        try:
            async for item in items_of(remote, collection):
                listed.add(id_of(item) or "")
                if taken < limit:
                    taken += await _take(remote, item, post.id)
        except (ProtocolError, Unavailable):
            pass
        listed -= {"", post.id}
        if listed:
            return listed
    return set()


async def _take(remote: Remote, item: Any, home: str) -> int:
    """One entry of a collection, by its id: what is embedded is only trusted when it is of the same origin."""
    uri = id_of(item)
    if uri is None or remote.is_here(uri):
        return 0
    if (known := await actors.post_by_uri(uri)) is not None:
        return 0 if known[3] else 1
    try:
        whole = isinstance(item, dict) and same_origin(uri, home) and is_post(item)
        document = item if whole else await remote.read(uri)
        if not is_post(document):
            return 0
        return 1 if await record_with_parents(remote, document, Coming(fetched=True)) is not None else 0
    except (ProtocolError, Unavailable):
        return 0


async def items_of(remote: Remote, url: str) -> AsyncIterator[Any]:
    """The entries of a collection, page after page, none of another origin and none twice; at most 1,000.

    Raises `ProtocolError` or `Unavailable` as the fetches do, `NotFetched` when the pages do not end.
    """
    document = await remote.read(url)
    page: Page | None
    given: tuple[Any, ...] = ()
    if type_of(document).endswith("Page"):
        page = Page.parse(document)
    else:
        collection = Collection.parse(document)
        given = collection.items
        page = await _page(remote, collection.first)
    count = 0
    for item in given[:ITEMS]:
        count += 1
        yield item
    seen: set[str] = set()
    while page is not None:
        for item in page.items:
            if count >= ITEMS:
                return
            count += 1
            yield item
        seen.add(page.id)
        if page.next is None or page.next in seen:
            return
        if len(seen) >= PAGES:
            raise NotFetched("this collection has more pages than we read")
        page = await _page(remote, page.next)


async def _page(remote: Remote, page: str | Page | None) -> Page | None:
    """Many servers give pages an id that differs from their address in its query: only the origin is compared."""
    if not isinstance(page, str):
        return page
    document = await remote.read_loosely(page)
    uri = id_of(document)
    if uri is not None and not same_origin(uri, page):
        raise NotFetched("a page of this collection is of another origin")
    return Page.parse({**document, "id": uri or page})
