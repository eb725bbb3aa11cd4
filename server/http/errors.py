"""Every error becomes an answer here, once: JSON for apps and servers, a page for people.

`{"error": "…"}` is Mastodon's form; OAuth's own errors (RFC 6749, section 5.2) are made in `api/oauth.py`.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Final

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from server.http.replies import Json
from server.rules.errors import CivicError, Conflict, Invalid, NotFound, Refused, TooFast
from server.storage.trouble import remedy, troubles
from server.templating import marked

ErrorPage = Callable[[Request, int, str], Awaitable[Response]]

_MACHINES: Final = (
    "/api/",
    "/oauth/token",
    "/oauth/revoke",
    "/oauth/userinfo",
    "/.well-known/",
    "/nodeinfo/",
    "/inbox",
)
_STATUS: Final[dict[type[CivicError], int]] = {Invalid: 422, Refused: 403, NotFound: 404, Conflict: 409, TooFast: 429}
_TEXTS: Final = {
    400: marked("This request could not be understood."),
    401: marked("The access token is invalid"),
    403: marked("This action is not allowed"),
    404: marked("Record not found"),
    405: marked("This address does not take that method"),
    413: marked("This is too large"),
    415: marked("This kind of content is not taken here"),
    429: marked("Too many requests"),
    503: marked("Try again in a moment"),
}
_SORRY: Final = marked("Something went wrong on our side. It has been written down; please try again.")

log = structlog.get_logger("http")


def speaks_json(request: Request) -> bool:
    """True when the one who asks is an app or a server, so that the error must be JSON."""
    path = request.url.path
    if path.startswith(_MACHINES) or path.endswith("/inbox"):
        return True
    accept = request.headers.get("accept", "")
    return "json" in accept and "text/html" not in accept


async def on_civic_error(request: Request, error: Exception) -> Response:
    """What a person may not do or got wrong."""
    assert isinstance(error, CivicError)
    status = next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 422)
    if error.detail:
        log.info("refused", path=request.url.path, status=status, detail=error.detail)
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, TooFast) else {}
    if not speaks_json(request):
        return await _page(request, status, error.text, headers)
    body: dict[str, Any] = {"error": "Record not found" if isinstance(error, NotFound) else error.text}
    if isinstance(error, Invalid):
        body["error"] = f"Validation failed: {error.text}"
        body["details"] = {error.field: [{"error": "ERR_INVALID", "description": error.text}]}
    return Json(body, status, headers)


async def on_http_error(request: Request, error: Exception) -> Response:
    """What the protocol itself refuses: unknown address, wrong method, bad token."""
    assert isinstance(error, HTTPException)
    status = error.status_code
    standard = PlainTextResponse(status_code=status)
    text = _TEXTS.get(status, error.detail) if _is_phrase(error) else error.detail
    headers = dict(error.headers or {})
    if status in (204, 304):
        return Response(status_code=status, headers=headers or dict(standard.headers))
    return (
        Json({"error": text}, status, headers) if speaks_json(request) else await _page(request, status, text, headers)
    )


async def on_trouble(request: Request, error: Exception) -> Response:
    """The database is full, locked or away: the log says what to do, and whoever asked may try again."""
    why = remedy(error)
    if not why:
        raise error
    log.error("trouble", path=request.url.path, error=str(error), what_to_do=why)
    headers = {"Retry-After": "10"}
    if speaks_json(request):
        return Json({"error": _TEXTS[503]}, 503, headers)
    try:
        return await _page(request, 503, _TEXTS[503], headers)
    except troubles():  # the page itself asks who is there
        return PlainTextResponse(_TEXTS[503], 503, headers)


async def on_bug(request: Request, error: Exception) -> Response:
    """Anything else is a fault of ours. Starlette raises it again after this answer, so the server logs it."""
    log.error("bug", path=request.url.path, method=request.method, kind=type(error).__name__)
    if speaks_json(request):
        return Json({"error": _SORRY}, 500, {"Access-Control-Allow-Origin": "*"})
    return await _page(request, 500, _SORRY, {})


def handlers() -> dict[Any, Callable[[Request, Exception], Awaitable[Response]]]:
    """For `Starlette(exception_handlers=…)`."""
    on_troubles = dict.fromkeys(troubles(), on_trouble)
    return {CivicError: on_civic_error, HTTPException: on_http_error, **on_troubles, Exception: on_bug}


async def _page(request: Request, status: int, text: str, headers: dict[str, str]) -> Response:
    """A page, drawn by the callable that the web layer puts into `app.state.error_page`."""
    draw: ErrorPage | None = getattr(request.app.state, "error_page", None)
    if draw is None:
        return PlainTextResponse(text, status, headers)
    response = await draw(request, status, text)
    response.headers.update(headers)
    return response


def _is_phrase(error: HTTPException) -> bool:
    """True when nobody wrote a text for the error and it holds HTTP's standard phrase."""
    return error.detail == HTTPException(error.status_code).detail
