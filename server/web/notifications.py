"""News for a member."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.actions import notifications as actions
from server.http.sessions import viewer_of
from server.queries import accounts, notifications
from server.views.viewer import Page
from server.web.page import Form, does, member, page, principal, see_other, shows

SIZE = 30


async def news(request: Request) -> Response:
    await member(request)
    viewer = await viewer_of(request)
    text = request.query_params.get("before", "")
    before = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
    found = await notifications.of(viewer, Page(SIZE, max_id=before))
    return await page(
        request,
        "pages/notifications/notifications.html",
        notifications=[each for _, each in found if each is not None],
        requests=[account for _, account in await accounts.follow_requests_of(viewer, Page(40))],
        next=f"/notifications?before={found[-1][0]}" if len(found) == SIZE else "",
        here="notifications",
    )


async def clear(request: Request, form: Form) -> Response:
    await actions.dismiss_all_notifications(await principal(request))
    return see_other("/notifications", "cleared")


ROUTES: list[BaseRoute] = [shows("/notifications", news), does("/notifications/clear", clear)]
