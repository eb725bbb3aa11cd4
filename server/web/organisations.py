"""Organisations and hosted groups: the list, making one, what its page shows, looking after it, joining and leaving."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.actions import invites, memberships
from server.actions import organisations as actions
from server.http.sessions import member_of, principal_of, viewer_of
from server.queries import accounts, endorsements, members, organisations, posts
from server.rules.errors import CivicError, Invalid, NotFound
from server.rules.ids import now_ms
from server.rules.organisations import KINDS, role_there
from server.rules.permissions import check_look_after, check_steward, may_look_after, may_steward
from server.views.accounts import AccountView
from server.views.organisations import OrganisationView
from server.views.viewer import VISITOR
from server.web.page import Form, does, errors_of, id_from, member, page, principal, see_other, shows

DAYS = 14
DAY = 24 * 3600 * 1000


async def all_here(request: Request) -> Response:
    """The organisation of this site and the groups it hosts."""
    me = await member_of(request)
    return await page(
        request,
        "pages/organisations/organisations.html",
        organisations=await organisations.all_here(),
        may_create=me is not None and may_steward(principal_of(me.member)),
    )


async def new(request: Request) -> Response:
    return await _new(request, {"kind": "group"}, {})


async def create(request: Request, form: Form) -> Response:
    by = await principal(request)
    try:
        draft = _draft(form)
        await actions.create_organisation(by, form.get("name", ""), draft, keys=await request.app.state.new_keys())
    except CivicError as error:
        return await _new(request, form, errors_of(error))
    return see_other(f"/organisations/{form['name']}/settings", "group")


async def shown_of(request: Request, account: AccountView) -> dict[str, Any]:
    """What the page of an organisation of ours has beyond a profile: its mandate, members who want to be found, what it
    backs, and what the reader may do."""
    if account.kind != "organisation" or not account.local:
        belongs = await organisations.memberships_of(account.id)
        return {"organisation": None, "belongs": [one for one in belongs if one.verified]}
    me, found = await member_of(request), await organisations.facts_of(account)
    people = await organisations.members_of(account.id)
    mine = next((one for one in people if me and one.other.id == me.member.account.id), None)
    backed = await endorsements.of_organisation(account.id)
    viewer = await viewer_of(request)
    titles = {post.id: post for post in await posts.views([one.proposal_id for one in backed], viewer)}
    role = mine.role if mine and mine.verified else ""
    return {
        "organisation": found,
        "belongs": [],
        "people": [one for one in people if one.verified and one.other.discoverable],
        "backed": [(one, titles[one.proposal_id]) for one in backed if one.proposal_id in titles],
        "membership": mine,
        "may_look_after": me is not None and may_look_after(principal_of(me.member), role),
    }


async def settings(request: Request) -> Response:
    found = await _looked_after(request)
    account = found.account
    return await _settings(
        request,
        found,
        {"title": account.display_name, "description": account.summary_source, "mandate": found.mandate},
        {},
    )


async def save(request: Request, form: Form) -> Response:
    found = await _looked_after(request)
    try:
        await actions.change_organisation(await principal(request), found.account.id, _draft(form))
    except CivicError as error:
        return await _settings(request, found, form, errors_of(error))
    return _back(found, "saved")


async def people(request: Request, form: Form) -> Response:
    """Confirm somebody, give a role, or take somebody out; by the account's id, or by the name they sign in with."""
    found, by = await _looked_after(request), await principal(request)
    try:
        if form.get("account"):
            person = id_from(form["account"])
        else:
            known = await members.by_name(form.get("person", ""))
            if known is None:
                raise Invalid("person", "Nobody here has this user name.")
            person = known.account.id
        if form.get("do") == "end":
            await memberships.end_membership(by, found.account.id, person)
        else:
            await memberships.confirm_membership(by, found.account.id, person, form.get("role", "member"))
    except CivicError as error:
        return await _settings(request, found, form, errors_of(error))
    return _back(found, "saved")


async def invite(request: Request, form: Form) -> Response:
    """A link into the group, for two weeks."""
    found, by = await _looked_after(request), await principal(request)
    try:
        role = role_there(form.get("role", ""))
        ends = now_ms() + DAYS * DAY
        await invites.create_invite(by, role=role, expires_at=ends, organisation_id=found.account.id)
    except CivicError as error:
        return await _settings(request, found, form, errors_of(error))
    return _back(found, "saved")


async def revoke(request: Request, form: Form) -> Response:
    found = await _looked_after(request)
    await invites.revoke_invite(await principal(request), form.get("code", ""))
    return _back(found, "revoked")


async def claim(request: Request, form: Form) -> Response:
    by, account = await principal(request), await _named(request)
    await memberships.claim_membership(by, account.id)
    verified = await organisations.role_in(account.id, by.account_id)
    return see_other(f"/organisations/{account.name}", "joined" if verified else "claimed")


async def leave(request: Request, form: Form) -> Response:
    by, account = await principal(request), await _named(request)
    await memberships.end_membership(by, account.id, by.account_id)
    return see_other(f"/organisations/{account.name}", "saved")


async def take_up(request: Request, form: Form) -> Response:
    """Join a group with an invitation, for those who have a log-in here."""
    group = await accounts.by_id(
        await memberships.take_up_invite(await principal(request), request.path_params["code"])
    )
    if group is None:
        raise NotFound
    return see_other(f"/organisations/{group.name}", "joined")


def _draft(form: Form) -> actions.OrganisationDraft:
    return actions.OrganisationDraft(
        form.get("title", ""), form.get("kind", "group"), form.get("description", ""), form.get("mandate", "")
    )


def _back(found: OrganisationView, done: str) -> Response:
    return see_other(f"/organisations/{found.account.name}/settings", done)


async def _named(request: Request) -> AccountView:
    account = await accounts.local_by_name(request.path_params["name"])
    if account is None or account.kind != "organisation" or account.suspended:
        raise NotFound
    return account


async def _looked_after(request: Request) -> OrganisationView:
    """The organisation of this address, for those who look after it; others are told that it is not for them."""
    account = await _named(request)
    by = await principal(request)
    check_look_after(by, await organisations.role_in(account.id, by.account_id))
    return await organisations.facts_of(account)


async def _new(request: Request, values: Form, errors: dict[str, str]) -> Response:
    check_steward(principal_of((await member(request)).member))
    return await page(
        request,
        "pages/organisations/new.html",
        422 if errors else 200,
        kinds=KINDS,
        values=values,
        errors=errors,
    )


async def _settings(request: Request, found: OrganisationView, values: Form, errors: dict[str, str]) -> Response:
    spoken = await organisations.spoken_for(found.account.id)
    by = await principal(request)
    stewards = await organisations.role_in(found.account.id, by.account_id)
    seen = {post.id for post in await posts.views([one.post_id for one in spoken], VISITOR)}
    return await page(
        request,
        "pages/organisations/settings.html",
        422 if errors else 200,
        organisation=found,
        people=await organisations.members_of(found.account.id),
        invites=await organisations.invites_of(found.account.id),
        spoken=[one for one in spoken if one.post_id in seen] if stewards else [],
        values=values,
        errors=errors,
    )


ROUTES: list[BaseRoute] = [
    shows("/groups", all_here),
    shows("/groups/new", new),
    does("/groups/new", create),
    shows("/organisations/{name}/settings", settings),
    does("/organisations/{name}/settings", save),
    does("/organisations/{name}/people", people),
    does("/organisations/{name}/invites", invite),
    does("/organisations/{name}/invites/revoke", revoke),
    does("/organisations/{name}/claim", claim),
    does("/organisations/{name}/leave", leave),
    does("/join/{code}/group", take_up),
]
