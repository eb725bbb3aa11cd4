"""The security headers of every answer, as pure ASGI: no page can forget them.

Content Security Policy level 3; a page loads nothing but our own style sheet, script and pictures.
"""

from collections.abc import Mapping
from typing import Final

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
_FOR_GOOD: Final = (b"cache-control", b"public, max-age=31536000, immutable")

Headers = list[tuple[bytes, bytes]]


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
        always = _ALWAYS | ({"Strict-Transport-Security": "max-age=31536000"} if secure else {})
        self._closed = _encoded(
            {**always, "Content-Security-Policy": POLICY, "Cross-Origin-Opener-Policy": "same-origin"}
        )
        self._open = _encoded({**always, "Content-Security-Policy": OPEN_POLICY})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path: str = scope["path"]

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers: Headers = list(message["headers"])
                if path.startswith("/static/") and message["status"] == 200 and scope["query_string"].startswith(b"v="):
                    headers = [pair for pair in headers if pair[0].lower() != _FOR_GOOD[0]] + [_FOR_GOOD]
                there = {name.lower() for name, _ in headers}
                headers += [pair for pair in (self._open if is_open(path) else self._closed) if pair[0] not in there]
                message = {**message, "headers": headers}
            await send(message)

        await self.app(scope, receive, send_with_headers)


def _encoded(headers: Mapping[str, str]) -> Headers:
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]
