"""Who is signed in with this browser. Asked once a request; everything that follows is remembered on it."""

import hashlib
import re
from typing import Final, NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from server.actions import sessions as actions
from server.config import Settings
from server.queries import members, sessions
from server.rules.permissions import Principal
from server.views.accounts import MemberView
from server.views.sessions import SessionView
from server.views.viewer import VISITOR, Viewer

COOKIE_LIFE: Final = 60 * 24 * 3600  # seconds

_BROWSERS: Final = ("Edg", "OPR", "Firefox", "Chrome", "Safari")
_SYSTEMS: Final = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "Mac",
    "Linux": "Linux",
}
_SHOWN: Final = {"Edg": "Edge", "OPR": "Opera"}


class SignedIn(NamedTuple):
    """A member and the session they are here with."""

    member: MemberView
    session: SessionView


async def member_of(request: Request) -> SignedIn | None:
    """The member whose browser asks, or None. A suspended member counts as signed out."""
    found = await even_suspended(request)
    return None if found is None or found.member.account.suspended else found


async def even_suspended(request: Request) -> SignedIn | None:
    """The same, also while suspended: for reading why, appealing, and signing out."""
    if not hasattr(request.state, "signed_in"):
        request.state.signed_in = await _find(request)
    found: SignedIn | None = request.state.signed_in
    return found


async def viewer_of(request: Request) -> Viewer:
    """Who reads: the member, or a visitor."""
    found = await member_of(request)
    if found is None:
        return VISITOR
    member = found.member
    return Viewer(member.account.id, member.id, principal_of(member).role)


def principal_of(member: MemberView) -> Principal:
    """The member as somebody who acts."""
    return members.principal(member)


async def sign_in(request: Request, response: Response, member: MemberView) -> None:
    """Open a session and put its token into the answer's cookie. A session that was open here ends."""
    settings: Settings = request.app.state.settings
    before = await even_suspended(request)
    agent = agent_in_words(request.headers.get("user-agent", ""))
    token = await actions.open_session(
        principal_of(member), agent, instead_of=before.session.token_hash if before else ""
    )
    set_cookie(response, settings, settings.session_cookie, token, COOKIE_LIFE)


async def sign_out(request: Request, response: Response) -> None:
    """End the session of this browser, if it has one."""
    settings: Settings = request.app.state.settings
    found = await even_suspended(request)
    if found is not None:
        await actions.close_session(principal_of(found.member), found.session.token_hash)
    set_cookie(response, settings, settings.session_cookie, "", 0)


def set_cookie(response: Response, settings: Settings, name: str, value: str, life: int) -> None:
    """A cookie that scripts cannot read and other sites cannot use (RFC 6265bis); `life` in seconds."""
    response.set_cookie(
        name, value, max_age=life, path="/", secure=settings.secure_cookies, httponly=True, samesite="lax"
    )


def agent_in_words(text: str) -> str:
    """A browser's `User-Agent` as its owner would call it: “Firefox on Android”. Empty where it says nothing."""
    browser = next((name for name in _BROWSERS if f"{name}/" in text), "")
    system = next((shown for mark, shown in _SYSTEMS.items() if mark in text), "")
    name = _SHOWN.get(browser, browser) or re.sub(r"[^\w .-]", "", text.split("/")[0])[:40].strip()
    return f"{name} on {system}" if name and system else name or system


async def _find(request: Request) -> SignedIn | None:
    settings: Settings = request.app.state.settings
    token = request.cookies.get(settings.session_cookie, "")
    if not 20 <= len(token) <= 100:
        return None
    session = await sessions.by_token_hash(hashlib.sha256(token.encode()).hexdigest())
    member = await members.by_id(session.member_id) if session else None
    if session is None or member is None:
        return None
    await actions.note_seen(principal_of(member), session.token_hash)
    return SignedIn(member, session)
