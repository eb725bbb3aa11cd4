"""The civic records for scripts: everything a person can read and do about a proposal, as JSON. Documented at
`/api/docs` from the same table that its routes are made of: each noun brings its own calls."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from server.api import asks, coauthors, policies, proposals, same_barrier
from server.api.operations import ID, NUMBER, TEXT, Operation, listed
from server.api.proposals import IN
from server.http.replies import Json
from server.queries import topics
from server.render import civic as render
from server.rules.errors import NotFound


async def list_topics(request: Request) -> Response:
    return Json([render.as_topic(topic) for topic in await topics.all_topics()])


async def get_topic(request: Request) -> Response:
    topic = await topics.by_slug(request.path_params["slug"])
    if topic is None:
        raise NotFound
    return Json(render.as_topic(topic))


_TOPIC: Final = {"type": "object", "properties": {"id": ID, "slug": TEXT, "name": TEXT, "proposals_count": NUMBER}}

OPERATIONS: Final[tuple[Operation, ...]] = (
    *proposals.OPERATIONS,
    *asks.OPERATIONS,
    *same_barrier.OPERATIONS,
    *policies.OPERATIONS,
    *coauthors.OPERATIONS,
    Operation("GET", f"{IN}/topics", "Topics", list_topics, listed(_TOPIC)),
    Operation("GET", f"{IN}/topics/{{slug}}", "One topic with its chapters", get_topic, _TOPIC),
)  # fmt: skip
ROUTES = [operation.route() for operation in OPERATIONS]
