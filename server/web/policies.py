"""The rules that get in the way: the list, one with every proposal that cites it, and describing it."""

from collections import Counter

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.actions.policies import delete_policy, keep_policy, say_same
from server.http.sessions import member_of, viewer_of
from server.queries import asks, policies
from server.rules.errors import CivicError, NotFound
from server.rules.permissions import check_steward, may_steward
from server.rules.policies import POLICY_KINDS, PolicyDraft
from server.templating import marked
from server.views.policies import PolicyView
from server.views.viewer import VISITOR
from server.web.feeds import entries, of_policies
from server.web.page import Form, does, errors_of, feed, id_of, next_page, offset_of, page, principal, see_other, shows

SIZE = 50


async def all_policies(request: Request) -> Response:
    wanted, offset = request.query_params.get("q", "")[:200], offset_of(request)
    found = await policies.listed(wanted, limit=SIZE + 1, offset=offset)
    return await page(
        request,
        "pages/policies/policies.html",
        policies=found[:SIZE],
        wanted=wanted,
        next=next_page(request, offset, len(found) > SIZE, SIZE),
        here="policies",
    )


async def policies_feed(request: Request) -> Response:
    """The rules that were named last."""
    newest = await policies.listed(limit=SIZE, newest=True)
    return await feed(request, marked("Rules that get in the way"), "/policies", of_policies(newest))


async def policy(request: Request) -> Response:
    return await _page(request, await _seen(request), {}, {})


async def policy_feed(request: Request) -> Response:
    """The proposals that cite it."""
    found = await _seen(request)
    cited = await policies.proposals_citing(await _ids(found), VISITOR, limit=SIZE)
    return await feed(request, found.name, f"/policies/{found.id}", entries(cited))


async def write(request: Request) -> Response:
    check_steward(await principal(request))
    return await _form(request, None, {}, {})


async def enter(request: Request, form: Form) -> Response:
    by = await principal(request)
    try:
        policy_id = await keep_policy(by, _draft(form))
    except CivicError as error:
        return await _form(request, None, form, errors_of(error))
    return see_other(f"/policies/{policy_id}", "saved")


async def edit(request: Request) -> Response:
    check_steward(await principal(request))
    found = await _ours(request)
    values = {
        "name": found.name,
        "kind": found.kind,
        "owner_name": found.owner_name,
        "web_url": found.web_url,
        "source": found.text.source,
        "explained": found.explained.source,
        "easy": found.easy.source,
    }
    return await _form(request, found, values, {})


async def describe(request: Request, form: Form) -> Response:
    by, found = await principal(request), await _ours(request)
    try:
        await keep_policy(by, _draft(form), found.id)
    except CivicError as error:
        return await _form(request, found, form, errors_of(error))
    return see_other(f"/policies/{found.id}", "saved")


async def same(request: Request, form: Form) -> Response:
    """Say that another rule is this one, or no longer."""
    by, found = await principal(request), await _ours(request)
    try:
        if form.get("do") == "undo":
            await say_same(by, found.id, form.get("other", ""), same=False)
        else:
            await say_same(by, found.id, await request.app.state.remote.find_policy(form.get("other", "")))
    except CivicError as error:
        return await _page(request, found, form, errors_of(error))
    return see_other(f"/policies/{found.id}#same", "saved")


async def delete(request: Request, form: Form) -> Response:
    await delete_policy(await principal(request), (await _ours(request)).id)
    return see_other("/policies", "removed-policy")


async def _seen(request: Request) -> PolicyView:
    found = await policies.by_id(id_of(request))
    if found is None:
        raise NotFound
    return found


async def _ours(request: Request) -> PolicyView:
    found = await _seen(request)
    if not found.local:
        raise NotFound
    return found


async def _ids(found: PolicyView) -> list[int]:
    """The policy and those that are one with it."""
    return [found.id, *(each.policy.id for each in await policies.same_of(found) if each.firm and each.policy)]


async def _page(request: Request, found: PolicyView, values: Form, errors: dict[str, str]) -> Response:
    signed_in = await member_of(request)
    cited = await policies.proposals_citing(await _ids(found), await viewer_of(request))
    states = Counter(post.proposal.state for post in cited if post.proposal)
    return await page(
        request,
        "pages/policies/policy.html",
        422 if errors else 200,
        policy=found,
        same=await policies.same_of(found),
        posts=cited,
        states=dict(states),
        seen_too=sum(post.proposal.corroborations_count for post in cited if post.proposal),
        may_edit=found.local and signed_in is not None and may_steward(await principal(request)),
        values=values,
        errors=errors,
        here="policies",
    )


async def _form(request: Request, found: PolicyView | None, values: Form, errors: dict[str, str]) -> Response:
    return await page(
        request,
        "pages/policies/edit.html",
        422 if errors else 200,
        policy=found,
        kinds=list(POLICY_KINDS),
        owners=await asks.owners(),
        values=values,
        errors=errors,
        here="policies",
    )


def _draft(form: Form) -> PolicyDraft:
    return PolicyDraft(
        name=form.get("name", ""),
        kind=form.get("kind", ""),
        owner_name=form.get("owner_name", ""),
        web_url=form.get("web_url", ""),
        source=form.get("source", ""),
        explained=form.get("explained", ""),
        easy=form.get("easy", ""),
    )


ROUTES: list[BaseRoute] = [
    shows("/policies", all_policies),
    shows("/policies/feed.atom", policies_feed),
    shows("/policies/new", write),
    does("/policies/new", enter),
    shows("/policies/{id:int}/feed.atom", policy_feed),
    shows("/policies/{id:int}/edit", edit),
    does("/policies/{id:int}/edit", describe),
    does("/policies/{id:int}/same", same),
    does("/policies/{id:int}/delete", delete),
]
