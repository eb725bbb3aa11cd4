"""Polls. A poll has the id of the status it hangs on."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.actions.polls import vote
from server.api.params import path_id
from server.http.bearer import caller, reader
from server.http.body import params_of
from server.http.replies import Json
from server.queries import posts
from server.render.posts import as_poll
from server.rules.errors import Conflict, Invalid, NotFound
from server.views.viewer import Viewer


async def one(request: Request) -> Response:
    viewer = await reader(request, "read:statuses")
    return await _shown(path_id(request), viewer)


async def votes(request: Request) -> Response:
    me = await caller(request, "write:statuses")
    params = await params_of(request)
    post = await posts.by_id(path_id(request), me.viewer)
    if post is None or post.poll is None:
        raise NotFound
    choices = params.ids("choices")
    if len(choices) != len(params.texts("choices")):
        raise Invalid("choices", "Choose by the number of the option, counted from 0.")
    try:
        await vote(me.by, post.id, choices)
    except Conflict as error:
        # Mastodon says 422 here, and clients take 409 for a fault.
        raise Invalid("choices", error.text) from error
    return await _shown(post.id, me.viewer)


async def _shown(post_id: int, viewer: Viewer) -> Response:
    post = await posts.by_id(post_id, viewer)
    if post is None or post.poll is None:
        raise NotFound
    return Json(as_poll(post.poll, post.marks))


ROUTES = [Route("/v1/polls/{id}", one), Route("/v1/polls/{id}/votes", votes, methods=["POST"])]
