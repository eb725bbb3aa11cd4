"""Accounts: read anyone's, find them, and what a member does about them."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.api import shown
from server.api.params import origin_of, path_id
from server.config import Settings
from server.http.bearer import caller, reader
from server.http.body import query_of
from server.http.paging import one_more, page_of
from server.http.replies import Json
from server.queries import accounts, lists, timelines
from server.render.accounts import as_account
from server.render.lists import as_list
from server.rules.errors import NotFound
from server.views.accounts import AccountView


async def one(request: Request) -> Response:
    """With where they live now, if they have moved."""
    await reader(request, "read:accounts")
    return Json(await _whole(request, await known(request)))


async def many(request: Request) -> Response:
    await reader(request, "read:accounts")
    params = query_of(request)
    ids = (params.ids("id") or params.ids("ids"))[:40]
    found = await accounts.by_ids(ids) if ids else {}
    return Json([as_account(found[each], origin_of(request)) for each in ids if each in found])


async def lookup(request: Request) -> Response:
    """Somebody by handle; for members, somebody we have not met yet is looked up where they live."""
    viewer = await reader(request, "read:accounts")
    handle = query_of(request).text("acct").strip().removeprefix("@")
    account = await found_by_handle(request, handle, look_elsewhere=viewer.signed_in)
    if account is None:
        raise NotFound
    return Json(await _whole(request, account))


async def _whole(request: Request, account: AccountView) -> dict[str, Any]:
    moved = await accounts.by_uri(account.moved_to) if account.moved_to else None
    shown = as_account(account, origin_of(request))
    return shown if moved is None else {**shown, "moved": as_account(moved, origin_of(request))}


async def search(request: Request) -> Response:
    me = await caller(request, "read:accounts")
    params = query_of(request)
    limit = min(max(params.number("limit") or 40, 1), 80)
    text = params.text("q").strip()
    if not text:
        return Json([])
    found = await accounts.search(
        text,
        limit=limit,
        offset=max(params.number("offset") or 0, 0),
        following=me.viewer if params.flag("following") else None,
    )
    if not found and params.flag("resolve"):
        account = await found_by_handle(request, text.removeprefix("@"), look_elsewhere="@" in text[1:])
        found = [account] if account else []
    return Json([as_account(account, origin_of(request)) for account in found])


async def statuses(request: Request) -> Response:
    viewer = await reader(request, "read:statuses")
    account, page, params = await known(request), page_of(request), query_of(request)
    found = await timelines.of_account(
        viewer,
        one_more(page),
        account.id,
        exclude_replies=params.flag("exclude_replies"),
        exclude_boosts=params.flag("exclude_reblogs"),
        only_media=params.flag("only_media"),
        pinned=params.flag("pinned"),
        tagged_with=params.text("tagged").lower(),
    )
    return await shown.timeline(request, viewer, page, found, "account")


async def followers(request: Request) -> Response:
    """Nobody, for others than the account's owner, where that one hides it."""
    viewer = await reader(request, "read:accounts")
    account, page = await known(request), page_of(request, default=40)
    if account.hides_network and viewer.account_id != account.id:
        return Json([])
    return shown.people(request, page, await accounts.followers_of(account.id, one_more(page)))


async def following(request: Request) -> Response:
    """As for followers."""
    viewer = await reader(request, "read:accounts")
    account, page = await known(request), page_of(request, default=40)
    if account.hides_network and viewer.account_id != account.id:
        return Json([])
    return shown.people(request, page, await accounts.following_of(account.id, one_more(page)))


async def in_lists(request: Request) -> Response:
    me = await caller(request, "read:lists")
    return Json([as_list(each) for each in await lists.containing(me.viewer, path_id(request))])


async def familiar(request: Request) -> Response:
    """Whom of those I follow each account is followed by."""
    me = await caller(request, "read:follows")
    ids = query_of(request).ids("id")[:20]
    origin = origin_of(request)
    found = await lists.familiar(me.viewer, ids)
    people = await accounts.by_ids({each for those in found.values() for each in those}) if found else {}
    return Json(
        [
            {
                "id": str(each),
                "accounts": [as_account(people[one], origin) for one in found.get(each, ()) if one in people],
            }
            for each in ids
        ]
    )


async def known(request: Request) -> AccountView:
    """The account of the path, unless it is suspended."""
    account = await accounts.by_id(path_id(request))
    if account is None or account.kind == "instance" or account.suspended:
        raise NotFound
    return account


async def found_by_handle(request: Request, handle: str, *, look_elsewhere: bool) -> AccountView | None:
    """By `name` or `name@domain`; our own domain may be written out."""
    name, _, domain = handle.partition("@")
    settings: Settings = request.app.state.settings
    here = ("", settings.domain, settings.handle_domain)
    if not name or len(handle) > 400:
        return None
    account = await accounts.by_acct(name, "" if domain.lower() in here else domain)
    if account is None and domain.lower() not in here and look_elsewhere:
        account = await request.app.state.remote.find_account(handle)
    return None if account is None or account.suspended else account


ROUTES = [
    Route("/v1/accounts", many),
    Route("/v1/accounts/lookup", lookup),
    Route("/v1/accounts/search", search),
    Route("/v1/accounts/familiar_followers", familiar),
    Route("/v1/accounts/{id}/statuses", statuses),
    Route("/v1/accounts/{id}/followers", followers),
    Route("/v1/accounts/{id}/following", following),
    Route("/v1/accounts/{id}/lists", in_lists),
    Route("/v1/accounts/{id}", one),
]
