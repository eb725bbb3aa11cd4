"""Moving an account: to another server, or from one to here."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.actions import moving as actions
from server.http.passwords import password_fits
from server.queries import accounts, members
from server.remote.elsewhere import Elsewhere
from server.rules.errors import CivicError, Invalid
from server.web.page import Form, does, errors_of, member, page, principal, see_other, shows

PATH = "/settings/moving"


async def moving(request: Request) -> Response:
    return await _page(request, {}, {})


async def add_alias(request: Request, form: Form) -> Response:
    by = await principal(request)
    try:
        other = await _elsewhere(request).find_account_anew(form.get("alias", ""))
        if other is None:
            raise Invalid("alias", "We found nobody there. Give a handle such as @name@example.org.")
        await actions.add_alias(by, other.id)
    except CivicError as error:
        return await _page(request, form, errors_of(error))
    return see_other(PATH, "saved")


async def remove_alias(request: Request, form: Form) -> Response:
    await actions.remove_alias(await principal(request), form.get("alias", ""))
    return see_other(PATH, "saved")


async def move(request: Request, form: Form) -> Response:
    """After the password, if there is one: whoever finds a browser open must not lead everybody's following away."""
    me, _ = await member(request)
    by = await principal(request)
    try:
        found = await members.login(me.account.name)
        if found and found.password_hash and not await password_fits(found.password_hash, form.get("password", "")):
            raise Invalid("password", "This is not your password now. Check it and try again.")
        target = await _elsewhere(request).find_account_anew(form.get("target", ""))
        if target is None:
            raise Invalid("target", "We found nobody there. Give a handle such as @name@example.org.")
        await actions.move_account(by, target.id)
    except CivicError as error:
        return await _page(request, form, errors_of(error))
    return see_other(PATH, "moved")


async def come_back(request: Request, form: Form) -> Response:
    await actions.come_back(await principal(request))
    return see_other(PATH, "saved")


async def _page(request: Request, values: Form, errors: dict[str, str]) -> Response:
    me = (await member(request)).member
    known = await accounts.by_uris(list(me.account.also_known_as))
    return await page(
        request,
        "pages/settings/moving.html",
        422 if errors else 200,
        aliases=[(uri, known.get(uri)) for uri in me.account.also_known_as],
        moved_to=await accounts.by_uri(me.account.moved_to) if me.account.moved_to else None,
        values=values,
        errors=errors,
        here="settings",
    )


def _elsewhere(request: Request) -> Elsewhere:
    remote: Elsewhere = request.app.state.remote
    return remote


ROUTES: list[BaseRoute] = [
    shows(PATH, moving),
    does(PATH, move),
    does(f"{PATH}/alias", add_alias),
    does(f"{PATH}/alias/remove", remove_alias),
    does(f"{PATH}/back", come_back),
]
