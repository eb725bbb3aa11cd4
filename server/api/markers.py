"""How far a member has read."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.actions.markers import set_markers
from server.api.params import id_of
from server.http.bearer import Caller, caller
from server.http.body import params_of, query_of
from server.http.replies import Json
from server.queries import markers
from server.render.lists import as_marker


async def read(request: Request) -> Response:
    me = await caller(request, "read:statuses")
    return await _shown(me, query_of(request).texts("timeline") or markers.TIMELINES)


async def save(request: Request) -> Response:
    me = await caller(request, "write:statuses")
    params = await params_of(request)
    given = {name: params.part(name).text("last_read_id") for name in markers.TIMELINES}
    await set_markers(me.by, {name: id_of(last) for name, last in given.items() if last})
    return await _shown(me, tuple(name for name, last in given.items() if last))


async def _shown(me: Caller, timelines: tuple[str, ...]) -> Response:
    return Json({each.timeline: as_marker(each) for each in await markers.of(me.viewer, timelines)})


ROUTES = [Route("/v1/markers", read), Route("/v1/markers", save, methods=["POST"])]
