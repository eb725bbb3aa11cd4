"""What was raised this week, for stewards: they say what belongs together, where and to which rule it belongs, and
invite people who know about it."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.actions.tagging import tag_proposal
from server.queries import policies
from server.queries.week import raised_between
from server.rules.errors import CivicError, NotFound
from server.rules.ids import now_ms
from server.rules.permissions import check_steward
from server.rules.reminding import WEEK_DAYS
from server.web.admin import steward
from server.web.drafts import picked
from server.web.page import Form, does, errors_of, page, principal, see_other, shows
from server.web.proposals import seen

DAY: Final = 24 * 3600 * 1000
POLICIES: Final = 200


async def week(request: Request) -> Response:
    await steward(request)
    now = now_ms()
    return await page(
        request,
        "pages/moderation/week.html",
        raised=await raised_between(now - WEEK_DAYS * DAY, now + 1),
        here="admin",
    )


async def ask(request: Request) -> Response:
    return await _page(request, {}, {})


async def tag(request: Request, form: Form) -> Response:
    by, post = await principal(request), await seen(request)
    try:
        await tag_proposal(by, post.id, form.get("place", ""), tuple(picked(form)), form.get("policy_name", ""))
    except CivicError as error:
        return await _page(request, form, errors_of(error))
    return see_other(f"/proposals/{post.id}", "saved")


async def _page(request: Request, values: Form, errors: dict[str, str]) -> Response:
    post = await seen(request)
    check_steward(await principal(request))
    if post.proposal is None or not post.local:
        raise NotFound
    typed: Form = values or {"place": post.proposal.place}
    cited = picked(values) if errors else [each.id for each in await policies.cited_by(post.id)]
    return await page(
        request,
        "pages/moderation/tags.html",
        422 if errors else 200,
        post=post,
        picked=await policies.by_ids(cited),
        known=await policies.listed(limit=POLICIES),
        values=typed,
        errors=errors,
        here="admin",
    )


ROUTES: list[BaseRoute] = [
    shows("/moderation/week", week),
    shows("/proposals/{id:int}/tags", ask),
    does("/proposals/{id:int}/tags", tag),
]
