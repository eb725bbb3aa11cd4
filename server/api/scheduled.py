"""Posts that wait for their time."""

from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.actions import scheduling as actions
from server.api.params import origin_of, path_id
from server.http.bearer import Caller, caller
from server.http.body import params_of
from server.http.paging import cut, links, one_more, page_of
from server.http.replies import Json
from server.queries import scheduled
from server.render.scheduled import as_scheduled
from server.rules.errors import Invalid, NotFound
from server.rules.scheduling import Draft


async def many(request: Request) -> Response:
    me = await caller(request, "read:statuses")
    page = page_of(request)
    part = cut(page, await scheduled.of(me.viewer, one_more(page)))
    body = [as_scheduled(view, origin_of(request)) for view in part.items]
    return Json(body, headers=links(request, [view.id for view in part.items], more=part.more))


async def one(request: Request) -> Response:
    me = await caller(request, "read:statuses")
    return await _shown(request, me, path_id(request))


async def edit(request: Request) -> Response:
    """Another time; the words stay."""
    me = await caller(request, "write:statuses")
    publish_at = moment_of((await params_of(request)).text("scheduled_at"))
    await actions.reschedule_post(me.by, path_id(request), publish_at)
    return await _shown(request, me, path_id(request))


async def delete(request: Request) -> Response:
    me = await caller(request, "write:statuses")
    await actions.cancel_scheduled(me.by, path_id(request))
    return Json({})


async def keep(request: Request, me: Caller, draft: Draft, scheduled_at: str) -> Response:
    """The answer to a new status with `scheduled_at`: a ScheduledStatus."""
    return await _shown(request, me, await actions.schedule_post(me.by, draft, moment_of(scheduled_at)))


def moment_of(text: str) -> int:
    """A time as ISO 8601, in milliseconds; without an offset it is UTC.

    Raises:
        Invalid: it is none.
    """
    try:
        at = datetime.fromisoformat(text.strip())
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        return int(at.timestamp() * 1000)
    except (ValueError, OverflowError) as error:
        raise Invalid("scheduled_at", "Give the time as 2030-01-31T18:00:00Z.") from error


async def _shown(request: Request, me: Caller, scheduled_id: int) -> Response:
    view = await scheduled.by_id(me.viewer, scheduled_id)
    if view is None:
        raise NotFound
    return Json(as_scheduled(view, origin_of(request)))


ROUTES = [
    Route("/v1/scheduled_statuses", many),
    Route("/v1/scheduled_statuses/{id}", one),
    Route("/v1/scheduled_statuses/{id}", edit, methods=["PUT"]),
    Route("/v1/scheduled_statuses/{id}", delete, methods=["DELETE"]),
]
