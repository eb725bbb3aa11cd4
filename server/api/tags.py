"""Hashtags: look, follow, and which are used most."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.actions.tags import follow_tag, unfollow_tag
from server.api.params import origin_of
from server.http.bearer import caller, reader
from server.http.body import query_of
from server.http.paging import cut, links, one_more, page_of
from server.http.replies import Json
from server.queries import tags
from server.render.tags import as_tag
from server.views.viewer import Viewer


async def one(request: Request) -> Response:
    viewer = await reader(request)
    return await _shown(request, viewer)


async def follow(request: Request) -> Response:
    me = await caller(request, "write:follows")
    await follow_tag(me.by, request.path_params["name"])
    return await _shown(request, me.viewer)


async def unfollow(request: Request) -> Response:
    me = await caller(request, "write:follows")
    await unfollow_tag(me.by, request.path_params["name"])
    return await _shown(request, me.viewer)


async def followed(request: Request) -> Response:
    me = await caller(request, "read:follows")
    page, origin = page_of(request, default=100), origin_of(request)
    part = cut(page, await tags.followed(me.viewer, one_more(page)))
    body = [as_tag(each.tag.shown, origin, history=each.history, following=True) for _, each in part.items]
    return Json(body, headers=links(request, [cursor for cursor, _ in part.items], more=part.more))


async def trending(request: Request) -> Response:
    await reader(request)
    params = query_of(request)
    limit = min(max(params.number("limit") or 10, 1), 20)
    found = await tags.most_used(limit, max(params.number("offset") or 0, 0))
    return Json([as_tag(each.tag.shown, origin_of(request), history=each.history) for each in found])


async def _shown(request: Request, viewer: Viewer) -> Response:
    found = await tags.by_name(viewer, request.path_params["name"])
    following = found.following if viewer.signed_in else None
    return Json(as_tag(found.tag.shown, origin_of(request), history=found.history, following=following))


ROUTES = [
    Route("/v1/tags/{name}", one),
    Route("/v1/tags/{name}/follow", follow, methods=["POST"]),
    Route("/v1/tags/{name}/unfollow", unfollow, methods=["POST"]),
    Route("/v1/followed_tags", followed),
    Route("/v1/trends/tags", trending),
    Route("/v1/trends", trending),
]
