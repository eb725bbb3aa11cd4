"""Proposals about the same barrier, for scripts."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from server.actions.same_barrier import link_barrier, unlink_barrier
from server.api.operations import ID, IN, READ, TEXT, WRITE, YES, Operation, listed, maybe, named, shape
from server.api.proposals import proposal_at
from server.http.bearer import caller, reader
from server.http.body import params_of
from server.http.replies import Json
from server.queries import same_barrier
from server.render import civic as render
from server.rules.errors import Invalid
from server.views.viewer import Viewer


async def list_same(request: Request) -> Response:
    viewer = await reader(request, READ)
    post = await proposal_at(request, viewer)
    return await _same(post.id, viewer)


async def set_same_barrier(request: Request) -> Response:
    me, params = await caller(request, WRITE), await params_of(request)
    post = await proposal_at(request, me.viewer)
    uri = params.text("uri").strip()
    if not params.flag("same", True):
        await unlink_barrier(me.by, post.id, uri)
    else:
        other = await request.app.state.remote.find_post(uri)
        if other is None:
            raise Invalid("uri", "We found no proposal at this address. Copy the address of its page.")
        await link_barrier(me.by, post.id, other)
    return await _same(post.id, me.viewer)


async def _same(proposal_id: int, viewer: Viewer) -> Response:
    """What is only wished is left out: the author is asked first."""
    found = await same_barrier.of_proposal(proposal_id, viewer)
    return Json([render.as_same(each) for each in found if each.said_here or each.said_there])


_SAME: Final = named(
    "SameBarrier",
    shape(uri=TEXT, id=maybe(ID), title=maybe(TEXT), state=maybe(TEXT), here=YES, there=YES),
)

OPERATIONS: Final[tuple[Operation, ...]] = (
    Operation("GET", f"{IN}/proposals/{{id}}/same", "Proposals about the same barrier, and which side says so",
              list_same, listed(_SAME)),
    Operation("PUT", f"{IN}/proposals/{{id}}/same", "Say that another is about the same barrier, or no longer",
              set_same_barrier, listed(_SAME), WRITE, body={"uri": TEXT, "same": YES}, needed=("uri",)),
)  # fmt: skip
