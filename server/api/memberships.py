"""Who belongs to a group, for scripts: wished by the person, confirmed by the group; and invitations by link."""

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from server.actions.invites import create_invite, revoke_invite
from server.actions.memberships import claim_membership, confirm_membership, end_membership, take_up_invite
from server.api.invites import INVITE, as_invite
from server.api.operations import (
    EMPTY,
    IN,
    NUMBER,
    READ,
    WRITE,
    Operation,
    listed,
    one_of,
)
from server.api.organisations import check_looks_after, named_here
from server.api.params import origin_of, path_id
from server.api.parts import listing, part_of
from server.api.shapes import MEMBERSHIP, ORGANISATION
from server.http.bearer import caller, reader
from server.http.body import params_of
from server.http.replies import Json
from server.queries import accounts, organisations
from server.render.accounts import as_person, stamp
from server.rules.errors import NotFound
from server.rules.ids import now_ms
from server.rules.organisations import ROLES_THERE, role_there
from server.rules.permissions import Principal, may_look_after
from server.views.accounts import AccountView
from server.views.organisations import MembershipView

DAY: Final = 24 * 3600 * 1000


async def list_people(request: Request) -> Response:
    """Everybody for those who look after it; others see who both sides confirm and who wants to be found."""
    account, viewer, part = await named_here(request), await reader(request, READ), part_of(request)
    found = await organisations.members_of(account.id)
    by = Principal("member", viewer.account_id, viewer.role, viewer.member_id) if viewer.signed_in else None
    role = next((each.role for each in found if each.other.id == viewer.account_id and each.verified), "")
    if by is None or not may_look_after(by, role):
        found = [each for each in found if (each.verified and each.other.discoverable) or _is(viewer.account_id, each)]
    return listing(request, part, [_as_membership(each) for each in part.of(found)])


async def wish_to_belong(request: Request) -> Response:
    me, account = await caller(request, WRITE), await named_here(request)
    await claim_membership(me.by, account.id)
    return await _one(account, me.by.account_id)


async def leave_group(request: Request) -> Response:
    me, account = await caller(request, WRITE), await named_here(request)
    await end_membership(me.by, account.id, me.by.account_id)
    return Json({})


async def confirm_person(request: Request) -> Response:
    """Whoever has not said so is asked to."""
    me, account, params = await caller(request, WRITE), await named_here(request), await params_of(request)
    person = path_id(request, "account")
    await confirm_membership(me.by, account.id, person, params.text("role") or "member")
    return await _one(account, person)


async def take_person_out(request: Request) -> Response:
    me, account = await caller(request, WRITE), await named_here(request)
    await end_membership(me.by, account.id, path_id(request, "account"))
    return Json({})


async def list_invites(request: Request) -> Response:
    me, account = await caller(request, READ), await named_here(request)
    await check_looks_after(me.by, account.id)
    return Json([as_invite(each, origin_of(request)) for each in await organisations.invites_of(account.id)])


async def invite_into_group(request: Request) -> Response:
    me, account, params = await caller(request, WRITE), await named_here(request), await params_of(request)
    code = await create_invite(
        me.by,
        role=role_there(params.text("role") or "member"),
        uses=params.number("uses"),
        expires_at=now_ms() + min(max(params.number("days") or 14, 1), 365) * DAY,
        organisation_id=account.id,
    )
    found = next((each for each in await organisations.invites_of(account.id) if each.code == code), None)
    if found is None:
        raise NotFound
    return Json(as_invite(found, origin_of(request)))


async def end_invite(request: Request) -> Response:
    me, account = await caller(request, WRITE), await named_here(request)
    await check_looks_after(me.by, account.id)
    code = request.path_params["code"]
    if code not in {each.code for each in await organisations.invites_of(account.id)}:
        raise NotFound
    await revoke_invite(me.by, code)
    return Json({})


async def join_by_invite(request: Request) -> Response:
    me = await caller(request, WRITE)
    found = await accounts.by_id(await take_up_invite(me.by, request.path_params["code"]))
    if found is None:
        raise NotFound
    return Json({**as_person(found), "description": found.summary_source})


async def _one(account: AccountView, person: int) -> Response:
    found = next((each for each in await organisations.members_of(account.id) if _is(person, each)), None)
    if found is None:
        raise NotFound
    return Json(_as_membership(found))


def _is(account_id: int, each: MembershipView) -> bool:
    return each.other.id == account_id


def _as_membership(one: MembershipView) -> dict[str, Any]:
    return {
        "account": as_person(one.other),
        "role": one.role,
        "claimed": one.claimed,
        "confirmed": one.confirmed,
        "verified": one.verified,
        "since": stamp(one.since),
    }


_AT: Final = f"{IN}/organisations/{{name}}"
_AFTER: Final = "For those who look after it."

OPERATIONS: Final[tuple[Operation, ...]] = (
    Operation("GET", f"{_AT}/people", "Who belongs to it", list_people, listed(MEMBERSHIP), paged=True,
              about="Those who look after it also see who waits for one of the two sides."),
    Operation("POST", f"{_AT}/membership", "Say that you belong to it", wish_to_belong, MEMBERSHIP, WRITE,
              about="It shows once the group confirms it."),
    Operation("DELETE", f"{_AT}/membership", "Leave it, or take back the wish", leave_group, EMPTY, WRITE),
    Operation("PUT", f"{_AT}/people/{{account}}", "Confirm somebody, and give a role", confirm_person, MEMBERSHIP,
              WRITE, body={"role": one_of(*ROLES_THERE)}, about=_AFTER),
    Operation("DELETE", f"{_AT}/people/{{account}}", "Take somebody out", take_person_out, EMPTY, WRITE, about=_AFTER),
    Operation("GET", f"{_AT}/invites", "Invitations into it", list_invites, listed(INVITE), READ, about=_AFTER),
    Operation("POST", f"{_AT}/invites", "A link into it, which needs no email", invite_into_group, INVITE, WRITE,
              body={"role": one_of(*ROLES_THERE), "uses": NUMBER, "days": NUMBER}, key="answer", about=_AFTER),
    Operation("DELETE", f"{_AT}/invites/{{code}}", "The link works no longer", end_invite, EMPTY, WRITE, about=_AFTER),
    Operation("POST", f"{IN}/invites/{{code}}", "Join a group with an invitation", join_by_invite, ORGANISATION, WRITE),
)  # fmt: skip
