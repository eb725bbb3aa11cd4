"""Moving a proposal on: a page for each act that asks why, and says who will hear of it."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.actions.lifecycle import move_proposal
from server.actions.withdrawing import withdraw_proposal
from server.queries.lifecycle import acts_of, standing_of, taken_part
from server.rules.errors import CivicError, NotFound
from server.rules.lifecycle import ACTS, CORROBORATIONS, OUTCOMES, PLACES, Act, Wanted, floor_reached
from server.rules.permissions import may_steward
from server.web.page import Form, does, errors_of, member, page, principal, see_other, shows
from server.web.proposals import seen

# Those with a page of their own are missing: sending, answering, linking.
BY_FORM: tuple[Act, ...] = (
    "agree",
    "talk_again",
    "begin",
    "close",
    "disagree",
    "reopen",
    "rest",
    "wake",
    "withdraw",
    "hold",
    "release",
)


async def ask(request: Request) -> Response:
    await member(request)
    return await _page(request, {}, {})


async def do(request: Request, form: Form) -> Response:
    by, post, act = await principal(request), await seen(request), _act(request)
    wanted = Wanted(form.get("reason", ""), form.get("outcome", ""), bool(form.get("waived")))
    try:
        if act != "withdraw":
            step_id = await move_proposal(by, post.id, act, wanted)
            return see_other(f"/proposals/{post.id}#done-{step_id}", "moved")
        if not await withdraw_proposal(by, post.id, wanted):
            return see_other("/proposals", "deleted")
    except CivicError as error:
        return await _page(request, form, errors_of(error))
    return see_other(f"/proposals/{post.id}", "moved")


async def _page(request: Request, values: Form, errors: dict[str, str]) -> Response:
    post, act = await seen(request), _act(request)
    by = await principal(request)
    if act not in await acts_of(by, post):
        raise NotFound
    facts, _ = await standing_of(by, post.id)
    return await page(
        request,
        "pages/lifecycle/act.html",
        422 if errors else 200,
        post=post,
        act=act,
        outcomes=OUTCOMES,
        least=(CORROBORATIONS, PLACES),
        steward=may_steward(by),
        facts=facts,
        enough=floor_reached(facts),
        needs_reason=ACTS[act].reason or (act == "withdraw" and await taken_part(post.id)),
        values=values,
        errors=errors,
    )


def _act(request: Request) -> Act:
    for act in BY_FORM:
        if act == request.path_params["act"]:
            return act
    raise NotFound


ROUTES: list[BaseRoute] = [
    shows("/proposals/{id:int}/do/{act}", ask),
    does("/proposals/{id:int}/do/{act}", do),
]
