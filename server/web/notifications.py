"""News for a member."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.actions import notifications as actions
from server.http.sessions import viewer_of
from server.queries import accounts, notifications
from server.rules.ids import id_in
from server.views.accounts import AccountView
from server.views.notifications import NotificationView
from server.views.posts import PostView
from server.views.viewer import Page
from server.web.page import Form, does, member, page, principal, see_other, shows

SIZE = 30
TOGETHER = ("favourite", "reblog")  # several people doing the same to one post are one line


@dataclass(frozen=True, slots=True)
class News:
    """One line: who did what, to which post, and when the last of them did."""

    kind: str
    names: tuple[str, ...]
    account: AccountView
    post: PostView | None
    at: datetime


def lines(found: Iterable[NotificationView]) -> list[News]:
    """Notifications as lines, newest first, each person once."""
    made: dict[tuple[str, int], News] = {}
    for each in found:
        together = each.kind in TOGETHER and each.post is not None
        key = (each.kind, each.post.id if together and each.post else -each.id)
        known = made.get(key)
        if known is None:
            made[key] = News(each.kind, (each.account.shown_name,), each.account, each.post, each.created_at)
        elif each.account.shown_name not in known.names:
            made[key] = replace(known, names=(*known.names, each.account.shown_name))
    return list(made.values())


async def news(request: Request) -> Response:
    await member(request)
    viewer = await viewer_of(request)
    before = id_in(request.query_params.get("before", ""))
    found = await notifications.of(viewer, Page(SIZE, max_id=before))
    return await page(
        request,
        "pages/notifications/notifications.html",
        news=lines(each for _, each in found if each is not None),
        requests=[account for _, account in await accounts.follow_requests_of(viewer, Page(40))],
        next=f"/notifications?before={found[-1][0]}" if len(found) == SIZE else "",
        here="notifications",
    )


async def clear(request: Request, form: Form) -> Response:
    await actions.dismiss_all_notifications(await principal(request))
    return see_other("/notifications", "cleared")


ROUTES: list[BaseRoute] = [shows("/notifications", news), does("/notifications/clear", clear)]
