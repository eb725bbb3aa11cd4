"""What members decide about themselves."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.actions import accounts as account_actions
from server.actions import apps as app_actions
from server.actions import members as actions
from server.actions import sessions as session_actions
from server.http.passwords import check_password, hash_password, password_fits
from server.http.sessions import viewer_of
from server.queries import apps, members, sessions
from server.rules.drafts import ProfileDraft
from server.rules.errors import CivicError, Invalid
from server.rules.notifying import ABOUT, MAIL, often, setting_of
from server.templating import language_choices, languages
from server.web.page import Form, does, errors_of, id_from, member, page, principal, see_other, shows

THEMES = ("", "light", "dark")


async def settings(request: Request) -> Response:
    await member(request)
    return see_other("/settings/profile")


async def profile(request: Request) -> Response:
    return await profile_page(request, {})


async def profile_page(request: Request, errors: dict[str, str]) -> Response:
    """The form with what is kept now; also where a picture could not be taken."""
    me = (await member(request)).member
    values = {
        "display_name": me.account.display_name,
        "frontline_role": me.frontline_role,
        "place": me.place,
        "summary": me.account.summary_source,
        "locked": me.account.locked,
        "discoverable": me.account.discoverable,
        "hides_network": me.account.hides_network,
    }
    return await page(
        request,
        "pages/settings/profile.html",
        422 if errors else 200,
        values=values,
        errors=errors,
        here="settings",
    )


async def save_profile(request: Request, form: Form) -> Response:
    try:
        await account_actions.update_profile(
            await principal(request),
            ProfileDraft(
                display_name=form.get("display_name", ""),
                summary_source=form.get("summary", ""),
                frontline_role=form.get("frontline_role", ""),
                place=form.get("place", ""),
                locked="locked" in form,
                discoverable="discoverable" in form,
                hides_network="hides_network" in form,
                mentions=await request.app.state.remote.resolve_mentions(form.get("summary", "")),
            ),
        )
    except CivicError as error:
        return await page(
            request, "pages/settings/profile.html", 422, values=form, errors=errors_of(error), here="settings"
        )
    return see_other("/settings/profile", "saved")


async def account(request: Request) -> Response:
    me = (await member(request)).member
    return await page(request, "pages/settings/account.html", values={"email": me.email}, here="settings")


async def save_email(request: Request, form: Form) -> Response:
    by = await principal(request)
    try:
        await actions.set_email(by, by.member_id, form.get("email", ""))
    except CivicError as error:
        return await _account_again(request, form, {"email": error.text})
    return see_other("/settings/account", "saved")


async def save_password(request: Request, form: Form) -> Response:
    """A new password, after the old one; every other sign-in ends."""
    me, session = await member(request)
    by = await principal(request)
    found = await members.login(me.account.name)
    try:
        check_password(form.get("password", ""))
        stored = found.password_hash if found else ""
        if stored and not await password_fits(stored, form.get("old", "")):
            raise Invalid("old", "This is not your password now. Check it and try again.")
        await actions.set_password(by, me.id, await hash_password(form["password"]), keep_session=session.token_hash)
    except CivicError as error:
        return await _account_again(request, {"email": me.email}, errors_of(error))
    return see_other("/settings/account", "password")


async def all_sessions(request: Request) -> Response:
    me, session = await member(request)
    return await page(
        request,
        "pages/settings/sessions.html",
        sessions=await sessions.of_member(me.id),
        current=session.token_hash,
        apps=await apps.tokens_of(await viewer_of(request)),
        here="settings",
    )


async def end_session(request: Request, form: Form) -> Response:
    await session_actions.close_session(await principal(request), form.get("session", ""))
    return see_other("/settings/sessions", "session-ended")


async def revoke_app(request: Request, form: Form) -> Response:
    await app_actions.revoke_token(await principal(request), id_from(form.get("token", "")))
    return see_other("/settings/sessions", "revoked")


async def reading(request: Request) -> Response:
    me = (await member(request)).member
    values = {"theme": me.settings.get("theme", ""), "locale": me.locale}
    return await page(
        request,
        "pages/settings/reading.html",
        values=values,
        languages=language_choices(),
        here="settings",
    )


async def save_reading(request: Request, form: Form) -> Response:
    theme, locale = form.get("theme", ""), form.get("locale", "")
    await account_actions.update_member(
        await principal(request),
        ProfileDraft(
            locale=locale if locale in languages() else "", settings={"theme": theme if theme in THEMES else ""}
        ),
    )
    return see_other("/settings/reading", "saved")


async def _account_again(request: Request, values: Form, errors: dict[str, str]) -> Response:
    return await page(request, "pages/settings/account.html", 422, values=values, errors=errors, here="settings")


async def telling(request: Request) -> Response:
    me = (await member(request)).member
    return await page(
        request,
        "pages/settings/telling.html",
        values={subject: often(me.settings, subject) for subject in ABOUT},
        mail=me.settings.get(MAIL) != "no",
        here="settings",
    )


async def save_telling(request: Request, form: Form) -> Response:
    chosen = {setting_of(subject): often({setting_of(subject): form.get(subject, "")}, subject) for subject in ABOUT}
    await account_actions.update_member(
        await principal(request), ProfileDraft(settings={**chosen, MAIL: "yes" if "mail" in form else "no"})
    )
    return see_other("/settings/telling", "saved")


ROUTES: list[BaseRoute] = [
    shows("/settings", settings),
    shows("/settings/profile", profile),
    does("/settings/profile", save_profile),
    shows("/settings/account", account),
    does("/settings/account/email", save_email),
    does("/settings/account/password", save_password),
    shows("/settings/sessions", all_sessions),
    does("/settings/sessions/end", end_session),
    does("/settings/apps/revoke", revoke_app),
    shows("/settings/reading", reading),
    does("/settings/reading", save_reading),
    shows("/settings/telling", telling),
    does("/settings/telling", save_telling),
]
