"""Reminding whoever was asked, for scripts, and noting a phone call or a meeting with them."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from server.actions.reminders import CONTACTS, How, log_contact, reminder_text, send_reminder
from server.api.operations import DATE, EMPTY, IN, READ, TEXT, WRITE, Operation, one_of, shape
from server.api.proposals import proposal_at
from server.http.bearer import caller
from server.http.body import params_of
from server.http.replies import Json
from server.queries import asks
from server.queries.asks import owner_address
from server.rules.errors import Invalid

WAYS: Final[tuple[How, ...]] = ("mail", "message", "myself")


async def get_reminder(request: Request) -> Response:
    me = await caller(request, READ)
    post = await proposal_at(request, me.viewer)
    return Json({"text": await reminder_text(me.by, post.id)})


async def remind_owner(request: Request) -> Response:
    me, params = await caller(request, WRITE), await params_of(request)
    post = await proposal_at(request, me.viewer)
    how: How = next((way for way in WAYS if way == params.text("how")), "myself")
    newest = (await asks.of_proposal(post.id))[-1:]
    mail = bool(request.app.state.settings.smtp_url and await owner_address(post.id))
    if (how == "mail" and not mail) or (how == "message" and not (newest and newest[0].owner_account_id)):
        raise Invalid("how", "They cannot be reached this way from here. Remind them yourself.")
    await send_reminder(me.by, post.id, params.text("text"), how)
    return Json({})


async def note_contact(request: Request) -> Response:
    me, params = await caller(request, WRITE), await params_of(request)
    post = await proposal_at(request, me.viewer)
    contact = next(each for each in CONTACTS if each == params.text("contact"))
    await log_contact(me.by, post.id, contact, params.text("note"), params.text("on"))
    return Json({})


_AT: Final = f"{IN}/proposals/{{id}}"

OPERATIONS: Final[tuple[Operation, ...]] = (
    Operation("GET", f"{_AT}/reminder", "A reminder that is written already", get_reminder, shape(text=TEXT), READ,
              needs="steward"),
    Operation("POST", f"{_AT}/reminder", "Remind whoever was asked", remind_owner, EMPTY, WRITE, needs="steward",
              body={"how": one_of(*WAYS), "text": TEXT}, needed=("how", "text")),
    Operation("POST", f"{_AT}/contact", "Note a phone call or a meeting with them", note_contact, EMPTY, WRITE,
              needs="steward", body={"contact": one_of(*CONTACTS), "note": TEXT, "on": DATE},
              needed=("contact", "note")),
)  # fmt: skip
