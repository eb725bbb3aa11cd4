"""Asking people who know about a proposal what they see: links that a steward passes on, which need no email."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.actions.invites import create_invite, revoke_invite
from server.queries import members
from server.rules.errors import CivicError, NotFound
from server.rules.ids import now_ms
from server.rules.permissions import check_steward
from server.web.page import Form, does, errors_of, page, principal, see_other, shows
from server.web.proposals import seen

DAYS: Final = 30
DAY: Final = 24 * 3600 * 1000
USES: Final = 50


async def invites(request: Request) -> Response:
    return await _page(request, {}, {})


async def invite(request: Request, form: Form) -> Response:
    """A link for a month and fifty people."""
    by, post = await principal(request), await seen(request)
    try:
        await create_invite(
            by, uses=USES, expires_at=now_ms() + DAYS * DAY, proposal_id=post.id, part=form.get("part", "")
        )
    except CivicError as error:
        return await _page(request, form, errors_of(error))
    return see_other(f"/proposals/{post.id}/invites", "invited")


async def revoke(request: Request, form: Form) -> Response:
    by, post = await principal(request), await seen(request)
    code = form.get("code", "")
    if code not in {each.code for each in await members.invites_about(post.id)}:
        raise NotFound
    await revoke_invite(by, code)
    return see_other(f"/proposals/{post.id}/invites", "revoked")


async def _page(request: Request, values: Form, errors: dict[str, str]) -> Response:
    post = await seen(request)
    check_steward(await principal(request))
    if post.proposal is None or not post.local:
        raise NotFound
    return await page(
        request,
        "pages/moderation/invites.html",
        422 if errors else 200,
        post=post,
        invites=await members.invites_about(post.id),
        days=DAYS,
        uses=USES,
        values=values,
        errors=errors,
        here="admin",
    )


ROUTES: list[BaseRoute] = [
    shows("/proposals/{id:int}/invites", invites),
    does("/proposals/{id:int}/invites", invite),
    does("/proposals/{id:int}/invites/revoke", revoke),
]
