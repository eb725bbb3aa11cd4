"""Direct messages by thread. Whether one was read is not kept, so none is ever shown as unread."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.api.params import origin_of, path_id
from server.http.bearer import Caller, caller
from server.http.paging import cut, links, one_more, page_of
from server.http.replies import Json
from server.queries import accounts, conversations, posts
from server.render.accounts import as_account
from server.render.posts import as_status
from server.rules.errors import NotFound


async def many(request: Request) -> Response:
    me = await caller(request, "read:statuses")
    page = page_of(request)
    part = cut(page, await conversations.of(me.viewer, one_more(page)))
    body = await _shown(request, me, part.items)
    return Json(body, headers=links(request, [newest for _, newest in part.items], more=part.more))


async def read(request: Request) -> Response:
    me = await caller(request, "write:conversations")
    thread = path_id(request)
    newest = await conversations.newest_in(me.viewer, thread)
    found = await _shown(request, me, [(thread, newest)]) if newest else []
    if not found:
        raise NotFound
    return Json(found[0])


async def _shown(request: Request, me: Caller, pairs: list[tuple[int, int]]) -> list[dict[str, Any]]:
    origin = origin_of(request)
    last = {post.id: post for post in await posts.views([newest for _, newest in pairs], me.viewer)} if pairs else {}
    ids = {one.account_id for post in last.values() for one in post.mentions}
    people = await accounts.by_ids(ids) if ids else {}
    shown = []
    for thread, newest in pairs:
        post = last.get(newest)
        if post is None:
            continue
        others = {post.account.id: post.account} | {
            one.account_id: people[one.account_id] for one in post.mentions if one.account_id in people
        }
        others.pop(me.by.account_id, None)
        shown.append(
            {
                "id": str(thread),
                "unread": False,
                "accounts": [as_account(account, origin) for account in others.values()],
                "last_status": as_status(post, origin),
            }
        )
    return shown


ROUTES = [
    Route("/v1/conversations", many),
    Route("/v1/conversations/{id}/read", read, methods=["POST"]),
]
