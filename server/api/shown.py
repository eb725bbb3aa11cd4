"""Statuses as bytes: what is the same for everyone is rendered once and kept, what the viewer did or does not want to
read is merged in.

A timeline costs three queries (ids, keys, marks) and no rendering while nothing on it has changed. Authors are kept
apart from what they say: a new post of theirs changes their counts, and not their other posts.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

import orjson
import structlog
from starlette.requests import Request
from starlette.responses import Response

from server.api import filtering
from server.api.params import origin_of
from server.http.kept import Kept, kept_in
from server.http.paging import cut, links
from server.http.replies import Json
from server.queries import accounts, posts
from server.queries.parts import marks_of
from server.queries.render_keys import render_keys
from server.render.accounts import as_account
from server.render.filters import results, words_in
from server.render.posts import Rendered, account_json, authors_of, joined, rendered
from server.rules.errors import NotFound
from server.views.accounts import AccountView
from server.views.posts import NO_MARKS, Marks, PostView
from server.views.viewer import Page, Viewer

View = TypeVar("View")
Shown = TypeVar("Shown")

log = structlog.get_logger("api")


async def statuses(request: Request, viewer: Viewer, ids: Sequence[int], context: str = "") -> list[bytes]:
    """The statuses with these ids, in order, as JSON. Those the viewer may not see are left out, and so is one that
    cannot be rendered: it is logged and must not take the others with it.

    Args:
        context: where they are read (`views.filters.CONTEXTS`): what the viewer's filters hide there is left out.
    """
    if not ids:
        return []
    kept: Kept[Rendered] = kept_in(request, "statuses")
    keys = await render_keys(ids, viewer)
    pieces: dict[int, Rendered] = {key.id: piece for key in keys if (piece := kept.get(key.words)) is not None}
    missing = [key.id for key in keys if key.id not in pieces]
    views = await _read(missing, viewer) if missing else []
    made = {piece.id: piece for piece in each(rendered, views, origin_of(request))}
    for key in keys:
        if key.id in made:
            pieces[key.id] = made[key.id]
            kept.put(key.words, made[key.id])
    authors = await _authors(request, [person for key in keys for person in key.people], views)
    shown = [pieces[key.id] for key in keys if key.id in pieces and all(one[0] in authors for one in key.people)]
    marks = _marks_in(views)
    wanted = [each.id for piece in shown for each in (piece, piece.boosted) if each and each.id not in marks]
    marks |= await marks_of(wanted, viewer)
    return await _sifted(request, viewer, shown, authors, marks, context)


async def read_before(request: Request, viewer: Viewer, views: Sequence[PostView], context: str) -> list[bytes]:
    """The same for posts that were read already, as this viewer sees them."""
    origin = origin_of(request)
    authors = {author.id: account_json(author, origin) for view in views for author in authors_of(view)}
    return await _sifted(request, viewer, each(rendered, views, origin), authors, _marks_in(views), context)


async def status(request: Request, viewer: Viewer, post_id: int) -> bytes:
    """One status.

    Raises:
        NotFound: no such post, or not for this viewer.
    """
    found = await statuses(request, viewer, [post_id])
    if not found:
        raise NotFound
    return found[0]


async def status_reply(request: Request, viewer: Viewer, post_id: int) -> Response:
    return Json(await status(request, viewer, post_id))


async def timeline(request: Request, viewer: Viewer, page: Page, found: Sequence[int], context: str) -> Response:
    """The answer for ids that were asked for with `one_more(page)`; an id is its own cursor."""
    part = cut(page, found)
    body = array(await statuses(request, viewer, part.items, context))
    return Json(body, headers=links(request, part.items, more=part.more))


async def marked(request: Request, viewer: Viewer, page: Page, found: Sequence[tuple[int, int]]) -> Response:
    """The same for (cursor, id) pairs, whose cursor is the id of a mark."""
    part = cut(page, found)
    body = array(await statuses(request, viewer, [post_id for _, post_id in part.items]))
    return Json(body, headers=links(request, [cursor for cursor, _ in part.items], more=part.more))


def people(request: Request, page: Page, found: Sequence[tuple[int, AccountView]]) -> Response:
    """The answer for a list of accounts, paged by the row that puts each there."""
    part = cut(page, found)
    origin = origin_of(request)
    body = [as_account(account, origin) for _, account in part.items]
    return Json(body, headers=links(request, [cursor for cursor, _ in part.items], more=part.more))


def each(render: Callable[[View, str], Shown], views: Iterable[View], origin: str) -> list[Shown]:
    """What `render` makes of each view. One it fails on is logged and left out: it must not take the others with it."""
    made = []
    for view in views:
        try:
            made.append(render(view, origin))
        except Exception:
            log.exception("left_out", id=getattr(view, "id", 0))
    return made


def array(pieces: Sequence[bytes]) -> bytes:
    return b"[" + b",".join(pieces) + b"]"


async def _authors(request: Request, people: Iterable[tuple[int, str]], views: Sequence[PostView]) -> dict[int, bytes]:
    """The accounts of authors as JSON, by id. Those that were not kept are rendered from the posts that were read, or
    read together."""
    kept: Kept[bytes] = kept_in(request, "authors")
    keys = dict(people)
    found: dict[int, bytes] = {each: piece for each, key in keys.items() if (piece := kept.get(key)) is not None}
    missing = {each: key for each, key in keys.items() if each not in found}
    if not missing:
        return found
    known = {author.id: author for view in views for author in authors_of(view)}
    if unread := [account_id for account_id in missing if account_id not in known]:
        known |= await accounts.by_ids(unread)
    for account_id, key in missing.items():
        if account_id in known:
            for piece in each(account_json, [known[account_id]], origin_of(request)):
                found[account_id] = piece
                kept.put(key, piece)
    return found


async def _sifted(
    request: Request,
    viewer: Viewer,
    pieces: Sequence[Rendered],
    authors: Mapping[int, bytes],
    marks: Mapping[int, Marks],
    context: str,
) -> list[bytes]:
    """Whole statuses, each with what its reader did and wants to be warned of, without what they hide."""
    filters = await filtering.filters_of(request, viewer)
    shown = []
    for piece in pieces:
        filtered = b"[]"
        inner = piece.boosted or piece
        if filters and inner.author_id != viewer.account_id:
            matched = results(filters, inner.id, words_in(inner), context)
            if matched is None:
                continue
            filtered = orjson.dumps(matched)
        own, boosted = marks.get(piece.id, NO_MARKS), marks.get(inner.id, NO_MARKS)
        shown.append(joined(piece, authors, own, boosted, filtered=filtered))
    return shown


def _marks_in(views: Iterable[PostView]) -> dict[int, Marks]:
    """What the viewer did about posts that were read for them, by id."""
    return {post.id: post.marks for view in views for post in (view, view.reblog) if post}


async def _read(ids: Sequence[int], viewer: Viewer) -> list[PostView]:
    """The posts together; one by one if a broken row among them spoils that."""
    try:
        return await posts.views(ids, viewer)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        found = []
        for post_id in ids:
            try:
                found += await posts.views([post_id], viewer)
            except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
                log.exception("left_out", id=post_id)
        return found
