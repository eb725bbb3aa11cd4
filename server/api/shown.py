"""Statuses as bytes: what is the same for everyone is rendered once and kept, what the viewer did is merged in.

A timeline costs three queries (ids, keys, marks) and no rendering while nothing on it has changed.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeVar

import structlog
from starlette.requests import Request
from starlette.responses import Response

from server.api.params import origin_of
from server.http.paging import cut, links
from server.http.replies import Json
from server.queries import posts
from server.queries.parts import marks_of
from server.render.accounts import as_account
from server.render.posts import Rendered, joined, rendered
from server.rules.errors import NotFound
from server.views.accounts import AccountView
from server.views.posts import NO_MARKS, PostView
from server.views.viewer import VISITOR, Page, Viewer

KEPT: Final = 3_000

Key = tuple[int, ...]
View = TypeVar("View")
Shown = TypeVar("Shown")

log = structlog.get_logger("api")


class Kept:
    """Rendered statuses by what they depend on; the least used are forgotten. One for each instance in a process."""

    def __init__(self, most: int = KEPT) -> None:
        self._most = most
        self._pieces: OrderedDict[Key, Rendered] = OrderedDict()

    def get(self, key: Key) -> Rendered | None:
        piece = self._pieces.get(key)
        if piece is not None:
            self._pieces.move_to_end(key)
        return piece

    def put(self, key: Key, piece: Rendered) -> None:
        self._pieces[key] = piece
        while len(self._pieces) > self._most:
            self._pieces.popitem(last=False)


async def statuses(request: Request, viewer: Viewer, ids: Sequence[int]) -> list[bytes]:
    """The statuses with these ids, in order, as JSON. Those the viewer may not see are left out, and so is one that
    cannot be rendered: it is logged and must not take the others with it."""
    if not ids:
        return []
    kept = _kept(request)
    keys = await posts.render_keys(ids, viewer)
    pieces = {key: piece for _, key in keys if (piece := kept.get(key)) is not None}
    missing = [post_id for post_id, key in keys if key not in pieces]
    if missing:
        made = {piece.id: piece for piece in each(rendered, await _read(missing, viewer), origin_of(request))}
        for post_id, key in keys:
            if post_id in made:
                pieces[key] = made[post_id]
                kept.put(key, made[post_id])
    shown = [pieces[key] for _, key in keys if key in pieces]
    return await _merged(shown, viewer)


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


async def timeline(request: Request, viewer: Viewer, page: Page, found: Sequence[int]) -> Response:
    """The answer for ids that were asked for with `one_more(page)`; an id is its own cursor."""
    part = cut(page, found)
    body = array(await statuses(request, viewer, part.items))
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


async def _merged(pieces: Sequence[Rendered], viewer: Viewer) -> list[bytes]:
    wanted = [piece.id for piece in pieces] + [piece.boosted.id for piece in pieces if piece.boosted]
    marks = await marks_of(wanted, viewer) if viewer != VISITOR else {}
    return [
        joined(
            piece,
            marks.get(piece.id, NO_MARKS),
            marks.get(piece.boosted.id, NO_MARKS) if piece.boosted else NO_MARKS,
        )
        for piece in pieces
    ]


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


def _kept(request: Request) -> Kept:
    kept: Kept | None = getattr(request.app.state, "kept_statuses", None)
    if kept is None:
        kept = Kept()
        request.app.state.kept_statuses = kept
    return kept
