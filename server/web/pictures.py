"""Pictures of a member and of the organisation: add one with words for those who cannot see it, or take it away."""

from collections.abc import Awaitable, Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from server.actions.accounts import update_profile
from server.actions.instance import set_logo
from server.http import limits
from server.http.body import Params, params_of
from server.http.csrf import FIELD, check_form
from server.http.uploads import keep
from server.rules.drafts import ProfileDraft
from server.rules.errors import CivicError, Invalid
from server.rules.permissions import Principal, check_administer
from server.templating import marked
from server.web.admin import site_page
from server.web.page import Form, member, principal, see_other, shown
from server.web.settings import profile_page

AVATAR: Final = 400  # pixels each way
_NONE_SENT: Final = marked("Choose a picture first: JPEG, PNG, GIF or WebP, up to 16 MB.")

PictureEndpoint = Callable[[Request, Params], Awaitable[Response]]


def takes(path: str, endpoint: PictureEndpoint) -> Route:
    """What happens when a form with a picture is sent. Only members' uploads are read at all."""

    async def serve(request: Request) -> Response:
        await member(request)
        sent = await params_of(request)
        await check_form(request, sent.text(FIELD))
        return await endpoint(request, sent)

    return Route(path, shown(serve), methods=["POST"])


def typed(sent: Params) -> Form:
    """What was typed into a form that also carries a file."""
    names = [name for name in sent.names() if sent.file(name) is None]
    return {name: sent.text(name).replace("\r\n", "\n").strip() for name in names}


async def avatar(request: Request, sent: Params) -> Response:
    by = await principal(request)
    try:
        media_id = await _kept(request, by, sent, "avatar", AVATAR)
        await update_profile(by, ProfileDraft(avatar_media_id=media_id or 0))
    except CivicError as error:
        return await profile_page(request, {"avatar": error.text})
    return see_other("/settings/profile", "saved")


async def header(request: Request, sent: Params) -> Response:
    by = await principal(request)
    try:
        media_id = await _kept(request, by, sent, "header", None)
        await update_profile(by, ProfileDraft(header_media_id=media_id or 0))
    except CivicError as error:
        return await profile_page(request, {"header": error.text})
    return see_other("/settings/profile", "saved")


async def logo(request: Request, sent: Params) -> Response:
    by = await principal(request)
    check_administer(by)
    try:
        await set_logo(by, await _kept(request, by, sent, "logo", AVATAR))
    except CivicError as error:
        return await site_page(request, {"logo": error.text})
    return see_other("/admin/site", "saved")


async def _kept(request: Request, by: Principal, sent: Params, name: str, square: int | None) -> int | None:
    """The id of the picture in this field; None where it is to be taken away."""
    if sent.text("do") == "remove":
        return None
    content = sent.file(name)
    if not content:
        raise Invalid(name, _NONE_SENT)
    await request.app.state.limits.spend(limits.MEDIA, f"media:{by.member_id}")
    return await keep(request, by, content, description=sent.text(f"{name}_words").strip(), square=square)


ROUTES: list[BaseRoute] = [
    takes("/settings/profile/avatar", avatar),
    takes("/settings/profile/header", header),
    takes("/admin/site/logo", logo),
]
