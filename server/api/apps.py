"""Apps make themselves known (Mastodon API, "Create an application"; in the spirit of RFC 7591)."""

import base64
from typing import Any, Final
from urllib.parse import unquote_plus, urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.actions.apps import register_app
from server.api.instance import vapid_key
from server.http import limits, scopes
from server.http.bearer import app as app_of
from server.http.body import Params, params_of
from server.http.replies import Json
from server.queries import apps
from server.rules.errors import Invalid
from server.rules.permissions import ANYONE
from server.views.apps import AppView

OUT_OF_BAND: Final = "urn:ietf:wg:oauth:2.0:oob"
_FORBIDDEN: Final = frozenset(("javascript", "data", "vbscript"))
_MOST_URIS: Final = 10


async def register(request: Request) -> Response:
    await request.app.state.limits.spend(limits.APPS, f"apps:{limits.address_of(request)}")
    params = await params_of(request)
    name = params.text("client_name").strip()
    if not name or len(name) > 255:
        raise Invalid("client_name", "Say what the app is called, in up to 255 characters.")
    website = params.text("website").strip()
    if website and urlsplit(website).scheme not in ("http", "https"):
        raise Invalid("website", "The website must be a web address.")
    asked = scopes.parsed(params.text("scopes")) or ("read",)
    if scopes.unknown(asked):
        raise Invalid("scopes", "There is no scope called %(scope)s.", scope=scopes.unknown(asked)[0])
    app_id = await register_app(ANYONE, name, website[:2048], redirect_uris(params), " ".join(asked))
    found = await apps.by_id(app_id)
    assert found is not None
    return Json(await as_application(found, secret=True))


async def verify(request: Request) -> Response:
    token = await app_of(request)
    return Json(await as_application(token.app))


async def as_application(app: AppView, *, secret: bool = False) -> dict[str, Any]:
    """An Application; with `secret`, a CredentialApplication."""
    shown: dict[str, Any] = {
        "id": str(app.id),
        "name": app.name,
        "website": app.website or None,
        "scopes": app.scopes.split(),
        "redirect_uris": list(app.redirect_uris),
        "redirect_uri": "\n".join(app.redirect_uris),
        "vapid_key": await vapid_key(),
    }
    if secret:
        shown |= {"client_id": app.client_id, "client_secret": app.client_secret, "client_secret_expires_at": 0}
    return shown


def redirect_uris(params: Params) -> tuple[str, ...]:
    """Where the app may be called back: one, several on lines of their own, or an array. Kept exactly as given.

    Raises:
        Invalid: none, too many, relative, or of a kind that runs code in a browser.
    """
    given = params.texts("redirect_uris") or params.texts("redirect_uri")
    uris = tuple(dict.fromkeys(uri for text in given for uri in text.split()))
    if not uris or len(uris) > _MOST_URIS:
        raise Invalid("redirect_uris", "Give between 1 and %(limit)s redirect addresses.", limit=_MOST_URIS)
    for uri in uris:
        try:
            scheme = urlsplit(uri).scheme.lower()
        except ValueError as error:
            raise Invalid("redirect_uris", "A redirect address is not an address.") from error
        if not scheme or scheme in _FORBIDDEN or len(uri) > 2048 or "#" in uri:
            raise Invalid("redirect_uris", "A redirect address must be absolute, and must not run code.")
    return uris


def credentials_of(request: Request, params: Params) -> tuple[str, str]:
    """Client id and secret from the Authorization header (RFC 6749, section 2.3.1) or the body."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            return decoded_basic(value)
        except ValueError as error:
            raise HTTPException(400, "The Authorization header could not be read.") from error
    return params.text("client_id"), params.text("client_secret")


def decoded_basic(value: str) -> tuple[str, str]:
    """User and password of HTTP Basic (RFC 7617); both may be form-encoded.

    Raises:
        ValueError: not Base64, or no colon.
    """
    user, colon, password = base64.b64decode(value, validate=True).decode().partition(":")
    if not colon:
        raise ValueError("no colon")
    return unquote_plus(user).replace("\x00", ""), unquote_plus(password)


ROUTES = [
    Route("/v1/apps", register, methods=["POST"]),
    Route("/v1/apps/verify_credentials", verify),
]
