"""What a member is told."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.actions.notifications import dismiss_all_notifications, dismiss_notification
from server.api import filtering, shown
from server.api.params import id_of, origin_of, path_id
from server.http.bearer import caller
from server.http.body import query_of
from server.http.paging import cut, links, one_more, page_of
from server.http.replies import Json
from server.queries import notifications
from server.render.filters import sifted
from server.render.notifications import as_notification
from server.rules.errors import NotFound


async def many(request: Request) -> Response:
    me = await caller(request, "read:notifications")
    page, params, origin = page_of(request, default=40), query_of(request), origin_of(request)
    found = await notifications.of(
        me.viewer,
        one_more(page),
        kinds=params.texts("types"),
        without=params.texts("exclude_types"),
        from_id=id_of(params.text("account_id")) if params.text("account_id") else None,
    )
    part = cut(page, found)
    body = shown.each(as_notification, [each for _, each in part.items if each is not None], origin)
    filters = await filtering.filters_of(request, me.viewer)
    body = [
        each
        for each in body
        if "status" not in each or sifted(filters, me.by.account_id, each["status"], "notifications")
    ]
    return Json(body, headers=links(request, [cursor for cursor, _ in part.items], more=part.more))


async def one(request: Request) -> Response:
    me = await caller(request, "read:notifications")
    found = await notifications.by_id(me.viewer, path_id(request))
    if found is None:
        raise NotFound
    return Json(as_notification(found, origin_of(request)))


async def unread_count(request: Request) -> Response:
    me = await caller(request, "read:notifications")
    most = min(max(query_of(request).number("limit") or 100, 1), 1000)
    return Json({"count": await notifications.unread_count(me.viewer, most)})


async def clear(request: Request) -> Response:
    me = await caller(request, "write:notifications")
    await dismiss_all_notifications(me.by)
    return Json({})


async def dismiss(request: Request) -> Response:
    me = await caller(request, "write:notifications")
    await dismiss_notification(me.by, path_id(request))
    return Json({})


ROUTES = [
    Route("/v1/notifications", many),
    Route("/v1/notifications/unread_count", unread_count),
    Route("/v1/notifications/clear", clear, methods=["POST"]),
    Route("/v1/notifications/{id}", one),
    Route("/v1/notifications/{id}/dismiss", dismiss, methods=["POST"]),
]
