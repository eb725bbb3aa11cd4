"""Support for scripts: given, confirmed for a newer wording, taken back."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from server.actions.likes import support_again, unlike_post
from server.api.operations import IN, NUMBER, READ, WRITE, YES, Operation, maybe, named, shape
from server.api.proposals import proposal_at
from server.http.bearer import caller, reader
from server.http.replies import Json
from server.queries import checks, posts, support
from server.rules.errors import NotFound
from server.views.viewer import Viewer


async def get_support(request: Request) -> Response:
    viewer = await reader(request, READ)
    return await _support((await proposal_at(request, viewer)).id, viewer)


async def give_support(request: Request) -> Response:
    """Also for whoever supported an earlier wording, and says so of this one."""
    me = await caller(request, WRITE)
    post = await proposal_at(request, me.viewer)
    if not post.marks.liked or await support.version_supported(me.viewer, post.id) != post.version:
        await support_again(me.by, post.id)
    return await _support(post.id, me.viewer)


async def take_support_back(request: Request) -> Response:
    me = await caller(request, WRITE)
    post = await proposal_at(request, me.viewer)
    await unlike_post(me.by, post.id)
    return await _support(post.id, me.viewer)


async def _support(post_id: int, viewer: Viewer) -> Response:
    post = await posts.by_id(post_id, viewer)
    if post is None or post.proposal is None:
        raise NotFound
    mine = await support.version_supported(viewer, post.id) if post.marks.liked else None
    return Json(
        {
            "here": post.proposal.support_here,
            "civic": post.proposal.support_civic,
            "wider": post.proposal.support_wider,
            "of_an_older_wording": await checks.supporters_of_older(post.id, post.version) if post.version > 1 else 0,
            "yours": post.marks.liked,
            "your_version": mine,
            "version": post.version,
        }
    )


_AT: Final = f"{IN}/proposals/{{id}}/support"
_SUPPORT: Final = named(
    "Support",
    shape(here=NUMBER, civic=NUMBER, wider=NUMBER, of_an_older_wording=NUMBER, yours=YES, your_version=maybe(NUMBER),
          version=NUMBER),
)  # fmt: skip

OPERATIONS: Final[tuple[Operation, ...]] = (
    Operation("GET", _AT, "Who supports it: three numbers that are never added up", get_support, _SUPPORT),
    Operation("POST", _AT, "Support its wording as it is now", give_support, _SUPPORT, WRITE,
              about="Whoever supported an earlier wording confirms the newer one by it."),
    Operation("DELETE", _AT, "Take support back", take_support_back, _SUPPORT, WRITE),
)  # fmt: skip
