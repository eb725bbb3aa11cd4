"""News for a member."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.actions import notifications as actions
from server.http.sessions import viewer_of
from server.queries import accounts, digests, notifications
from server.rules.ids import now_ms
from server.rules.notifying import ABOUT, HEARD
from server.views.viewer import Page
from server.web.page import Form, does, member, page, principal, see_other, shows

SIZE = 30
DAYS = ("1", "7", "30")


async def news(request: Request) -> Response:
    await member(request)
    viewer = await viewer_of(request)
    text = request.query_params.get("before", "")
    before = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
    found = await notifications.of(viewer, Page(SIZE, max_id=before))
    shown = [each for _, each in found if each is not None]
    first: dict[int, int] = {}  # by proposal, the newest piece of news that tells what became of the reader's words
    for each in shown:
        if each.post is not None and each.step and each.step.kind in HEARD:
            first.setdefault(each.post.id, each.id)
    return await page(
        request,
        "pages/notifications/notifications.html",
        notifications=shown,
        heard=await digests.heard_in(viewer, shown),
        told_first=set(first.values()),
        requests=[account for _, account in await accounts.follow_requests_of(viewer, Page(40))],
        next=f"/notifications?before={found[-1][0]}" if len(found) == SIZE else "",
        here="notifications",
    )


async def clear(request: Request, form: Form) -> Response:
    await actions.dismiss_all_notifications(await principal(request))
    return see_other("/notifications", "cleared")


async def digest(request: Request) -> Response:
    """The news of some days, grouped by proposal and in full: for whoever gets no mail."""
    await member(request)
    viewer = await viewer_of(request)
    wanted = request.query_params.get("days", "")
    days = int(wanted) if wanted in DAYS else 1
    now = now_ms()
    return await page(
        request,
        "pages/notifications/digest.html",
        groups=await digests.digest(viewer, now - days * 86_400_000, now, ABOUT),
        days=days,
        here="notifications",
    )


ROUTES: list[BaseRoute] = [
    shows("/notifications", news),
    shows("/notifications/digest", digest),
    does("/notifications/clear", clear),
]
