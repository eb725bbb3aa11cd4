"""Organisations and hosted groups for scripts: what they are, making and changing them, what they back."""

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from server.actions.organisations import OrganisationDraft, change_organisation, create_organisation
from server.api.endorsements import as_endorsement
from server.api.operations import ID, IN, READ, TEXT, TIME, WRITE, YES, Operation, listed, named, one_of, shape
from server.api.parts import listing, part_of
from server.api.shapes import ENDORSEMENT, ORGANISATION, PERSON
from server.http.bearer import caller, reader
from server.http.body import params_of
from server.http.replies import Json
from server.queries import accounts, endorsements, organisations, posts
from server.render.accounts import as_person, stamp
from server.rules.errors import NotFound
from server.rules.organisations import KINDS
from server.rules.permissions import Principal, check_look_after
from server.views.accounts import AccountView


async def list_organisations(request: Request) -> Response:
    part = part_of(request)
    return listing(request, part, [_as_short(each) for each in part.of(await organisations.all_here())])


async def get_organisation(request: Request) -> Response:
    return await _shown(await named_here(request))


async def make_group(request: Request) -> Response:
    me, params = await caller(request, WRITE), await params_of(request)
    draft = OrganisationDraft(
        params.text("title"), params.text("kind", "group"), params.text("description"), params.text("mandate")
    )
    name = params.text("name")
    made = await create_organisation(me.by, name, draft, keys=await request.app.state.new_keys())
    found = await accounts.by_id(made)
    if found is None:
        raise NotFound
    return await _shown(found)


async def describe_organisation(request: Request) -> Response:
    """What is left out stays as it is."""
    me, params, account = await caller(request, WRITE), await params_of(request), await named_here(request)
    known = await organisations.facts_of(account)
    draft = OrganisationDraft(
        params.text("title", account.display_name),
        known.kind,
        params.text("description", account.summary_source),
        params.text("mandate", known.mandate),
    )
    await change_organisation(me.by, account.id, draft)
    return await _shown(await named_here(request))


async def list_backed(request: Request) -> Response:
    """Those of public proposals that the caller may read."""
    account, viewer, part = await named_here(request), await reader(request, READ), part_of(request)
    found = await endorsements.of_organisation(account.id)
    seen = {post.id for post in await posts.views([each.proposal_id for each in found], viewer)}
    shown = [as_endorsement(each) for each in found if each.proposal_id in seen]
    return listing(request, part, list(part.of(shown)))


async def list_spoken(request: Request) -> Response:
    """For those who look after it."""
    me, account = await caller(request, READ), await named_here(request)
    await check_looks_after(me.by, account.id)
    return Json(
        [
            {
                "record_id": str(each.post_id),
                "account": as_person(each.account),
                "at": stamp(each.at),
                "what": each.what,
            }
            for each in await organisations.spoken_for(account.id)
        ]
    )


async def named_here(request: Request) -> AccountView:
    """The organisation of ours that the address names."""
    found = await accounts.local_by_name(request.path_params["name"])
    if found is None or found.kind != "organisation" or found.suspended:
        raise NotFound
    return found


async def check_looks_after(by: Principal, organisation_id: int) -> None:
    check_look_after(by, await organisations.role_in(organisation_id, by.account_id))


async def _shown(account: AccountView) -> Response:
    facts = await organisations.facts_of(account)
    return Json(
        {**_as_short(account), "kind": facts.kind, "mandate": facts.mandate or None, "runs_this_site": facts.runs_this}
    )


def _as_short(account: AccountView) -> dict[str, Any]:
    return {**as_person(account), "description": account.summary_source}


_AT: Final = f"{IN}/organisations"
_ONE: Final = named(
    "OneOrganisation",
    shape(id=ID, acct=TEXT, name=TEXT, url=TEXT, description=TEXT, kind=one_of(*KINDS),
          mandate={"anyOf": [TEXT, {"type": "null"}]}, runs_this_site=YES),
)  # fmt: skip
_SPOKEN: Final = shape(record_id=ID, account=PERSON, at=TIME, what=TEXT)

OPERATIONS: Final[tuple[Operation, ...]] = (
    Operation("GET", _AT, "The organisation that runs this site, and the groups it hosts", list_organisations,
              listed(ORGANISATION), paged=True),
    Operation(
        "POST", _AT, "Make a group that is hosted here", make_group, _ONE, WRITE, needs="steward",
        body={"name": TEXT, "title": TEXT, "kind": one_of(*KINDS), "description": TEXT, "mandate": TEXT},
        needed=("name", "title"), about="“name” is the last part of its address and never changes.",
    ),
    Operation("GET", f"{_AT}/{{name}}", "One organisation", get_organisation, _ONE),
    Operation("PUT", f"{_AT}/{{name}}", "Describe it", describe_organisation, _ONE, WRITE,
              body={"title": TEXT, "description": TEXT, "mandate": TEXT}, about="For those who look after it."),
    Operation("GET", f"{_AT}/{{name}}/endorsements", "What it backs", list_backed, listed(ENDORSEMENT), paged=True),
    Operation("GET", f"{_AT}/{{name}}/spoken", "Who wrote what in its name", list_spoken, listed(_SPOKEN), READ,
              about="For those who look after it."),
)  # fmt: skip
