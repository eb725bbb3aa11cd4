"""The member's own account: read it, change it."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.actions.accounts import update_profile
from server.api.params import origin_of, visibility_of
from server.http.bearer import Caller, caller
from server.http.body import Params, params_of
from server.http.replies import Json
from server.http.uploads import keep
from server.queries import accounts, members
from server.render.accounts import as_account, as_credential_account, as_preferences
from server.rules.drafts import ProfileDraft
from server.rules.errors import NotFound
from server.views.accounts import MemberView
from server.views.viewer import Page

AVATAR = 400


async def verify(request: Request) -> Response:
    me = await caller(request, "profile", "read:accounts")
    return await _own(request, me)


async def update(request: Request) -> Response:
    """Change what is given; multipart with pictures, form or JSON."""
    me = await caller(request, "write:accounts")
    params = await params_of(request)
    bio = params.given("note")
    mentions = await request.app.state.remote.resolve_mentions(bio) if bio else ()
    await update_profile(
        me.by,
        ProfileDraft(
            display_name=params.given("display_name"),
            summary_source=bio,
            fields=_fields(params),
            locked=params.maybe("locked"),
            bot=params.maybe("bot"),
            discoverable=params.maybe("discoverable"),
            hides_network=params.maybe("hide_collections"),
            avatar_media_id=await _picture(request, me, params.file("avatar"), AVATAR),
            header_media_id=await _picture(request, me, params.file("header"), None),
            settings=_settings(params.part("source")),
            mentions=mentions,
        ),
    )
    return await _own(request, me)


async def delete_avatar(request: Request) -> Response:
    me = await caller(request, "write:accounts")
    await update_profile(me.by, ProfileDraft(avatar_media_id=0))
    return await _own(request, me)


async def delete_header(request: Request) -> Response:
    me = await caller(request, "write:accounts")
    await update_profile(me.by, ProfileDraft(header_media_id=0))
    return await _own(request, me)


async def preferences(request: Request) -> Response:
    me = await caller(request, "read:accounts")
    member = await _member(me)
    return Json(as_preferences(member.settings, member.locale))


async def userinfo(request: Request) -> Response:
    """Who signed in, for sister tools (OpenID Connect Core, section 5.3)."""
    me = await caller(request, "profile")
    member = await _member(me)
    account = as_account(member.account, origin_of(request))
    return Json(
        {
            "iss": origin_of(request) + "/",
            "sub": member.account.uri,
            "name": account["display_name"],
            "preferred_username": account["username"],
            "profile": account["url"],
            "picture": account["avatar"],
        }
    )


async def _own(request: Request, me: Caller) -> Response:
    member = await _member(me)
    waiting = await accounts.follow_requests_of(me.viewer, Page(limit=100)) if member.account.locked else []
    return Json(as_credential_account(member, origin_of(request), follow_requests=len(waiting)))


async def _member(me: Caller) -> MemberView:
    member = await members.by_id(me.by.member_id)
    if member is None:
        raise NotFound
    return member


async def _picture(request: Request, me: Caller, content: bytes | None, square: int | None) -> int | None:
    return None if content is None else await keep(request, me.by, content, square=square)


def _fields(params: Params) -> tuple[tuple[str, str], ...] | None:
    """Profile rows; empty ones are dropped, as clients send every row of their form."""
    if "fields_attributes" not in params:
        return None
    pairs = ((part.text("name").strip(), part.text("value").strip()) for part in params.parts("fields_attributes"))
    return tuple((name, value) for name, value in pairs if name or value)


def _settings(source: Params) -> dict[str, str]:
    chosen: dict[str, str] = {}
    if "privacy" in source:
        chosen["visibility"] = visibility_of(source.text("privacy"), "public")
    if "sensitive" in source:
        chosen["sensitive"] = "true" if source.flag("sensitive") else "false"
    if "language" in source:
        chosen["language"] = source.text("language")[:35]
    return chosen


ROUTES = [
    Route("/v1/accounts/verify_credentials", verify),
    Route("/v1/accounts/update_credentials", update, methods=["PATCH"]),
    Route("/v1/profile/avatar", delete_avatar, methods=["DELETE"]),
    Route("/v1/profile/header", delete_header, methods=["DELETE"]),
    Route("/v1/preferences", preferences),
]
