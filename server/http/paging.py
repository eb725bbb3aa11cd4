"""Which part of a list is asked for, and where its neighbours are (Mastodon API, "Paginating through API responses";
Link header of RFC 8288). A cursor is whatever the list is ordered by; clients read it from the Link header alone."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar
from urllib.parse import quote, urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request

from server.http.body import query_of
from server.views.viewer import Page

_CURSORS = frozenset(("max_id", "since_id", "min_id"))

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Slice(Generic[T]):
    """A page of a list and whether older entries follow it."""

    items: list[T]
    more: bool


def page_of(request: Request, *, default: int = 20, most: int | None = None) -> Page:
    """The part asked for; `limit` is clamped to `most` (twice the default if not given).

    Raises:
        HTTPException: 400 for a limit below 1 or a cursor that is not a number.
    """
    params = query_of(request)
    limit = params.number("limit")
    if limit is not None and limit < 0:
        raise HTTPException(400, "The parameter limit must not be negative.")
    return Page(
        limit=min(limit or default, most or default * 2),
        max_id=params.number("max_id"),
        since_id=params.number("since_id"),
        min_id=params.number("min_id"),
    )


def one_more(page: Page) -> Page:
    """The page to ask of a query so that `cut` can tell whether anything follows."""
    return page if page.min_id is not None else replace(page, limit=page.limit + 1)


def cut(page: Page, found: Sequence[T]) -> Slice[T]:
    """What to show of `found`, which was asked for with `one_more(page)`. A page of newer entries (`min_id`) always
    has older ones behind it: the entry the client came from."""
    if page.min_id is not None:
        return Slice(list(found), bool(found))
    return Slice(list(found[: page.limit]), len(found) > page.limit)


def links(request: Request, cursors: Sequence[int], *, more: bool) -> dict[str, str]:
    """The Link header for a page whose entries have these cursors, newest first; empty for an empty page.

    The address is built from the configured domain, and every other parameter is kept.
    """
    if not cursors:
        return {}
    kept = [(name, value) for name, value in request.query_params.multi_items() if name not in _CURSORS]
    base = f"{request.app.state.settings.origin}{quote(request.scope['path'])}?{urlencode(kept)}{'&' if kept else ''}"
    older = f'<{base}max_id={cursors[-1]}>; rel="next", ' if more else ""
    return {"Link": f'{older}<{base}min_id={cursors[0]}>; rel="prev"'}
