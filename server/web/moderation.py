"""What waits for stewards, one thing at a time, each decided with one press."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.actions import appeals, reports, sanctions
from server.actions import moderation as actions
from server.http.sessions import viewer_of
from server.queries import accounts, moderation, posts
from server.queries import reports as report_queries
from server.queries.waiting import waiting_for
from server.rules.errors import CivicError, Conflict, Invalid, NotFound, Refused
from server.rules.identifying import highlighted
from server.rules.moderation import HELD_ACTS, REASONS, REPORT_ACTS, Why, check_judge
from server.rules.permissions import Principal
from server.rules.sanitise import plain_text
from server.views.accounts import AccountView
from server.web.admin import steward
from server.web.page import Form, does, errors_of, id_of, page, see_other, shows

OF_ACCOUNTS = {
    "warn": sanctions.warn_account,
    "limit": sanctions.limit_account,
    "lift": sanctions.lift_limit,
    "suspend": sanctions.suspend_account,
    "restore": sanctions.restore_account,
}


async def queue(request: Request) -> Response:
    """The first thing that waits, and the list of the others."""
    await steward(request)
    waiting = await waiting_for(await viewer_of(request))
    if not waiting:
        return await page(request, "pages/moderation/empty.html", here="admin")
    return see_other(f"/moderation/{waiting[0].kind}/{waiting[0].id}", request.query_params.get("done", ""))


async def held(request: Request) -> Response:
    return await _held(request, {}, {})


async def decide_held(request: Request, form: Form) -> Response:
    """Let it up, ask for a change, or decline."""
    by, post_id, do = await steward(request), id_of(request), form.get("do", "")
    try:
        if do == "publish":
            await actions.release_post(by, post_id)
        elif do == "ask_change":
            await actions.ask_change(by, post_id, _why(form))
        elif do == "decline":
            await actions.decline_post(by, post_id, _why(form))
        else:
            raise Invalid("do", "Choose what to do about it.")
    except Invalid as error:
        return await _held(request, form, errors_of(error))
    return see_other("/moderation", "decided")


async def report(request: Request) -> Response:
    return await _report(request, {}, {})


async def decide_report(request: Request, form: Form) -> Response:
    by = await steward(request)
    act = next((each for each in REPORT_ACTS if each == form.get("do")), None)
    try:
        if act is None:
            raise Invalid("do", "Choose what to do about it.")
        await reports.decide_report(by, id_of(request), act, _why(form))
    except Invalid as error:
        return await _report(request, form, errors_of(error))
    return see_other("/moderation", "decided")


async def appeal(request: Request) -> Response:
    by, found = await steward(request), await moderation.appeal(id_of(request))
    if found is None:
        raise NotFound
    if found.outcome:
        raise Conflict("This is decided. Read the queue again.")
    return await _item(
        request,
        "appeal",
        {},
        {},
        appeal=found,
        author=await accounts.by_id(found.decision.account_id),
        post=await posts.to_author(found.decision.post_id) if found.decision.post_id else None,
        mine=not _may_judge(by, found.decision.by_id),
    )


async def decide_appeal(request: Request, form: Form) -> Response:
    by = await steward(request)
    if form.get("do") not in ("undo", "uphold"):
        raise Invalid("do", "Choose what to do about it.")
    undo = form["do"] == "undo"
    await appeals.decide_appeal(by, id_of(request), undo=undo, note=form.get("sentence", ""))
    return see_other("/moderation", "decided")


async def account(request: Request) -> Response:
    """What can be decided about somebody, and what was."""
    return await _account(request, {}, {})


async def decide_account(request: Request, form: Form) -> Response:
    by, act = await steward(request), OF_ACCOUNTS.get(form.get("do", ""))
    try:
        if act is None:
            raise Invalid("do", "Choose what to do about it.")
        await act(by, id_of(request), _why(form))
    except (Invalid, Refused, Conflict) as error:
        return await _account(request, form, errors_of(error))
    return see_other(f"/moderation/accounts/{id_of(request)}", "decided")


def _why(form: Form) -> Why:
    return Why(form.get("reason", ""), form.get("sentence", ""))


def _may_judge(by: Principal, first_id: int) -> bool:
    try:
        check_judge(by, first_id)
    except CivicError:
        return False
    return True


async def _held(request: Request, values: Form, errors: dict[str, str]) -> Response:
    await steward(request)
    viewer, post_id = await viewer_of(request), id_of(request)
    found = next((each for each in await moderation.held(viewer) if each.post.id == post_id), None)
    if found is None:
        raise NotFound("This is not held, or somebody else has decided about it.")
    post = found.post
    start = post.held_reason if post.held_reason in REASONS else "identifies_someone"
    return await _item(
        request,
        "held",
        values or {"reason": start if post.held_reason != "first_post" else ""},
        errors,
        held=found,
        pieces=tuple(highlighted(f"{post.title}\n\n{plain_text(post.content_html)}".strip())),
        proposal=await posts.by_id(post.proposal_id, viewer) if post.kind == "comment" and post.proposal_id else None,
        acts=HELD_ACTS,
    )


async def _report(request: Request, values: Form, errors: dict[str, str]) -> Response:
    await steward(request)
    found = await report_queries.by_id(id_of(request))
    if found is None:
        raise NotFound
    if found.closed_at is not None:
        raise Conflict("Another steward has decided about this report. Read the page again.")
    likely = reports.REASON_OF.get(found.category, "")
    return await _item(request, "report", values or {"reason": likely}, errors, report=found, acts=REPORT_ACTS)


async def _item(request: Request, kind: str, values: Form, errors: dict[str, str], **more: Any) -> Response:
    waiting = await waiting_for(await viewer_of(request))
    here = request.url.path
    others = [each for each in waiting if f"/moderation/{each.kind}/{each.id}" != here]
    return await page(
        request,
        f"pages/moderation/{kind}.html",
        422 if errors else 200,
        values=values,
        errors=errors,
        reasons=tuple(REASONS),
        others=others,
        total=len(waiting),
        here="admin",
        **more,
    )


async def _account(request: Request, values: Form, errors: dict[str, str]) -> Response:
    by = await steward(request)
    found: AccountView | None = await accounts.by_id(id_of(request))
    if found is None or found.id == by.account_id or found.kind not in ("person", "service"):
        raise NotFound
    return await page(
        request,
        "pages/moderation/account.html",
        422 if errors else 200,
        account=found,
        decisions=await moderation.decisions_about(found.id),
        reasons=tuple(REASONS),
        values=values,
        errors=errors,
        here="admin",
    )


ROUTES: list[BaseRoute] = [
    shows("/moderation", queue),
    shows("/moderation/held/{id:int}", held),
    does("/moderation/held/{id:int}", decide_held),
    shows("/moderation/reports/{id:int}", report),
    does("/moderation/reports/{id:int}", decide_report),
    shows("/moderation/appeals/{id:int}", appeal),
    does("/moderation/appeals/{id:int}", decide_appeal),
    shows("/moderation/accounts/{id:int}", account),
    does("/moderation/accounts/{id:int}", decide_account),
]
