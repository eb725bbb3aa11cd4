"""Answering with a page, and reading the form that comes back."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

from starlette.convertors import IntegerConvertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from server.config import Settings
from server.http.body import read
from server.http.csrf import FIELD, check_form, token_of
from server.http.sessions import SignedIn, member_of, principal_of
from server.queries import instance
from server.render.instance import SOURCE_URL
from server.rules import limits
from server.rules.colours import accent
from server.rules.errors import CivicError, Invalid, NotFound
from server.rules.ids import id_in
from server.rules.permissions import Principal
from server.templating import language_for, locale_for, marked, render
from server.web.feeds import FeedEntry

Form = Mapping[str, str]
Endpoint = Callable[[Request], Awaitable[Response]]
FormEndpoint = Callable[[Request, Form], Awaitable[Response]]

FORM_BYTES: Final = 256 * 1024
_HEADINGS: Final = {
    403: marked("This is not open to you"),
    404: marked("Nothing here"),
    410: marked("No longer here"),
    405: marked("This address does not take that"),
    409: marked("Somebody was faster"),
    422: marked("Something does not fit"),
    429: marked("A little slower, please"),
}
# What people are told instead of the phrases that machines get.
_PLAINLY: Final = {
    "Record not found": marked("The address may have a slip, or what stood here is not for everyone to see."),
    "This address does not take that method": marked("Go back to the page you came from and use its buttons."),
}


class IdConvertor(IntegerConvertor):
    """What `{id:int}` in an address takes: no more digits than an id has. Python refuses to read very long numbers, and
    an address that nobody has is a 404."""

    regex = "[0-9]{1,19}"


register_url_convertor("int", IdConvertor())


class SignInFirst(Exception):
    """The page is for members: the browser is sent to sign in and comes back."""

    def __init__(self, back: str) -> None:
        super().__init__(back)
        self.back = back


def shows(path: str, endpoint: Endpoint) -> Route:
    """A page at an address."""
    return Route(path, shown(endpoint), methods=["GET"])


def does(path: str, endpoint: FormEndpoint) -> Route:
    """What happens when a form is sent to an address. The form is checked to be ours first."""

    async def serve(request: Request) -> Response:
        form = await _form(request)
        await check_form(request, form.get(FIELD, ""))
        return await endpoint(request, form)

    return Route(path, shown(serve), methods=["POST"])


def shown(endpoint: Endpoint) -> Endpoint:
    """The endpoint, with visitors sent to sign in where it needs a member."""

    async def serve(request: Request) -> Response:
        try:
            return await endpoint(request)
        except SignInFirst as error:
            return see_other(f"/sign-in?{urlencode({'next': error.back})}")

    return serve


async def page(request: Request, template: str, status: int = 200, **values: Any) -> Response:
    """A page with what every page has: the organisation, the reader, the form token, the language."""
    settings: Settings = request.app.state.settings
    signed_in = await member_of(request)
    token = await token_of(request)
    me = signed_in.member if signed_in else None
    context = await _around(request, me.locale if me else "")
    context |= {
        "me": me,
        "token": token,
        "theme": me.settings.get("theme", "") if me else "",
        "done": request.query_params.get("done", ""),
        "done_at": request.query_params.get("at", ""),
        "errors": {},
        "values": {},
        "here": "",
        "details": (),
        "voices": [],
        "mine": [me.account.id] if me else [],
        **values,
    }
    response = HTMLResponse(render(template, context["language"], context), status)
    response.headers["Content-Language"] = context["language"]
    response.headers["Vary"] = "Accept, Accept-Language, Cookie"
    response.headers["Cache-Control"] = "no-store" if me or token.asked else "no-cache"
    token.remember(response, settings)
    return response


async def feed(
    request: Request, title: str, page_path: str, entries: Sequence[FeedEntry], *, steps: bool = False
) -> Response:
    """An Atom feed (RFC 4287) of what a list page shows to visitors, newest first; of a timeline if `steps`."""
    query = f"?{request.url.query}" if request.url.query else ""
    text = await drawn(
        request,
        "parts/feed.xml",
        title=title,
        self_path=f"{request.url.path}{query}",
        page_path=page_path,
        entries=entries,
        steps=steps,
    )
    text = text.lstrip()
    return Response(text, media_type="application/atom+xml", headers={"Cache-Control": "max-age=60"})


async def drawn(request: Request, template: str, **values: Any) -> str:
    """What is no page but has a template: a feed, a picture. It is the same for every reader of a language."""
    context = await _around(request, "")
    return render(template, context["language"], {**context, **values})


def see_other(path: str, done: str = "") -> Response:
    """Go on at another page of ours (303), which says what has been done: at its top, and where the anchor leads."""
    if done:
        start, mark, anchor = path.partition("#")
        at = f"&at={quote(anchor)}" if anchor else ""
        path = f"{start}{'&' if '?' in start else '?'}done={done}{at}{mark}{anchor}"
    return RedirectResponse(path, 303)


async def error_page(request: Request, status: int, text: str) -> Response:
    """What `http.errors` shows to people."""
    heading = _HEADINGS.get(status, marked("Something went wrong") if status >= 500 else marked("This did not work"))
    return await page(request, "pages/about/error.html", status, heading=heading, text=_PLAINLY.get(text, text))


async def member(request: Request) -> SignedIn:
    """The member who asks; a visitor is sent to sign in."""
    found = await member_of(request)
    if found is None:
        raise SignInFirst(_back(request))
    return found


async def principal(request: Request) -> Principal:
    """The member who acts; a visitor is sent to sign in."""
    return principal_of((await member(request)).member)


def id_of(request: Request, name: str = "id") -> int:
    """An id from the address."""
    return id_from(request.path_params[name])


def id_from(text: object) -> int:
    """An id from an address or a form; what cannot be one is nothing we have."""
    found = id_in(str(text))
    if found is None:
        raise NotFound
    return found


def local_path(text: str, otherwise: str = "/") -> str:
    """Where to go on: a path on this site and nothing else (no open redirect)."""
    parts = urlsplit(text)
    if not text.startswith("/") or text.startswith(("//", "/\\")) or parts.netloc or parts.scheme:
        return otherwise
    if any(ord(letter) < 33 or letter == "\\" for letter in text):
        return otherwise
    return quote(text, safe="/%?#[]@!$&'()*+,;=:~")


def errors_of(error: CivicError) -> dict[str, str]:
    """For the form: which field is wrong and why; "" for what concerns no field."""
    return {error.field if isinstance(error, Invalid) else "": error.text}


def next_page(request: Request, offset: int, more: bool, size: int = 20) -> str:
    """The address of the rest of a list, or nothing."""
    if not more:
        return ""
    kept = {name: value for name, value in request.query_params.items() if name not in ("from", "done", "at")}
    return f"{request.url.path}?{urlencode({**kept, 'from': offset + size})}"


def offset_of(request: Request) -> int:
    """How many entries of a list come before the part asked for."""
    text = request.query_params.get("from", "0")
    return min(int(text), 100_000) if text.isascii() and text.isdigit() and len(text) < 7 else 0


@cache
def our_version() -> str:
    try:
        return version("folkmoot")
    except PackageNotFoundError:
        return "0"


async def _around(request: Request, wanted: str) -> dict[str, Any]:
    settings: Settings = request.app.state.settings
    site = await instance.get()
    language = language_for(wanted, request.headers.get("accept-language", "")[:200], site.language)
    return {
        "site": site,
        "colours": accent(site.accent),
        "origin": settings.origin,
        "handle_domain": settings.handle_domain,
        "tells_blocks": settings.tell_blocks,
        "path": request.url.path,
        "now": datetime.now(UTC),
        "version": our_version(),
        "source_url": settings.source_url or SOURCE_URL,
        "sends_mail": bool(settings.smtp_url),
        "limits": limits,
        "language": language,
        "locale": locale_for(language),
    }


def _back(request: Request) -> str:
    """The page to come back to. After a form: the page it stood on."""
    if request.method in ("GET", "HEAD"):
        return request.url.path + (f"?{request.url.query}" if request.url.query else "")
    referer = urlsplit(request.headers.get("referer", ""))
    settings: Settings = request.app.state.settings
    return local_path(referer.path) if f"{referer.scheme}://{referer.netloc}" == settings.origin else "/"


async def _form(request: Request) -> dict[str, str]:
    await read(request, FORM_BYTES)
    try:
        sent = await request.form(max_files=0, max_fields=60)
    except MultiPartException as error:
        raise HTTPException(400, "The form could not be read. Please try again.") from error
    return {
        name: value.replace("\x00", "").replace("\r\n", "\n").strip() if name != "password" else value
        for name, value in sent.items()
        if isinstance(value, str)
    }
