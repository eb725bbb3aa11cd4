"""Signing in with a password or a link that works once, and signing out."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.actions import members as actions
from server.actions.mailing import mail_login_link
from server.config import Settings
from server.http import sessions
from server.http.limits import SIGN_INS, Limits, address_of
from server.http.passwords import check_password, hash_password, password_fits
from server.queries import members
from server.rules.errors import CivicError, NotFound, TooFast
from server.rules.permissions import OPERATOR
from server.templating import marked
from server.web.page import Form, does, errors_of, local_path, page, see_other, shows

WRONG = marked("The name or the password is not right. Check both and try again.")


async def ask(request: Request) -> Response:
    """The form; somebody who is signed in already goes on."""
    back = local_path(request.query_params.get("next", ""))
    if found := await sessions.even_suspended(request):
        return see_other("/moderation/yours" if found.member.account.suspended else back)
    return await _ask(request, {"next": back}, {})


async def sign_in(request: Request, form: Form) -> Response:
    """Open a session. A wrong name costs as long as a wrong password and is told in the same words."""
    back, login = local_path(form.get("next", "")), form.get("email", "")
    try:
        await _slow_down(request, login)
    except TooFast as error:
        return await _ask(request, form, {"email": error.text}, 429)
    if not login or not form.get("password"):
        empty = {"email": marked("Type your email or user name."), "password": marked("Type your password.")}
        return await _ask(request, form, {name: text for name, text in empty.items() if not form.get(name)})
    found = await members.login(login)
    stored = found.password_hash if found else ""
    if not await password_fits(stored, form["password"]) or found is None:
        return await _ask(request, form, {"email": WRONG})
    response = see_other("/moderation/yours" if found.member.account.suspended else back)
    await sessions.sign_in(request, response, found.member)
    return response


async def sign_out(request: Request, form: Form) -> Response:
    response = see_other("/", "signed-out")
    await sessions.sign_out(request, response)
    return response


async def sign_out_and_back(request: Request, form: Form) -> Response:
    """On the consent page: another account, then back to the app's question."""
    response = see_other(f"/sign-in?{urlencode({'next': local_path(form.get('next', ''))})}")
    await sessions.sign_out(request, response)
    return response


async def forgot(request: Request, form: Form) -> Response:
    """Mail a link that works once. The answer is the same whether there is such a member or not."""
    settings: Settings = request.app.state.settings
    if not settings.smtp_url:
        raise NotFound
    login = form.get("email", "")
    try:
        await _slow_down(request, login)
    except TooFast as error:
        return await _ask(request, form, {"email": error.text}, 429)
    await mail_login_link(OPERATOR, login)
    return see_other("/sign-in", "link-mailed")


async def ask_link(request: Request) -> Response:
    return await page(request, "pages/sign/link.html", here="sign-in")


async def use_link(request: Request, form: Form) -> Response:
    """Sign in once without a password, and set a new one if one is given."""
    password = form.get("password", "")
    try:
        await _slow_down(request, "link")
        if password:
            check_password(password)
        member_id = await actions.use_login_link(OPERATOR, request.path_params["token"])
        if password:
            await actions.set_password(OPERATOR, member_id, await hash_password(password))
        member = await members.by_id(member_id)
        if member is None:
            raise NotFound
        response = see_other("/", "signed-in")
        await sessions.sign_in(request, response, member)
    except CivicError as error:
        return await page(request, "pages/sign/link.html", 422, errors=errors_of(error), here="sign-in")
    return response


async def _ask(request: Request, values: Form, errors: dict[str, str], status: int = 422) -> Response:
    back = local_path(values.get("next", ""))
    return await page(
        request,
        "pages/sign/in.html",
        status if errors else 200,
        values=values,
        errors=errors,
        next=back,
        app_waits=back.startswith("/oauth/authorize"),
        here="sign-in",
    )


async def _slow_down(request: Request, login: str) -> None:
    """Ten tries in five minutes, for an address and for a name, so that neither can be worked through."""
    allowances: Limits = request.app.state.limits
    await allowances.spend(SIGN_INS, f"sign-in {address_of(request)}")
    if login:
        await allowances.spend(SIGN_INS, f"sign-in {login.strip().lower()[:100]}")


ROUTES: list[BaseRoute] = [
    shows("/sign-in", ask),
    does("/sign-in", sign_in),
    does("/sign-out", sign_out),
    does("/sign-out-and-back", sign_out_and_back),
    does("/sign-in/forgot", forgot),
    shows("/sign-in/link/{token}", ask_link),
    does("/sign-in/link/{token}", use_link),
]
