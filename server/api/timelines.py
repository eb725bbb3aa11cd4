"""Timelines: home, public, by hashtag, by list."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.api import shown
from server.api.params import path_id
from server.http.bearer import caller, reader
from server.http.body import query_of
from server.http.paging import one_more, page_of
from server.queries import lists
from server.queries import timelines as queries
from server.rules.errors import NotFound


async def home(request: Request) -> Response:
    me = await caller(request, "read:statuses")
    page = page_of(request)
    return await shown.timeline(request, me.viewer, page, await queries.home(me.viewer, one_more(page)), "home")


async def public(request: Request) -> Response:
    viewer = await reader(request, "read:statuses")
    page, params = page_of(request), query_of(request)
    found = await queries.public(
        viewer,
        one_more(page),
        local=params.flag("local"),
        remote=params.flag("remote"),
        only_media=params.flag("only_media"),
    )
    return await shown.timeline(request, viewer, page, found, "public")


async def tag(request: Request) -> Response:
    viewer = await reader(request, "read:statuses")
    page, params = page_of(request), query_of(request)
    found = await queries.tagged(
        viewer,
        one_more(page),
        request.path_params["name"].lower(),
        any_of=_lower(params.texts("any")),
        all_of=_lower(params.texts("all")),
        none_of=_lower(params.texts("none")),
        local=params.flag("local"),
        remote=params.flag("remote"),
        only_media=params.flag("only_media"),
    )
    return await shown.timeline(request, viewer, page, found, "public")


async def of_list(request: Request) -> Response:
    """An own list; or, under the id of a followed topic, what is raised in it."""
    me = await caller(request, "read:lists")
    page, list_id = page_of(request), path_id(request)
    if await lists.by_id(me.viewer, list_id) is None:
        raise NotFound
    if await lists.is_topic(me.viewer, list_id):
        found = await queries.of_topic(me.viewer, one_more(page), list_id)
    else:
        found = await queries.of_list(me.viewer, one_more(page), list_id)
    return await shown.timeline(request, me.viewer, page, found, "home")


async def bookmarks(request: Request) -> Response:
    me = await caller(request, "read:bookmarks")
    page = page_of(request)
    return await shown.marked(request, me.viewer, page, await queries.bookmarked(me.viewer, one_more(page)))


async def favourites(request: Request) -> Response:
    me = await caller(request, "read:favourites")
    page = page_of(request)
    return await shown.marked(request, me.viewer, page, await queries.liked(me.viewer, one_more(page)))


def _lower(names: tuple[str, ...]) -> list[str]:
    return [name.lower() for name in names]


ROUTES = [
    Route("/v1/timelines/home", home),
    Route("/v1/timelines/public", public),
    Route("/v1/timelines/tag/{name}", tag),
    Route("/v1/timelines/list/{id}", of_list),
    Route("/v1/bookmarks", bookmarks),
    Route("/v1/favourites", favourites),
]
