"""Members and invitations, as admins see them."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.actions import invites
from server.actions import members as actions
from server.config import Settings
from server.queries import members
from server.rules.accounts import ROLES, Role
from server.rules.errors import CivicError, Invalid, NotFound
from server.rules.ids import now_ms
from server.web.admin import admin
from server.web.page import Form, does, errors_of, id_of, page, see_other, shows

DAY = 24 * 3600 * 1000


async def all_members(request: Request) -> Response:
    return await _members(request, {})


async def set_role(request: Request, form: Form) -> Response:
    by = await admin(request)
    role = next((each for each in ROLES if each == form.get("role")), None)
    try:
        if role is None:
            raise Invalid("role", "Choose one of the roles.")
        await actions.set_role(by, id_of(request), role)
    except CivicError as error:
        return await _members(request, {"": error.text})
    return see_other("/admin/members", "role")


async def login_link(request: Request, form: Form) -> Response:
    """Make a sign-in link and show it, once."""
    by = await admin(request)
    found = await members.by_id(id_of(request))
    if found is None:
        raise NotFound
    settings: Settings = request.app.state.settings
    token = await actions.create_login_link(by, found.account.name)
    return await _members(request, {}, f"{settings.origin}/sign-in/link/{token}", found.account.shown_name)


async def all_invites(request: Request) -> Response:
    return await _invites(request, {"role": "member"}, {})


async def invite(request: Request, form: Form) -> Response:
    by = await admin(request)
    try:
        role: Role = next((each for each in ROLES if each == form.get("role")), "member")
        days = _number(form, "days", 3650)
        await invites.create_invite(
            by,
            role=role,
            note=form.get("note", ""),
            uses=_number(form, "uses", 10_000),
            expires_at=now_ms() + days * DAY if days else None,
        )
    except CivicError as error:
        return await _invites(request, form, errors_of(error))
    return see_other("/admin/invites", "invited")


async def revoke(request: Request, form: Form) -> Response:
    await invites.revoke_invite(await admin(request), form.get("code", ""))
    return see_other("/admin/invites", "revoked")


def _number(form: Form, name: str, most: int) -> int | None:
    text = form.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text[:9]) <= most:
        raise Invalid(name, "Write a number from 1 to %(most)s, or leave it empty.", most=most)
    return int(text)


async def _members(request: Request, errors: dict[str, str], link: str = "", link_for: str = "") -> Response:
    await admin(request)
    return await page(
        request,
        "pages/admin/members.html",
        422 if errors else 200,
        members=await members.all_members(limit=500),
        roles=ROLES,
        link=link,
        link_for=link_for,
        errors=errors,
        here="admin",
    )


async def _invites(request: Request, values: Form, errors: dict[str, str]) -> Response:
    await admin(request)
    return await page(
        request,
        "pages/admin/invites.html",
        422 if errors else 200,
        invites=await members.invites(),
        roles=ROLES,
        values=values,
        errors=errors,
        here="admin",
    )


ROUTES: list[BaseRoute] = [
    shows("/admin/members", all_members),
    does("/admin/members/{id:int}/role", set_role),
    does("/admin/members/{id:int}/login-link", login_link),
    shows("/admin/invites", all_invites),
    does("/admin/invites", invite),
    does("/admin/invites/revoke", revoke),
]
