"""Asking whoever can change a rule: the form, and sending it."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.actions.asks import AskDraft, OwnerDraft, keep_owner, new_answer_link, prepare_ask, send_proposal
from server.actions.mailing import ask_letter, mail_ask
from server.config import Settings
from server.queries import asks, hearing
from server.rules.answers import VERB_WORDS
from server.rules.errors import CivicError, Invalid
from server.rules.permissions import Principal, check_steward, may_steward
from server.views.posts import PostView
from server.web.page import Form, does, errors_of, id_from, member, page, principal, see_other, shows
from server.web.proposals import seen


async def write(request: Request) -> Response:
    await member(request)
    post = await seen(request)
    prepared = next((ask for ask in await asks.of_proposal(post.id, sent_only=False) if ask.sent_at is None), None)
    values = {} if prepared else await _passed_on(post)
    if prepared is not None:
        by_date = prepared.by_date.isoformat() if prepared.by_date else ""
        values = {"owner": str(prepared.owner_id), "verb": prepared.verb, "ask": prepared.source, "by_date": by_date}
    return await _page(request, values, {})


async def save(request: Request, form: Form) -> Response:
    """Keep the ask, and send it at once if that was pressed."""
    by, post = await principal(request), await seen(request)
    try:
        owner_id = await _owner(request, by, form)
        draft = AskDraft(owner_id, form.get("verb", ""), form.get("ask", ""), form.get("by_date", ""))
        await prepare_ask(by, post.id, draft)
        if form.get("do") != "send":
            return see_other(f"/proposals/{post.id}#asked", "saved")
        token = await send_proposal(by, post.id)
    except CivicError as error:
        return await _page(request, form, errors_of(error))
    return await _link_page(request, token)


async def send(request: Request, form: Form) -> Response:
    by, post = await principal(request), await seen(request)
    try:
        token = await send_proposal(by, post.id)
    except Invalid:
        return see_other(f"/proposals/{post.id}/ask")
    return await _link_page(request, token)


async def renew_link(request: Request, form: Form) -> Response:
    return await _link_page(request, await new_answer_link(await principal(request), (await seen(request)).id))


async def _passed_on(post: PostView) -> dict[str, str]:
    """What a new ask begins with where the newest answer names somebody else who decides."""
    if post.proposal is None or post.proposal.answer_code != "not_ours":
        return {}
    outcome, asked = await hearing.outcome_of(post), await asks.of_proposal(post.id)
    given = outcome.answer.contribution if outcome.answer else None
    if given is None or not asked:
        return {}
    return {"name": str(given.facts.get("passedTo", "")), "verb": asked[-1].verb, "ask": asked[-1].source}


async def _owner(request: Request, by: Principal, form: Form) -> int:
    """The policy owner chosen, or a new one, which a steward enters."""
    if form.get("owner"):
        return id_from(form["owner"])
    check_steward(by)
    account_id = None
    if form.get("handle"):
        found = await request.app.state.remote.resolve_mentions("@" + form["handle"].lstrip("@"))
        if not found:
            raise Invalid("handle", "There is no such account, or its server cannot be reached now.")
        account_id = found[0].account_id
    owner: int = await keep_owner(by, OwnerDraft(form.get("name", ""), account_id, form.get("email", "")))
    return owner


async def _link_page(request: Request, token: str) -> Response:
    post = await seen(request)
    newest = (await asks.of_proposal(post.id))[-1]
    link = f"{request.app.state.settings.origin}/answer/{token}"
    settings: Settings = request.app.state.settings
    letter = await mail_ask(await principal(request), post.id, token) if settings.smtp_url else None
    return await page(
        request, "pages/asks/sent.html", post=post, owner_name=newest.owner_name, link=link, letter=letter
    )


async def _page(request: Request, values: Form, errors: dict[str, str]) -> Response:
    by, post = await principal(request), await seen(request)
    settings: Settings = request.app.state.settings
    return await page(
        request,
        "pages/asks/ask.html",
        422 if errors else 200,
        post=post,
        owners=await asks.owners(),
        all_verbs=list(VERB_WORDS),
        may_send=may_steward(by) and post.proposal is not None and post.proposal.state in ("agreed", "answered"),
        letter=await ask_letter(by, post.id, "…") if settings.smtp_url and may_steward(by) else None,
        values=values,
        errors=errors,
    )


ROUTES: list[BaseRoute] = [
    shows("/proposals/{id:int}/ask", write),
    does("/proposals/{id:int}/ask", save),
    does("/proposals/{id:int}/send", send),
    does("/proposals/{id:int}/answer-link", renew_link),
]
