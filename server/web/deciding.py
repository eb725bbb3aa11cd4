"""The part of a proposal's page where people decide together: checks with their objections, and endorsements."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.actions import checks as actions
from server.actions import endorsements as endorsing
from server.actions.organisations import speaking_for
from server.http.sessions import viewer_of
from server.queries import posts
from server.rules.errors import CivicError, NotFound
from server.rules.ids import now_ms
from server.web.page import Form, does, errors_of, id_from, principal, see_other
from server.web.proposals import proposal_page, seen
from server.web.voices import principal_for

DAY = 24 * 3600 * 1000


async def open_check(request: Request, form: Form) -> Response:
    """Ask everybody about the wording as it stands."""
    post = await seen(request)
    days = form.get("days", "")
    ends = now_ms() + (int(days) if days.isascii() and days.isdigit() and len(days) < 4 else 0) * DAY
    try:
        draft = actions.CheckDraft(form.get("method", ""), ends, hide_until_closed="hide" in form)
        await actions.open_check(await principal_for(request, post.account), post.id, draft)
    except CivicError as error:
        return await _again(request, post.id, form, error)
    return see_other(f"/proposals/{post.id}#check", "asked-all")


async def cast(request: Request, form: Form) -> Response:
    """Vote in a check; an objection with its reason."""
    by, post = await principal(request), await seen(request)
    if post.check is None:
        raise NotFound
    choice = form.get("choice", "")
    try:
        await actions.cast(by, post.id, int(choice) if choice in ("0", "1", "2") else -1, form.get("reason", ""))
    except CivicError as error:
        return await _again(request, post.check.proposal_id, form, error, {"choices": "choice", "text": "reason"})
    return see_other(f"/proposals/{post.check.proposal_id}#check", "voted")


async def close_check(request: Request, form: Form) -> Response:
    by, post = await principal(request), await seen(request)
    if post.check is None:
        raise NotFound
    await actions.close_check(by, post.id)
    return see_other(f"/proposals/{post.check.proposal_id}#check", "check-closed")


async def answer(request: Request, form: Form) -> Response:
    """Answer an objection in words."""
    objection = await seen(request)
    if objection.proposal_id is None:
        raise NotFound
    proposal = await posts.by_id(objection.proposal_id, await viewer_of(request))
    if proposal is None:
        raise NotFound
    name = f"answer-{objection.id}"
    try:
        by = await principal_for(request, proposal.account)
        await actions.answer_objection(by, objection.id, form.get(name, ""))
    except CivicError as error:
        return await _again(request, proposal.id, form, error, {"answer": name, "text": name, "": name})
    return see_other(f"/proposals/{proposal.id}#check", "objection-answered")


async def endorse(request: Request, form: Form) -> Response:
    """Back a proposal in an organisation's name."""
    by, post = await principal(request), await seen(request)
    try:
        speaking = await speaking_for(by, id_from(form.get("organisation", "")))
        draft = endorsing.EndorsementDraft(form.get("mandate", ""), form.get("authorised_by", ""))
        await endorsing.endorse(speaking, post.id, draft)
    except CivicError as error:
        return await _again(request, post.id, form, error)
    return see_other(f"/proposals/{post.id}#endorsements", "endorsed")


async def withdraw(request: Request, form: Form) -> Response:
    by, post = await principal(request), await seen(request)
    speaking = await speaking_for(by, id_from(form.get("organisation", "")))
    await endorsing.withdraw_endorsement(speaking, post.id)
    return see_other(f"/proposals/{post.id}#endorsements", "endorsement-withdrawn")


async def _again(
    request: Request, proposal_id: int, form: Form, error: CivicError, names: dict[str, str] | None = None
) -> Response:
    """The page with what is to be put right beside its field, and nothing of what was typed lost."""
    errors = {(names or {}).get(name, name): text for name, text in errors_of(error).items()}
    values = {"stance": "experience", **form}
    return await proposal_page(request, proposal_id, 422, values=values, errors=errors)


ROUTES: list[BaseRoute] = [
    does("/proposals/{id:int}/checks", open_check),
    does("/checks/{id:int}/vote", cast),
    does("/checks/{id:int}/close", close_check),
    does("/objections/{id:int}/answer", answer),
    does("/proposals/{id:int}/endorse", endorse),
    does("/proposals/{id:int}/endorse/withdraw", withdraw),
]
