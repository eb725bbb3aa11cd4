"""Follow, block, mute, note, and who asks to follow."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.actions import blocks, follows, notes
from server.api import shown
from server.api.accounts import known
from server.api.params import path_id
from server.http.bearer import Caller, caller
from server.http.body import Params, params_of, query_of
from server.http.paging import one_more, page_of
from server.http.replies import Json
from server.queries import accounts
from server.render.accounts import as_relationship
from server.rules.errors import NotFound
from server.rules.permissions import Principal
from server.views.accounts import RelationshipView

Act = Callable[[Principal, int, Params], Awaitable[object]]


async def many(request: Request) -> Response:
    me = await caller(request, "read:follows")
    params = query_of(request)
    ids = (params.ids("id") or params.ids("ids"))[:80]
    found = await accounts.relationships(me.viewer, ids) if ids else []
    return Json([as_relationship(each) for each in found])


async def requests(request: Request) -> Response:
    me = await caller(request, "read:follows")
    page = page_of(request, default=40)
    return shown.people(request, page, await accounts.follow_requests_of(me.viewer, one_more(page)))


async def blocked(request: Request) -> Response:
    me = await caller(request, "read:blocks")
    page = page_of(request, default=40)
    return shown.people(request, page, await accounts.blocked_by(me.viewer, one_more(page)))


async def muted(request: Request) -> Response:
    me = await caller(request, "read:mutes")
    page = page_of(request, default=40)
    return shown.people(request, page, await accounts.muted_by(me.viewer, one_more(page)))


async def authorize(request: Request) -> Response:
    return await _answer(request, accept=True)


async def reject(request: Request) -> Response:
    return await _answer(request, accept=False)


async def standing(me: Caller, account_id: int) -> RelationshipView:
    found = await accounts.relationships(me.viewer, [account_id])
    if not found:
        raise NotFound
    return found[0]


async def _answer(request: Request, *, accept: bool) -> Response:
    """Accept or refuse somebody who asks to follow."""
    me = await caller(request, "write:follows")
    follower = path_id(request)
    await follows.answer_follow(me.by, follower, accept)
    return Json(as_relationship(await standing(me, follower)))


async def _follow(by: Principal, target: int, params: Params) -> None:
    await follows.follow(by, target, show_boosts=params.maybe("reblogs"), notify=params.maybe("notify"))


async def _mute(by: Principal, target: int, params: Params) -> None:
    await blocks.mute(
        by, target, notifications=params.flag("notifications", True), duration=max(params.number("duration") or 0, 0)
    )


async def _note(by: Principal, target: int, params: Params) -> None:
    await notes.write_note(by, target, params.text("comment"))


def _plain(act: Callable[[Principal, int], Awaitable[object]]) -> Act:
    async def without_params(by: Principal, target: int, params: Params) -> None:
        await act(by, target)

    return without_params


def _route(name: str, scope: str, act: Act) -> Route:
    """`POST /api/v1/accounts/:id/name`; the answer is the relationship as it is now."""

    async def handle(request: Request) -> Response:
        me = await caller(request, scope)
        account = await known(request)
        await act(me.by, account.id, await params_of(request))
        return Json(as_relationship(await standing(me, account.id)))

    return Route(f"/v1/accounts/{{id}}/{name}", handle, methods=["POST"], name=name)


ROUTES = [
    Route("/v1/accounts/relationships", many),
    _route("follow", "write:follows", _follow),
    _route("unfollow", "write:follows", _plain(follows.unfollow)),
    _route("remove_from_followers", "write:follows", _plain(follows.remove_follower)),
    _route("block", "write:blocks", _plain(blocks.block)),
    _route("unblock", "write:blocks", _plain(blocks.unblock)),
    _route("mute", "write:mutes", _mute),
    _route("unmute", "write:mutes", _plain(blocks.unmute)),
    _route("note", "write:accounts", _note),
    Route("/v1/follow_requests", requests),
    Route("/v1/follow_requests/{id}/authorize", authorize, methods=["POST"]),
    Route("/v1/follow_requests/{id}/reject", reject, methods=["POST"]),
    Route("/v1/blocks", blocked),
    Route("/v1/mutes", muted),
]
