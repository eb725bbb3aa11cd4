"""Topics, and what is raised in them."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.http.sessions import viewer_of
from server.queries import accounts, instance, proposals, topics
from server.rules.errors import NotFound
from server.templating import marked
from server.views.topics import TopicView
from server.views.viewer import VISITOR
from server.web.feeds import entries, of_topics
from server.web.page import feed, next_page, offset_of, page, shows

SIZE = 20


async def all_topics(request: Request) -> Response:
    return await page(request, "pages/topics/topics.html", topics=await topics.all_topics(), here="topics")


async def topic(request: Request) -> Response:
    """One topic: its proposals, who shares it."""
    found = await _topic(request)
    viewer = await viewer_of(request)
    offset, order = offset_of(request), "new" if request.query_params.get("order") == "new" else "active"
    posts = await proposals.board(
        viewer,
        topic_id=found.account.id,
        order="new" if order == "new" else "active",
        limit=SIZE + 1,
        offset=offset,
    )
    relations = await accounts.relationships(viewer, [found.account.id]) if viewer.signed_in else []
    return await page(
        request,
        "pages/topics/topic.html",
        topic=found,
        posts=posts[:SIZE],
        next=next_page(request, offset, len(posts) > SIZE),
        order=order,
        counts=await proposals.counts_by_state(found.account.id),
        following=bool(relations and (relations[0].following or relations[0].requested)),
        here="topics",
    )


async def topic_feed(request: Request) -> Response:
    found = await _topic(request)
    posts = await proposals.board(VISITOR, topic_id=found.account.id, order="new", limit=SIZE)
    return await feed(request, found.name, f"/topics/{found.slug}", entries(posts))


async def _topic(request: Request) -> TopicView:
    found = await topics.by_slug(request.path_params["slug"])
    if found is None:
        raise NotFound
    return found


async def topics_feed(request: Request) -> Response:
    """Which topics there are. Its address is no topic's: those have no dot in their names."""
    found = of_topics(await topics.all_topics(), (await instance.get()).title)
    return await feed(request, marked("Topics"), "/topics", found)


ROUTES: list[BaseRoute] = [
    shows("/topics", all_topics),
    shows("/topics.atom", topics_feed),
    shows("/topics/{slug}/feed.atom", topic_feed),
]
