"""The security headers of every answer, as pure ASGI: no page can forget them.

Content Security Policy level 3; a page loads nothing but our own style sheet, script and pictures.
"""

from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_BASE: Final = (
    "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)
POLICY: Final = f"{_BASE}; form-action 'self'"
# After sign-in and consent the browser is sent on to an app's own address, which `form-action` would stop; and an app
# that opened the page in a popup loses it to a `Cross-Origin-Opener-Policy` (contract, "Sign-in and consent").
OPEN_POLICY: Final = _BASE
_OPEN_PATHS: Final = ("/sign-in", "/oauth/authorize", "/sign-out-and-back")
_ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def is_open(path: str) -> bool:
    """Whether this is a sign-in or consent page, from which a form may lead to an app."""
    return any(path == start or path.startswith(f"{start}/") for start in _OPEN_PATHS)


class SecurityHeaders:
    """Adds the headers to what the app answers; one that the app set itself stays.

    Args:
        secure: send HSTS (RFC 6797). Not in development, which has no https.
    """

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self.app = app
        self.secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path: str = scope["path"]

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _ALWAYS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Content-Security-Policy", OPEN_POLICY if is_open(path) else POLICY)
                if not is_open(path):
                    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
                if self.secure:
                    headers.setdefault("Strict-Transport-Security", "max-age=31536000")
                if path.startswith("/static/") and message["status"] == 200 and scope["query_string"].startswith(b"v="):
                    headers["Cache-Control"] = "public, max-age=31536000, immutable"
            await send(message)

        await self.app(scope, receive, send_with_headers)
