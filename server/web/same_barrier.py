"""Saying on the web that two proposals are about the same barrier."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.actions.same_barrier import link_barrier, unlink_barrier
from server.http.sessions import viewer_of
from server.queries import same_barrier, search
from server.rules.errors import CivicError, Invalid, NotFound
from server.templating import marked
from server.web.page import Form, does, errors_of, id_from, member, page, principal, see_other, shows
from server.web.proposals import seen


async def ask(request: Request) -> Response:
    await member(request)
    return await _page(request, {}, {})


async def say(request: Request, form: Form) -> Response:
    """The other one is named by its id here, or by an address anywhere."""
    by, post = await principal(request), await seen(request)
    try:
        if form.get("do") == "undo":
            await unlink_barrier(by, post.id, form.get("uri", ""))
            return see_other(f"/proposals/{post.id}#same", "unlinked-barrier")
        said = await link_barrier(by, post.id, await _other(request, form))
    except CivicError as error:
        return await _page(request, form, errors_of(error))
    return see_other(f"/proposals/{post.id}#same", "linked-barrier" if said else "told-barrier")


async def _other(request: Request, form: Form) -> int:
    if form.get("id"):
        return id_from(form["id"])
    found: int | None = await request.app.state.remote.find_post(form.get("other", "").strip())
    if found is None:
        raise Invalid("other", marked("We found no proposal at this address. Copy the address of its page."))
    return found


async def _page(request: Request, values: Form, errors: dict[str, str]) -> Response:
    post, viewer = await seen(request), await viewer_of(request)
    if post.proposal is None or not post.local:
        raise NotFound
    return await page(
        request,
        "pages/same_barrier/same.html",
        422 if errors else 200,
        post=post,
        same=await same_barrier.of_proposal(post.id, viewer),
        similar=await search.similar(viewer, post.title, but=post.id),
        values=values,
        errors=errors,
        here="proposals",
    )


ROUTES: list[BaseRoute] = [
    shows("/proposals/{id:int}/same", ask),
    does("/proposals/{id:int}/same", say),
]
