"""What apps ask for and we hold no data on: an empty list, for a missing address makes some of them stop.

Nothing we do hold is answered here.
"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.api.params import path_id
from server.http.bearer import caller, reader
from server.http.replies import Json
from server.queries import accounts
from server.rules.errors import NotFound


async def for_anyone(request: Request) -> Response:
    await reader(request)
    return Json([])


async def for_members(request: Request) -> Response:
    await caller(request, "read", "read:accounts", "read:statuses", "read:filters", "read:blocks", "follow")
    return Json([])


async def of_account(request: Request) -> Response:
    await reader(request, "read:accounts")
    if await accounts.by_id(path_id(request)) is None:
        raise NotFound
    return Json([])


async def done(request: Request) -> Response:
    await caller(request, "write", "write:accounts")
    return Json({})


_PUBLIC = ("/v1/custom_emojis", "/v1/trends/statuses", "/v1/trends/links", "/v1/instance/activity", "/v1/directory")
_MEMBERS = (
    "/v1/announcements",
    "/v1/suggestions",
    "/v2/suggestions",
    "/v1/featured_tags",
    "/v1/featured_tags/suggestions",
    "/v1/endorsements",
)
_ACCOUNTS = ("/v1/accounts/{id}/featured_tags", "/v1/accounts/{id}/endorsements")

ROUTES = [
    *(Route(path, for_anyone) for path in _PUBLIC),
    *(Route(path, for_members) for path in _MEMBERS),
    *(Route(path, of_account) for path in _ACCOUNTS),
    Route("/v1/announcements/{id}/dismiss", done, methods=["POST"]),
]
