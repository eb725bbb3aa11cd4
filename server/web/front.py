"""The front page: an organisation's own face."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.http.sessions import viewer_of
from server.queries import instance, proposals, topics, visits
from server.web.page import page, see_other, shows

CAME_OF_IT = ("in_action", "answered")
ANSWERED = (*CAME_OF_IT, "closed")


async def front(request: Request) -> Response:
    """Who we are, what is new, what happens to it. Before the first admin is there: the way to the set-up page."""
    if not (await instance.get()).set_up:
        return see_other("/set-up")
    viewer = await viewer_of(request)
    counts = await proposals.counts_by_state()
    changed = []
    for state in CAME_OF_IT:
        changed += await proposals.board(viewer, state=state, limit=3) if counts.get(state) else []
    newest = await proposals.board(viewer, order="new", limit=3)
    shown = {post.id for post in (*newest, *changed)}
    active = await proposals.board(viewer, order="active", limit=9)
    return await page(
        request,
        "pages/front/front.html",
        newest=newest,
        raised=sum(counts.values()),
        answers=sum(counts.get(state, 0) for state in ANSWERED),
        changes=counts.get("in_action", 0),
        changed=changed[:3],
        active=[post for post in active if post.id not in shown][:3],
        topics=(await topics.all_topics())[:8],
        since=await visits.since_last_visit(viewer, 5) if viewer.signed_in else [],
        drafts=(await proposals.drafts_of(viewer))[:3] if viewer.signed_in else [],
    )


ROUTES: list[BaseRoute] = [shows("/", front)]
