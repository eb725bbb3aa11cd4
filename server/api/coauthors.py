"""Writing a proposal together, for scripts."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from server.actions.coauthors import accept_co_author, end_co_author, invite_co_author
from server.api.operations import ID, TEXT, Operation
from server.api.params import origin_of, path_id
from server.http.bearer import caller
from server.http.replies import Json

WRITE: Final = "write:statuses"


async def invite(request: Request) -> Response:
    """Answers with the link, which is shown this once."""
    me = await caller(request, WRITE)
    token = await invite_co_author(me.by, proposal_id=path_id(request))
    return Json({"token": token, "url": f"{origin_of(request)}/proposals/together/{token}"})


async def join(request: Request) -> Response:
    me = await caller(request, WRITE)
    row = await accept_co_author(me.by, request.path_params["token"])
    return Json({"id": str(row.id), "proposal_id": str(row.proposal_id) if row.proposal_id else None})


async def leave(request: Request) -> Response:
    me = await caller(request, WRITE)
    await end_co_author(me.by, path_id(request))
    return Json({})


_LINK: Final = {"type": "object", "properties": {"token": TEXT, "url": TEXT}}
_PART: Final = {"type": "object", "properties": {"id": ID, "proposal_id": ID}}
_IN: Final = "/v1/civic"

OPERATIONS: Final[tuple[Operation, ...]] = (
    Operation("POST", f"{_IN}/proposals/{{id}}/co_authors", "A link for somebody to write along", invite, _LINK, WRITE),
    Operation("POST", f"{_IN}/co_authors/{{token}}", "Take up an invitation to write along", join, _PART, WRITE),
    Operation("DELETE", f"{_IN}/co_authors/{{id}}", "End an invitation, or one's own part", leave, _PART, WRITE),
)
