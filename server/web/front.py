"""The front page: an organisation's own face."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.http.sessions import viewer_of
from server.queries import instance, proposals, topics, visits
from server.web.page import page, see_other, shows


async def front(request: Request) -> Response:
    """Who we are, what is new, what happens to it. Before the first admin is there: the way to the set-up page."""
    if not (await instance.get()).set_up:
        return see_other("/set-up")
    viewer = await viewer_of(request)
    newest = await proposals.board(viewer, order="new", limit=4)
    shown = {post.id for post in newest}
    active = await proposals.board(viewer, order="active", limit=8)
    return await page(
        request,
        "pages/front/front.html",
        newest=newest,
        answered=await proposals.board(viewer, state="answered", limit=3),
        active=[post for post in active if post.id not in shown][:3],
        topics=(await topics.all_topics())[:8],
        since=await visits.since_last_visit(viewer, 5) if viewer.signed_in else [],
        drafts=(await proposals.drafts_of(viewer))[:3] if viewer.signed_in else [],
    )


ROUTES: list[BaseRoute] = [shows("/", front)]
