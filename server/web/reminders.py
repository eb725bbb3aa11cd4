"""Where a steward reminds whoever was asked: a text that is written already, sent with one press or copied; and where a
phone call or a meeting is noted."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.actions.reminders import CONTACTS, How, log_contact, reminder_text, send_reminder
from server.config import Settings
from server.queries import asks
from server.queries.asks import owner_address
from server.rules.errors import CivicError, Invalid, NotFound
from server.rules.permissions import check_steward
from server.web.page import Form, does, errors_of, member, page, principal, see_other, shows
from server.web.proposals import seen

WAYS: Final[tuple[How, ...]] = ("mail", "message", "myself")


async def remind(request: Request) -> Response:
    await member(request)
    return await _page(request, {}, {})


async def send(request: Request, form: Form) -> Response:
    by, post = await principal(request), await seen(request)
    try:
        how = next((way for way in WAYS if way == form.get("how")), None)
        if how is None or how not in await _ways(request, post.id):
            raise Invalid("text", "Choose how they are reminded.")
        await send_reminder(by, post.id, form.get("text", ""), how)
    except CivicError as error:
        return await _page(request, form, errors_of(error))
    return see_other(f"/proposals/{post.id}#timeline", "reminded")


async def log(request: Request, form: Form) -> Response:
    by, post = await principal(request), await seen(request)
    try:
        contact = next((each for each in CONTACTS if each == form.get("contact")), None)
        if contact is None:
            raise Invalid("contact", "Choose whether it was a phone call or a meeting.")
        await log_contact(by, post.id, contact, form.get("note", ""), form.get("on", ""))
    except CivicError as error:
        return await _page(request, form, errors_of(error))
    return see_other(f"/proposals/{post.id}#timeline", "entered")


async def _ways(request: Request, proposal_id: int) -> tuple[How, ...]:
    """How whoever was asked can be reached from here."""
    settings: Settings = request.app.state.settings
    newest = (await asks.of_proposal(proposal_id))[-1:]
    mail = bool(settings.smtp_url and await owner_address(proposal_id))
    message = bool(newest and newest[0].owner_account_id)
    reachable = {"mail": mail, "message": message, "myself": True}
    return tuple(way for way in WAYS if reachable[way])


async def _page(request: Request, values: Form, errors: dict[str, str]) -> Response:
    by, post = await principal(request), await seen(request)
    check_steward(by)
    asked = await asks.of_proposal(post.id)
    if post.proposal is None or not post.local or not asked or asked[-1].clock is None:
        raise NotFound
    return await page(
        request,
        "pages/asks/remind.html",
        422 if errors else 200,
        post=post,
        ask=asked[-1],
        ways=await _ways(request, post.id),
        values={"text": await reminder_text(by, post.id), **values},
        errors=errors,
        here="proposals",
    )


ROUTES: list[BaseRoute] = [
    shows("/proposals/{id:int}/remind", remind),
    does("/proposals/{id:int}/remind", send),
    does("/proposals/{id:int}/contact", log),
]
