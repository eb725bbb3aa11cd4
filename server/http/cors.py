"""Cross-origin reading (the CORS protocol of the Fetch standard) for browser clients of the API.

No credentials are ever allowed: an app shows its token, never a cookie.
"""

from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_PREFIXES: Final = (
    "/api/",
    "/.well-known/",
    "/nodeinfo/",
    "/media/",
    "/oauth/token",
    "/oauth/revoke",
    "/oauth/userinfo",
)
_EXPOSED: Final = (
    "Link, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, X-Request-Id, Mastodon-Async-Refresh"
)
_ANSWER: Final = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", _EXPOSED.encode()),
]
_NAMES: Final = frozenset(name for name, _ in _ANSWER)
_PREFLIGHT: Final = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-methods", b"GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"),
    (b"access-control-max-age", b"86400"),
    (b"content-length", b"0"),
]


def is_open(path: str) -> bool:
    """True for the addresses that pages of other sites may read."""
    return path.startswith(_PREFIXES)


class Cors:
    """Middleware: answers OPTIONS at the open addresses and adds the headers to every answer there."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not is_open(scope["path"]):
            await self._app(scope, receive, send)
            return
        if scope["method"] == "OPTIONS":
            asked = next((value for name, value in scope["headers"] if name == b"access-control-request-headers"), b"*")
            headers = [*_PREFLIGHT, (b"access-control-allow-headers", asked)]
            await send({"type": "http.response.start", "status": 204, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = [pair for pair in message["headers"] if pair[0].lower() not in _NAMES]
                message = {**message, "headers": own + _ANSWER}
            await send(message)

        await self._app(scope, receive, with_headers)
