"""Asking people who know about a proposal what they see, for scripts."""

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from server.actions.invites import create_invite, revoke_invite
from server.api.operations import EMPTY, ID, IN, NUMBER, READ, TEXT, TIME, WRITE, Operation, listed, maybe, named, shape
from server.api.params import origin_of
from server.api.proposals import proposal_at
from server.http.bearer import caller
from server.http.body import params_of
from server.http.replies import Json
from server.queries.members import invites_about
from server.render.accounts import maybe_stamp
from server.rules.errors import NotFound
from server.rules.ids import now_ms
from server.rules.permissions import check_steward
from server.views.instance import InviteView

DAY: Final = 24 * 3600 * 1000


async def list_invites_about(request: Request) -> Response:
    me = await caller(request, READ)
    check_steward(me.by)
    post = await proposal_at(request, me.viewer)
    return Json([as_invite(each, origin_of(request)) for each in await invites_about(post.id)])


async def invite_about(request: Request) -> Response:
    me, params = await caller(request, WRITE), await params_of(request)
    post = await proposal_at(request, me.viewer)
    code = await create_invite(
        me.by,
        uses=params.number("uses"),
        expires_at=now_ms() + min(max(params.number("days") or 30, 1), 365) * DAY,
        proposal_id=post.id,
        part=params.text("part"),
    )
    found = next((each for each in await invites_about(post.id) if each.code == code), None)
    if found is None:
        raise NotFound
    return Json(as_invite(found, origin_of(request)))


async def end_invite_about(request: Request) -> Response:
    me = await caller(request, WRITE)
    check_steward(me.by)
    post = await proposal_at(request, me.viewer)
    code = request.path_params["code"]
    if code not in {each.code for each in await invites_about(post.id)}:
        raise NotFound
    await revoke_invite(me.by, code)
    return Json({})


def as_invite(one: InviteView, origin: str) -> dict[str, Any]:
    return {
        "code": one.code,
        "url": f"{origin}/join/{one.code}",
        "role": one.role,
        "proposal_id": str(one.proposal_id) if one.proposal_id else None,
        "part": one.part or None,
        "expires_at": maybe_stamp(one.expires_at),
        "uses_left": one.uses_left,
        "used": one.used,
    }


INVITE: Final = named(
    "Invite",
    shape(
        code=TEXT, url=TEXT, role=TEXT, proposal_id=maybe(ID), part=maybe(TEXT), expires_at=maybe(TIME),
        uses_left=maybe(NUMBER), used=NUMBER,
    ),
)  # fmt: skip
_AT: Final = f"{IN}/proposals/{{id}}/invites"

OPERATIONS: Final[tuple[Operation, ...]] = (
    Operation("GET", _AT, "Links that ask people what they see of it", list_invites_about, listed(INVITE), READ,
              needs="steward"),
    Operation("POST", _AT, "A link that asks people who know about it; it needs no email", invite_about, INVITE, WRITE,
              needs="steward", body={"part": TEXT, "uses": NUMBER, "days": NUMBER}, key="answer",
              about="Whoever opens it joins as a member and is asked what they see. `part`: such as “Carer”."),
    Operation("DELETE", f"{_AT}/{{code}}", "The link works no longer", end_invite_about, EMPTY, WRITE, needs="steward"),
)  # fmt: skip
