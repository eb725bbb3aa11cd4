"""Letting an app in: authorisation code with PKCE, client credentials, revocation (RFC 6749, 7636, 7009, 8414)."""

import hmac
from typing import Any, Final
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.actions.apps import grant_code, issue_token, revoke_token, revoke_tokens_of, spend_code
from server.api.apps import OUT_OF_BAND, credentials_of
from server.api.credentials import userinfo
from server.http import scopes
from server.http.body import Params, params_of, query_of
from server.http.csrf import check_form, token_of
from server.http.replies import Json
from server.http.sessions import member_of, principal_of
from server.live.hub import CLOSED
from server.queries import apps
from server.rules.permissions import ANYONE
from server.views.apps import AppView

_ASKED: Final = (
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
    "lang",
)


class Asked:
    """A checked request of an app: who asks, for what, and where the answer goes."""

    def __init__(self, app: AppView, params: Params) -> None:
        self.app = app
        self.redirect_uri = params.text("redirect_uri")
        self.scopes = scopes.parsed(params.text("scope")) or ("read",)
        self.state = params.text("state")
        self.challenge = params.text("code_challenge")
        self.values = {name: params.text(name) for name in _ASKED if name in params}

    def back(self, values: dict[str, str]) -> Response:
        """To the app, with the answer added to its address, which is otherwise left as it is."""
        if self.state:
            values = {**values, "state": self.state}
        joint = "&" if "?" in self.redirect_uri else "?"
        return redirect(f"{self.redirect_uri}{joint}{urlencode(values)}")


async def ask(request: Request) -> Response:
    """The consent page. Whoever is not signed in signs in first and comes back here."""
    params = query_of(request)
    asked = await asked_of(params)
    if (error := fault(asked, params)) is not None:
        return error
    signed_in = await member_of(request)
    here = "/oauth/authorize?" + urlencode(asked.values)
    if signed_in is None:
        return redirect("/sign-in?" + urlencode({"next": here}))
    values: dict[str, Any] = {
        "app": asked.app,
        "scopes": _in_words(asked.scopes),
        "csrf": (await token_of(request)).value,
        "params": asked.values,
        "next": here,
        "member": signed_in.member,
    }
    page: Response = await request.app.state.draw_page(request, "pages/oauth/authorize.html", **values)
    page.headers["Cache-Control"] = "no-store"
    return page


async def decide(request: Request) -> Response:
    """The member's answer, sent by the consent page."""
    params = await params_of(request)
    signed_in = await member_of(request)
    if signed_in is None:
        return redirect(
            "/sign-in?" + urlencode({"next": "/oauth/authorize?" + urlencode((await asked_of(params)).values)})
        )
    await check_form(request, params.text("csrf"))
    asked = await asked_of(params)
    if (error := fault(asked, params)) is not None:
        return error
    if params.text("decision") != "allow":
        if asked.redirect_uri == OUT_OF_BAND:
            return redirect("/")
        return asked.back({"error": "access_denied", "error_description": "The member did not allow it."})
    by = principal_of(signed_in.member)
    code = await grant_code(by, asked.app.id, asked.redirect_uri, " ".join(asked.scopes), asked.challenge)
    if asked.redirect_uri == OUT_OF_BAND:
        return redirect("/oauth/authorize/native?" + urlencode({"code": code}))
    return asked.back({"code": code})


async def native(request: Request) -> Response:
    """The code to copy into an app that cannot be called back."""
    code = query_of(request).text("code")
    page: Response = await request.app.state.draw_page(request, "pages/oauth/native.html", code=code[:200])
    page.headers["Cache-Control"] = "no-store"
    return page


async def token(request: Request) -> Response:
    """A code, or the app's own secret, for a token. Tokens do not expire."""
    params = await params_of(request)
    client_id, secret = credentials_of(request, params)
    app = await apps.by_client_id(client_id) if client_id else None
    grant = params.text("grant_type")
    if grant not in ("authorization_code", "client_credentials"):
        return refused("unsupported_grant_type", "Use authorization_code or client_credentials.")
    if app is None or (secret and not _same(secret, app.client_secret)):
        return refused("invalid_client", "The client id or secret is wrong.", 401)
    if grant == "client_credentials":
        if not secret:
            return refused("invalid_client", "The client secret is missing.", 401)
        asked = scopes.parsed(params.text("scope")) or ("read",)
        if scopes.unknown(asked) or not scopes.covers(tuple(app.scopes.split()), asked):
            return refused("invalid_scope", "The app did not register for this scope.")
        return await _issued(app, None, " ".join(asked))
    verifier = params.text("code_verifier")
    if not secret and not verifier:
        return refused("invalid_client", "The client secret is missing.", 401)
    spent = await spend_code(ANYONE, app.id, params.text("code"), params.text("redirect_uri"), verifier)
    if spent is None:
        for token_id in await revoke_tokens_of(ANYONE, app.id, params.text("code")):
            request.app.state.hub.announce(f"token:{token_id}", CLOSED)
    if spent is None or (not secret and not spent.proven):
        return refused("invalid_grant", "The code is unknown, old or spent, or does not fit this request.")
    return await _issued(app, spent.member_id, spent.scopes, spent.code_hash)


async def revoke(request: Request) -> Response:
    """Make a token worthless and end its streams; an unknown one is fine (RFC 7009, section 2.2)."""
    params = await params_of(request)
    client_id, secret = credentials_of(request, params)
    found = await apps.token(params.text("token"))
    if found is None:
        return Json({})
    if found.app.client_id != client_id or (secret and not _same(secret, found.app.client_secret)):
        return refused("unauthorized_client", "You are not authorized to revoke this token", 403)
    await revoke_token(ANYONE, found.id)
    request.app.state.hub.announce(f"token:{found.id}", CLOSED)
    return Json({})


async def metadata(request: Request) -> Response:
    """Where everything is (RFC 8414)."""
    origin = request.app.state.settings.origin
    return Json(
        {
            "issuer": f"{origin}/",
            "authorization_endpoint": f"{origin}/oauth/authorize",
            "token_endpoint": f"{origin}/oauth/token",
            "revocation_endpoint": f"{origin}/oauth/revoke",
            "userinfo_endpoint": f"{origin}/oauth/userinfo",
            "app_registration_endpoint": f"{origin}/api/v1/apps",
            "scopes_supported": list(scopes.ALL),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code", "client_credentials"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
            "service_documentation": "https://docs.joinmastodon.org/",
        },
        headers={"Cache-Control": "public, max-age=3600"},
    )


async def asked_of(params: Params) -> Asked:
    """Who asks. A wrong app or address must not be answered by a redirect (RFC 6749, section 4.1.2.1).

    Raises:
        HTTPException: 400 for an unknown app, or an address it did not register.
    """
    app = await apps.by_client_id(params.text("client_id"))
    if app is None:
        raise HTTPException(400, "This app is not known here. Take it off your account list and add it again.")
    asked = Asked(app, params)
    if asked.redirect_uri not in app.redirect_uris:
        raise HTTPException(400, "The app gave an address that it did not register. Tell its makers.")
    return asked


def fault(asked: Asked, params: Params) -> Response | None:
    """What is wrong with the request, as an answer to the app; out of band, as a page."""
    method = params.text("code_challenge_method")
    error = ""
    if params.text("response_type", "code") != "code":
        error = "unsupported_response_type"
    elif scopes.unknown(asked.scopes) or not scopes.covers(tuple(asked.app.scopes.split()), asked.scopes):
        error = "invalid_scope"
    elif method != ("S256" if asked.challenge else ""):
        error = "invalid_request"
    if not error:
        return None
    if asked.redirect_uri == OUT_OF_BAND:
        raise HTTPException(400, f"The app asked for something it may not have ({error}). Tell its makers.")
    return asked.back({"error": error})


def redirect(address: str) -> Response:
    """303 without touching the address: Starlette would encode what the app had encoded already."""
    return Response(status_code=303, headers={"Location": _ascii(address), "Cache-Control": "no-store"})


def refused(error: str, description: str, status: int = 400) -> Response:
    """An error as RFC 6749, section 5.2 wants it."""
    headers = {"Cache-Control": "no-store"}
    if status == 401:
        headers["WWW-Authenticate"] = 'Basic realm="Folkmoot"'
    return Json({"error": error, "error_description": description}, status, headers)


async def _issued(app: AppView, member_id: int | None, granted: str, code_hash: str | None = None) -> Response:
    text = await issue_token(ANYONE, app.id, member_id, granted, code_hash)
    found = await apps.token(text)
    if found is None:  # the code came a second time in the meantime, which makes its token worthless
        return refused("invalid_grant", "The code is unknown, old or spent, or does not fit this request.")
    body: dict[str, Any] = {
        "access_token": text,
        "token_type": "Bearer",
        "scope": granted,
        "created_at": int(found.created_at.timestamp()),
    }
    return Json(body, headers={"Cache-Control": "no-store", "Pragma": "no-cache"})


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _in_words(asked: tuple[str, ...]) -> list[tuple[str, str]]:
    """Each scope with its words; what would say the same again is left out."""
    said = {words: scope for scope in reversed(asked) for words in scopes.in_words((scope,))}
    return [(scope, words) for words, scope in reversed(said.items())]


def _ascii(address: str) -> str:
    return "".join(
        char if " " < char < "\x7f" else "".join(f"%{byte:02X}" for byte in char.encode()) for char in address
    )


ROUTES = [
    Route("/authorize", ask),
    Route("/authorize", decide, methods=["POST"]),
    Route("/authorize/native", native),
    Route("/token", token, methods=["POST"]),
    Route("/revoke", revoke, methods=["POST"]),
    Route("/userinfo", userinfo, methods=["GET", "POST"]),
]
METADATA = [Route("/.well-known/oauth-authorization-server", metadata)]
