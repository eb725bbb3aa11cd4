"""What stewards decided, for scripts: for everybody without names, and for whom it concerns, with an appeal."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from server.actions.appeals import file_appeal
from server.api.operations import ID, IN, NUMBER, READ, TEXT, WRITE, Operation, listed, shape
from server.api.params import path_id
from server.api.parts import listing, part_of
from server.api.shapes import DECISION
from server.http.bearer import caller
from server.http.body import params_of
from server.http.replies import Json
from server.queries import moderation
from server.render.moderation import as_decision


async def list_log(request: Request) -> Response:
    part = part_of(request)
    found = await moderation.public_log(limit=part.offset + part.one_more)
    return listing(request, part, [as_decision(each, public=True) for each in part.of(found)])


async def count_log(request: Request) -> Response:
    return Json([{"act": act, "reason": code, "count": n} for act, code, n in await moderation.log_counts()])


async def list_decisions(request: Request) -> Response:
    me, part = await caller(request, READ), part_of(request)
    found = await moderation.decisions_for(me.viewer)
    return listing(request, part, [as_decision(each) for each in part.of(found)])


async def appeal_against(request: Request) -> Response:
    me, params = await caller(request, WRITE), await params_of(request)
    return Json({"id": str(await file_appeal(me.by, path_id(request), params.text("text")))})


_AT: Final = f"{IN}/moderation"

OPERATIONS: Final[tuple[Operation, ...]] = (
    Operation("GET", f"{_AT}/log", "What was removed, declined or held, without names", list_log, listed(DECISION),
              paged=True),
    Operation("GET", f"{_AT}/log/counts", "The same in figures", count_log,
              listed(shape(act=TEXT, reason=TEXT, count=NUMBER))),
    Operation("GET", f"{_AT}/decisions", "What was decided about you", list_decisions, listed(DECISION), READ,
              paged=True),
    Operation("POST", f"{_AT}/decisions/{{id}}/appeal", "Ask that another steward looks at it", appeal_against,
              shape(id=ID), WRITE, body={"text": TEXT}, needed=("text",),
              about="Within 20 working days. While suspended, appeal on the site."),
)  # fmt: skip
