"""Forms that only our own pages can send.

Every form carries a token: the session's where somebody is signed in, else one that is derived from a cookie of its
own (double submit; the `__Host-` prefix keeps neighbours from setting it). A browser that says where the form came
from must name this site; one that says nothing, and a script, need the token alone.
"""

import hashlib
import hmac
import secrets
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from server.config import Settings
from server.http.sessions import even_suspended, set_cookie
from server.rules.errors import Refused
from server.templating import marked

FIELD: Final = "csrf"
_LIFE: Final = 24 * 3600  # seconds
_STALE: Final = marked(
    "This page had been open too long, or was sent from elsewhere. Go back, load it again and retry."
)


class FormToken:
    """The token for the forms of one page. For a visitor the cookie is set only if a form asked for `value`."""

    def __init__(self, session_token: str, cookie: str) -> None:
        self._session_token = session_token
        self._cookie = cookie
        self.asked = False

    @property
    def value(self) -> str:
        self.asked = True
        if self._session_token:
            return self._session_token
        if not self._cookie:
            self._cookie = secrets.token_urlsafe(24)
        return _derived(self._cookie)

    def remember(self, response: Response, settings: Settings) -> None:
        """Give a visitor's browser the cookie that its forms are checked against."""
        if self.asked and not self._session_token:
            set_cookie(response, settings, cookie_name(settings), self._cookie, _LIFE)


async def token_of(request: Request) -> FormToken:
    """The token for a page that answers this request."""
    signed_in = await even_suspended(request)
    return FormToken(signed_in.session.csrf if signed_in else "", _cookie(request))


async def check_form(request: Request, sent: str) -> None:
    """Refuse a form that was not sent from one of our pages.

    Raises:
        Refused: it comes from another site, or its token does not fit.
    """
    settings: Settings = request.app.state.settings
    origin = request.headers.get("origin")
    site = request.headers.get("sec-fetch-site")
    if (origin is not None and origin != settings.origin) or (site is not None and site not in ("same-origin", "none")):
        raise Refused(_STALE, f"form from {origin or site}")
    signed_in = await even_suspended(request)
    cookie = _cookie(request)
    wanted = signed_in.session.csrf if signed_in else (_derived(cookie) if cookie else "")
    if not wanted or not hmac.compare_digest(wanted.encode(), sent.encode()):
        raise Refused(_STALE, "form token")


def cookie_name(settings: Settings) -> str:
    """The name of the cookie for visitors' forms."""
    return f"{settings.session_cookie}-form"


def _cookie(request: Request) -> str:
    value = request.cookies.get(cookie_name(request.app.state.settings), "")
    return value if 20 <= len(value) <= 100 else ""


def _derived(cookie: str) -> str:
    return hashlib.sha256(b"folkmoot form " + cookie.encode()).hexdigest()
