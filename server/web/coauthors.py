"""Asking others to write along, by a link."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.actions.coauthors import accept_co_author, end_co_author, hash_of, invite_co_author
from server.queries import coauthors
from server.rules.errors import NotFound
from server.web.page import Form, does, id_of, local_path, member, page, principal, see_other, shows


async def at_draft(request: Request, form: Form) -> Response:
    draft_id = id_of(request)
    token = await invite_co_author(await principal(request), draft_id=draft_id)
    return await _link(request, token, f"/proposals/drafts/{draft_id}/check")


async def at_proposal(request: Request, form: Form) -> Response:
    proposal_id = id_of(request)
    token = await invite_co_author(await principal(request), proposal_id=proposal_id)
    return await _link(request, token, f"/proposals/{proposal_id}")


async def invitation(request: Request) -> Response:
    """What the holder of a link is asked. They sign in first."""
    await member(request)
    found = await coauthors.invitation(hash_of(request.path_params["token"]))
    if found is None:
        raise NotFound("This invitation was used or ended. Ask for a new one.")
    return await page(request, "pages/coauthors/invitation.html", invitation=found, here="proposals")


async def accept(request: Request, form: Form) -> Response:
    row = await accept_co_author(await principal(request), request.path_params["token"])
    return see_other(f"/proposals/drafts/{row.draft_id}" if row.draft_id else f"/proposals/{row.proposal_id}", "joined")


async def end(request: Request, form: Form) -> Response:
    await end_co_author(await principal(request), id_of(request))
    return see_other(local_path(form.get("back", ""), "/proposals"), "saved")


async def _link(request: Request, token: str, back: str) -> Response:
    link = f"{request.app.state.settings.origin}/proposals/together/{token}"
    return await page(request, "pages/coauthors/link.html", link=link, back=back, here="proposals")


ROUTES: list[BaseRoute] = [
    does("/proposals/drafts/{id:int}/invite", at_draft),
    does("/proposals/{id:int}/invite", at_proposal),
    shows("/proposals/together/{token}", invitation),
    does("/proposals/together/{token}", accept),
    does("/proposals/together/{id:int}/end", end),
]
