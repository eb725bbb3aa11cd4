"""What a reader does about a post with one button: support, share, keep, vote. And what they have kept."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.actions import bookmarks, boosts, likes, polls
from server.http.sessions import viewer_of
from server.queries import posts, timelines
from server.rules.ids import id_in
from server.rules.permissions import Principal
from server.templating import path_of
from server.views.posts import PostView
from server.views.viewer import Page
from server.web.page import Form, FormEndpoint, does, local_path, member, page, principal, see_other, shows
from server.web.proposals import seen

SIZE = 20
Act = Callable[[Principal, int], Awaitable[object]]


def _mark(do: Act, undo: Act, done: str, undone: str) -> FormEndpoint:
    """Do it, or take it back: said by the button, so that a second press does no harm."""

    async def serve(request: Request, form: Form) -> Response:
        by, found = await principal(request), await seen(request)
        back = form.get("do") == "undo"
        await (undo if back else do)(by, found.id)
        return see_other(_where(form, found), undone if back else done)

    return serve


async def vote(request: Request, form: Form) -> Response:
    """Vote in the poll of a post: one `choice`, or `choice-N` for each that is ticked."""
    by, found = await principal(request), await seen(request)
    count = len(found.poll.options) if found.poll else 0
    wanted = form.get("choice", "")
    chosen = tuple(at for at in range(count) if wanted == str(at) or f"choice-{at}" in form)
    await polls.vote(by, found.id, chosen)
    return see_other(_where(form, found), "voted")


async def kept(request: Request) -> Response:
    """The posts a member keeps for themselves."""
    await member(request)
    viewer = await viewer_of(request)
    before = id_in(request.query_params.get("before", ""))
    found = await timelines.bookmarked(viewer, Page(SIZE, max_id=before))
    return await page(
        request,
        "pages/settings/kept.html",
        posts=await posts.views([post_id for _, post_id in found], viewer),
        next=f"/kept?before={found[-1][0]}" if len(found) == SIZE else "",
        here="settings",
    )


def _where(form: Form, found: PostView) -> str:
    """Back to the page the button stood on."""
    return local_path(form.get("back", ""), path_of(found))


async def _boost(by: Principal, post_id: int) -> None:
    await boosts.boost_post(by, post_id)


async def support(request: Request, form: Form) -> Response:
    """Also for whoever supported an earlier wording, and says so of this one."""
    if form.get("do") != "again":
        return await _mark(_like, likes.unlike_post, "supported", "unsupported")(request, form)
    found = await seen(request)
    await likes.support_again(await principal(request), found.id)
    return see_other(_where(form, found), "supported")


async def _like(by: Principal, post_id: int) -> None:
    await likes.like_post(by, post_id)


ROUTES: list[BaseRoute] = [
    does("/posts/{id:int}/support", support),
    does("/posts/{id:int}/share", _mark(_boost, boosts.unboost_post, "shared", "unshared")),
    does("/posts/{id:int}/keep", _mark(bookmarks.bookmark_post, bookmarks.unbookmark_post, "kept", "let-go")),
    does("/posts/{id:int}/vote", vote),
    shows("/kept", kept),
]
