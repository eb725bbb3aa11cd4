"""The domains that a member wants nothing from."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.actions.domain_blocks import block_for_oneself, unblock_for_oneself
from server.http.bearer import caller
from server.http.body import params_of, query_of
from server.http.paging import cut, links, one_more, page_of
from server.http.replies import Json
from server.queries.domain_blocks import blocked_by


async def all_of_them(request: Request) -> Response:
    me = await caller(request, "read:blocks", "follow")
    page = page_of(request, default=100, most=200)
    part = cut(page, await blocked_by(me.viewer, one_more(page)))
    body = [domain for _, domain in part.items]
    return Json(body, headers=links(request, [cursor for cursor, _ in part.items], more=part.more))


async def block(request: Request) -> Response:
    me = await caller(request, "write:blocks", "follow")
    await block_for_oneself(me.by, (await params_of(request)).text("domain"))
    return Json({})


async def unblock(request: Request) -> Response:
    me = await caller(request, "write:blocks", "follow")
    domain = query_of(request).text("domain") or (await params_of(request)).text("domain")
    await unblock_for_oneself(me.by, domain)
    return Json({})


ROUTES = [
    Route("/v1/domain_blocks", all_of_them, methods=["GET"]),
    Route("/v1/domain_blocks", block, methods=["POST"]),
    Route("/v1/domain_blocks", unblock, methods=["DELETE"]),
]
