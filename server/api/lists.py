"""Lists: the member's own, and a read-only one for each topic they follow."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.actions import lists as actions
from server.api import shown
from server.api.params import origin_of, path_id
from server.http.bearer import Caller, caller
from server.http.body import params_of, query_of
from server.http.paging import one_more, page_of
from server.http.replies import Json
from server.queries import accounts, lists
from server.render.accounts import as_account
from server.render.lists import as_list
from server.rules.errors import NotFound, Refused
from server.views.apps import ListView


async def many(request: Request) -> Response:
    me = await caller(request, "read:lists")
    return Json([as_list(each) for each in await lists.all_of(me.viewer)])


async def one(request: Request) -> Response:
    me = await caller(request, "read:lists")
    return Json(as_list(await _known(me, path_id(request))))


async def create(request: Request) -> Response:
    me = await caller(request, "write:lists")
    params = await params_of(request)
    policy = params.text("replies_policy", "list")
    list_id = await actions.create_list(me.by, params.text("title"), policy, params.flag("exclusive"))
    return Json(as_list(await _known(me, list_id)))


async def edit(request: Request) -> Response:
    me = await caller(request, "write:lists")
    params, before = await params_of(request), await _own(me, path_id(request))
    await actions.edit_list(
        me.by,
        before.id,
        params.text("title", before.title),
        params.text("replies_policy", before.replies_policy),
        params.flag("exclusive", before.exclusive),
    )
    return Json(as_list(await _known(me, before.id)))


async def delete(request: Request) -> Response:
    me = await caller(request, "write:lists")
    await actions.delete_list(me.by, (await _own(me, path_id(request))).id)
    return Json({})


async def members(request: Request) -> Response:
    """Who is in a list; `limit=0` asks for all of them. In a topic's list it is the topic."""
    me = await caller(request, "read:lists")
    found = await _known(me, path_id(request))
    origin = origin_of(request)
    if await lists.is_topic(me.viewer, found.id):
        topic = await accounts.by_id(found.id)
        return Json([as_account(topic, origin)] if topic else [])
    everyone = query_of(request).number("limit") == 0
    page = page_of(request, default=40)
    pairs = await lists.accounts_in(me.viewer, found.id, None if everyone else one_more(page))
    people = await accounts.by_ids([account for _, account in pairs]) if pairs else {}
    if everyone:
        return Json([as_account(people[account], origin) for _, account in pairs if account in people])
    return shown.people(request, page, [(cursor, people[account]) for cursor, account in pairs if account in people])


async def add(request: Request) -> Response:
    me = await caller(request, "write:lists")
    params = await params_of(request)
    await actions.add_to_list(me.by, (await _own(me, path_id(request))).id, params.ids("account_ids"))
    return Json({})


async def remove(request: Request) -> Response:
    me = await caller(request, "write:lists")
    params = await params_of(request)
    await actions.remove_from_list(me.by, (await _own(me, path_id(request))).id, params.ids("account_ids"))
    return Json({})


async def _known(me: Caller, list_id: int) -> ListView:
    found = await lists.by_id(me.viewer, list_id)
    if found is None:
        raise NotFound
    return found


async def _own(me: Caller, list_id: int) -> ListView:
    found = await _known(me, list_id)
    if await lists.is_topic(me.viewer, list_id):
        raise Refused("This list follows a topic and cannot be changed. Unfollow the topic to take it away.")
    return found


ROUTES = [
    Route("/v1/lists", many),
    Route("/v1/lists", create, methods=["POST"]),
    Route("/v1/lists/{id}", one),
    Route("/v1/lists/{id}", edit, methods=["PUT"]),
    Route("/v1/lists/{id}", delete, methods=["DELETE"]),
    Route("/v1/lists/{id}/accounts", members),
    Route("/v1/lists/{id}/accounts", add, methods=["POST"]),
    Route("/v1/lists/{id}/accounts", remove, methods=["DELETE"]),
]
