"""News for a member."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.actions import notifications as actions
from server.http.sessions import viewer_of
from server.queries import accounts, digests, notifications
from server.rules.ids import id_in, now_ms
from server.rules.notifying import ABOUT, HEARD
from server.views.accounts import AccountView
from server.views.hearing import HeardView
from server.views.notifications import NotificationView
from server.views.posts import PostView
from server.views.proposals import StepView
from server.views.viewer import Page
from server.web.page import Form, does, member, page, principal, see_other, shows

SIZE = 30
DAYS = ("1", "7", "30")
TOGETHER = ("favourite", "reblog")  # several people doing the same to one post are one line


@dataclass(frozen=True, slots=True)
class News:
    """One line: who did what, to which post, and when the last of them did. `step` is what became of a proposal, and
    `heard` what it means for the reader's own words."""

    kind: str
    names: tuple[str, ...]
    account: AccountView
    post: PostView | None
    at: datetime
    step: StepView | None = None
    heard: HeardView | None = None


def lines(found: Iterable[NotificationView], heard: Mapping[int, HeardView]) -> list[News]:
    """Notifications as lines, newest first, each person once. `heard` stands with the newest news of its proposal."""
    untold = dict(heard)
    made: dict[tuple[str, int], News] = {}
    for each in found:
        together = each.kind in TOGETHER and each.post is not None
        key = (each.kind, each.post.id if together and each.post else -each.id)
        known = made.get(key)
        if known is None:
            tells = each.post is not None and each.step is not None and each.step.kind in HEARD
            own = untold.pop(each.post.id, None) if tells and each.post else None
            names = (each.account.shown_name,)
            made[key] = News(each.kind, names, each.account, each.post, each.created_at, each.step, own)
        elif each.account.shown_name not in known.names:
            made[key] = replace(known, names=(*known.names, each.account.shown_name))
    return list(made.values())


async def news(request: Request) -> Response:
    await member(request)
    viewer = await viewer_of(request)
    before = id_in(request.query_params.get("before", ""))
    found = await notifications.of(viewer, Page(SIZE, max_id=before))
    shown = [each for _, each in found if each is not None and not each.said_by_step]
    return await page(
        request,
        "pages/notifications/notifications.html",
        news=lines(shown, await digests.heard_in(viewer, shown)),
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
