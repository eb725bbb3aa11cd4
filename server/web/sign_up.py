"""Joining: the first admin on the set-up page, everybody else with an invitation."""

import hmac
import secrets
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.actions import members as actions
from server.actions.instance import FirstAdmin, FirstOrganisation, first_set_up
from server.http import sessions
from server.http.limits import SIGN_INS, Limits, address_of
from server.http.passwords import check_password, hash_password
from server.queries import accounts, members, posts
from server.rules.errors import CivicError, Invalid, NotFound
from server.rules.permissions import OPERATOR
from server.rules.topics import check_name
from server.views.accounts import AccountView
from server.views.instance import InviteView
from server.views.viewer import VISITOR
from server.web.page import Form, does, errors_of, page, see_other, shows

Check = Callable[[Form], Any]


def new_code() -> str:
    """The one-time code of the set-up page, easy to copy from a log: 80 bits in five groups."""
    letters = "".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(16))
    return "-".join(letters[at : at + 4] for at in range(0, 16, 4))


async def ask_set_up(request: Request) -> Response:
    if await members.any_admin():
        return await page(request, "pages/sign/closed.html", 410)
    return await page(request, "pages/sign/set_up.html")


async def set_up(request: Request, form: Form) -> Response:
    """Name the organisation and make its first admin. Open only while there is none."""
    form = _with_small_names(form)
    if await members.any_admin():
        return await page(request, "pages/sign/closed.html", 410)
    try:
        allowances: Limits = request.app.state.limits
        await allowances.spend(SIGN_INS, f"set-up {address_of(request)}")
        code = form.get("code", "").lower().replace(" ", "")
        wanted = str(request.app.state.set_up_code)
        if not wanted or not hmac.compare_digest(code.encode(), wanted.encode()):
            raise Invalid("code", "This is not the code in the server’s log. Look for “Set-up code”.")
        if errors := _wrong(form, [*ORGANISATION, *PERSON, _two_names]):
            return await page(request, "pages/sign/set_up.html", 422, values=form, errors=errors)
        keys = request.app.state.new_keys
        organisation = FirstOrganisation(form["title"], form["organisation"], form.get("description", ""), await keys())
        admin = FirstAdmin(
            form["name"],
            form.get("display_name", ""),
            form["email"],
            await hash_password(form["password"]),
            await keys(),
        )
        member_id = await first_set_up(OPERATOR, organisation, admin)
    except CivicError as error:
        return await page(request, "pages/sign/set_up.html", 422, values=form, errors=errors_of(error))
    return await _signed_in(request, member_id, "/admin")


async def ask_join(request: Request) -> Response:
    invite = await members.invite(request.path_params["code"])
    return await _page(request, invite, 200)


async def join(request: Request, form: Form) -> Response:
    """Become a member with an invitation."""
    form = _with_small_names(form)
    invite = await members.invite(request.path_params["code"])
    if invite is None:
        return await _page(request, None, 410)
    if errors := _wrong(form, JOINER):
        return await _page(request, invite, 422, values=form, errors=errors)
    try:
        member_id = await actions.create_member(
            OPERATOR,
            form["name"],
            keys=await request.app.state.new_keys(),
            email=form.get("email", ""),
            password_hash=await hash_password(form["password"]),
            display_name=form["display_name"],
            invite_code=invite.code,
        )
    except CivicError as error:
        return await _page(request, invite, 422, values=form, errors=errors_of(error))
    return await _signed_in(request, member_id, _next(invite))


async def _page(request: Request, invite: InviteView | None, status: int, **more: Any) -> Response:
    asked = await posts.by_id(invite.proposal_id, VISITOR) if invite and invite.proposal_id else None
    return await page(
        request,
        "pages/sign/join.html",
        status if invite else 410,
        invite=invite,
        group=await _group(invite),
        asked=asked,
        onwards=_next(invite),
        **more,
    )


def _next(invite: InviteView | None) -> str:
    """Where somebody goes who has joined: to what they were asked about."""
    return f"/proposals/{invite.proposal_id}/add/corroboration" if invite and invite.proposal_id else "/"


def _with_small_names(form: Form) -> Form:
    """Phones begin a word with a capital; names in addresses have none."""
    return {name: value.lower() if name in ("name", "organisation") else value for name, value in form.items()}


def _wrong(form: Form, checks: Iterable[Check]) -> dict[str, str]:
    """Everything there is to put right, by field, so that nobody is sent back twice."""
    errors: dict[str, str] = {}
    for check in checks:
        try:
            check(form)
        except Invalid as error:
            errors.setdefault(error.field, error.text)
    return errors


def _title(form: Form) -> None:
    if not form.get("title"):
        raise Invalid("title", "Give the name of the organisation.")


def _shown_name(form: Form) -> None:
    if not form.get("display_name"):
        raise Invalid("display_name", "Say how others may call you.")


def _email(form: Form) -> None:
    if not form.get("email"):
        raise Invalid("email", "Give your email address. You need it to sign in.")


def _two_names(form: Form) -> None:
    if form.get("organisation", "").lower() == form.get("name", "").lower():
        raise Invalid("organisation", "The organisation and you need different names.")


ORGANISATION: Final[Sequence[Check]] = (
    _title,
    lambda form: check_name(form.get("organisation", ""), "organisation"),
)
JOINER: Final[Sequence[Check]] = (
    _shown_name,
    lambda form: check_name(form.get("name", ""), "name"),
    lambda form: check_password(form.get("password", "")),
)
PERSON: Final[Sequence[Check]] = (*JOINER, _email)


async def _group(invite: InviteView | None) -> AccountView | None:
    """The group that an invitation leads into; None for one to the instance."""
    return await accounts.by_id(invite.organisation_id) if invite and invite.organisation_id else None


async def _signed_in(request: Request, member_id: int, path: str) -> Response:
    member = await members.by_id(member_id)
    if member is None:
        raise NotFound
    response = see_other(path, "welcome")
    await sessions.sign_in(request, response, member)
    return response


ROUTES: list[BaseRoute] = [
    shows("/set-up", ask_set_up),
    does("/set-up", set_up),
    shows("/join/{code}", ask_join),
    does("/join/{code}", join),
]
