"""What a member does about a status: favourite (support), boost, bookmark, pin, mute."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.actions import bookmarks, boosts, likes, pins, threads
from server.api import shown
from server.api.params import path_id, visibility_of
from server.api.statuses import seen
from server.http.bearer import caller
from server.http.body import params_of
from server.rules.permissions import Principal

Act = Callable[[Principal, int], Awaitable[object]]


async def reblog(request: Request) -> Response:
    """The answer is the boost, with the post inside."""
    me = await caller(request, "write:statuses")
    params = await params_of(request)
    post = await seen(path_id(request), me.viewer)
    boost_id = await boosts.boost_post(me.by, post.id, visibility=visibility_of(params.text("visibility"), "public"))
    return await shown.status_reply(request, me.viewer, boost_id)


def _route(name: str, scope: str, act: Act) -> Route:
    """`POST /api/v1/statuses/:id/name`; the answer is the status as it is now. Works on a boost's id too."""

    async def handle(request: Request) -> Response:
        me = await caller(request, scope)
        post = await seen(path_id(request), me.viewer)
        await act(me.by, post.id)
        return await shown.status_reply(request, me.viewer, post.id)

    return Route(f"/v1/statuses/{{id}}/{name}", handle, methods=["POST"], name=name)


ROUTES = [
    Route("/v1/statuses/{id}/reblog", reblog, methods=["POST"]),
    _route("unreblog", "write:statuses", boosts.unboost_post),
    _route("favourite", "write:favourites", likes.like_post),
    _route("unfavourite", "write:favourites", likes.unlike_post),
    _route("bookmark", "write:bookmarks", bookmarks.bookmark_post),
    _route("unbookmark", "write:bookmarks", bookmarks.unbookmark_post),
    _route("pin", "write:accounts", pins.pin_post),
    _route("unpin", "write:accounts", pins.unpin_post),
    _route("mute", "write:mutes", threads.mute_thread),
    _route("unmute", "write:mutes", threads.unmute_thread),
]
