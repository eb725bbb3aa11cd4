"""Topics for scripts, with what is raised in them."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from server.api.operations import ID, IN, NUMBER, READ, TEXT, Operation, listed, named, one_of, shape
from server.api.params import origin_of
from server.api.parts import listing, part_of
from server.api.shapes import SHORT
from server.http.bearer import reader
from server.http.body import query_of
from server.http.replies import Json
from server.queries import proposals, topics
from server.render import civic as render
from server.rules.errors import NotFound
from server.rules.proposals import STATES
from server.rules.topics import STANDINGS
from server.views.topics import TopicView


async def list_topics(request: Request) -> Response:
    part = part_of(request)
    return listing(request, part, [render.as_topic(topic) for topic in part.of(await topics.all_topics())])


async def get_topic(request: Request) -> Response:
    found = await _topic(request)
    return Json({**render.as_topic(found), "by_state": await proposals.counts_by_state(found.account.id)})


async def list_in_topic(request: Request) -> Response:
    found, viewer, params, part = (
        await _topic(request),
        await reader(request, READ),
        query_of(request),
        part_of(request),
    )
    shown = await proposals.board(
        viewer,
        topic_id=found.account.id,
        state=params.text("state") or None,
        order="new" if params.text("order") == "new" else "active",
        limit=part.one_more,
        offset=part.offset,
    )
    return listing(request, part, [render.as_record(post, origin_of(request)) for post in shown])


async def _topic(request: Request) -> TopicView:
    found = await topics.by_slug(request.path_params["slug"])
    if found is None:
        raise NotFound
    return found


_SHAPE: Final = shape(
    id=ID, topic_id=TEXT, slug=TEXT, name=TEXT, description=TEXT, hashtag=TEXT, url=TEXT, proposals_count=NUMBER,
    chapters=listed(shape(url=TEXT, state=TEXT, standing=one_of(*STANDINGS), compared=TEXT)),
)  # fmt: skip
_TOPIC: Final = named("Topic", _SHAPE)
_COUNTS: Final = {"type": "object", "additionalProperties": NUMBER, "propertyNames": {"enum": list(STATES)}}
_ONE: Final = named("OneTopic", {"allOf": [_TOPIC, shape(by_state=_COUNTS)]})

OPERATIONS: Final[tuple[Operation, ...]] = (
    Operation("GET", f"{IN}/topics", "Topics, by name", list_topics, listed(_TOPIC), paged=True),
    Operation("GET", f"{IN}/topics/{{slug}}", "One topic with its chapters and its counts", get_topic, _ONE,
              about="“by_state” counts the public proposals. To follow a topic, use the Mastodon API."),
    Operation("GET", f"{IN}/topics/{{slug}}/proposals", "What is raised in it", list_in_topic, listed(SHORT),
              query={"state": one_of(*STATES), "order": one_of("active", "new")}, paged=True),
)  # fmt: skip
