"""Search. An address or a full handle is also looked up where it lives, for members."""

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.api import shown
from server.api.accounts import found_by_handle
from server.api.params import origin_of
from server.http.bearer import reader
from server.http.body import Params, query_of
from server.http.replies import Json
from server.queries import accounts, search, tags
from server.render.accounts import as_account
from server.render.tags import as_tag
from server.rules import limits
from server.views.accounts import AccountView
from server.views.viewer import Viewer


async def everything(request: Request) -> Response:
    """`accounts`, `statuses` and `hashtags`, always all three."""
    viewer, params = await reader(request, "read:search"), query_of(request)
    text = params.text("q").strip()[: limits.SEARCH_QUERY * 10]
    kind = params.text("type")
    if not viewer.signed_in and (params.flag("resolve") or params.number("offset")):
        raise HTTPException(401, "Search queries that resolve remote resources are not supported without a token")
    people: list[AccountView] = []
    ids: list[int] = []
    if text.startswith(("https://", "http://")):
        people, ids = await _at_address(request, viewer, text, look_elsewhere=params.flag("resolve"))
    elif text:
        if kind in ("", "accounts"):
            people = await _people(request, viewer, text, params)
        if kind in ("", "statuses") and not text.startswith(("#", "@")):
            ids = await search.posts_with(
                viewer,
                text,
                limit=_limit(params),
                offset=_offset(params),
                account_id=params.number("account_id"),
            )
    return await _answer(request, viewer, text, params, people, ids)


async def _answer(
    request: Request, viewer: Viewer, text: str, params: Params, people: list[AccountView], ids: list[int]
) -> Response:
    origin, kind = origin_of(request), params.text("type")
    found = []
    if text and kind in ("", "hashtags") and not text.startswith(("@", "http://", "https://")):
        found = await tags.beginning_with(text, _limit(params), _offset(params))
    hashtags = [as_tag(each.tag.shown, origin, history=each.history) for each in found]
    statuses = await shown.statuses(request, viewer, ids if kind in ("", "statuses") else [])
    body = {
        "accounts": [as_account(account, origin) for account in people] if kind in ("", "accounts") else [],
        "hashtags": hashtags,
    }
    return Json(orjson.dumps(body)[:-1] + b',"statuses":' + shown.array(statuses) + b"}")


async def _people(request: Request, viewer: Viewer, text: str, params: Params) -> list[AccountView]:
    found = await search.people_with(
        viewer, text, limit=_limit(params), offset=_offset(params), following=params.flag("following")
    )
    handle = text.removeprefix("@")
    if not found and "@" in handle:
        elsewhere = viewer.signed_in and params.flag("resolve")
        account = await found_by_handle(request, handle, look_elsewhere=elsewhere)
        found = [account] if account else []
    return found


async def _at_address(
    request: Request, viewer: Viewer, url: str, *, look_elsewhere: bool
) -> tuple[list[AccountView], list[int]]:
    """What stands at an address: known here, or fetched."""
    post_id = await search.post_at(url)
    if post_id is not None:
        return [], [post_id]
    account = await accounts.by_uri(url) or await accounts.one("a.url = ?", [url])
    if account is not None:
        return [account], []
    if not look_elsewhere:
        return [], []
    remote = request.app.state.remote
    post = await remote.find_post(url)
    if post is not None:
        return [], [getattr(post, "id", post)]
    account = await remote.find_account(url)
    return ([account], []) if account is not None else ([], [])


def _limit(params: Params) -> int:
    return min(max(params.number("limit") or 20, 1), 40)


def _offset(params: Params) -> int:
    return max(params.number("offset") or 0, 0)


ROUTES = [Route("/v2/search", everything)]
