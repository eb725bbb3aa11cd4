"""Endorsements for scripts: an organisation backs a proposal, and says how it decided."""

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from server.actions.endorsements import EndorsementDraft, endorse, withdraw_endorsement
from server.actions.organisations import speaking_for
from server.api.operations import EMPTY, ID, IN, READ, TEXT, WRITE, Operation, listed
from server.api.params import path_id
from server.api.proposals import proposal_at
from server.api.shapes import ENDORSEMENT
from server.http.bearer import caller, reader
from server.http.body import params_of
from server.http.replies import Json
from server.queries import endorsements
from server.render.accounts import as_person, stamp
from server.rules.errors import NotFound
from server.views.checks import EndorsementView


async def list_endorsements(request: Request) -> Response:
    post = await proposal_at(request, await reader(request, READ))
    return Json([as_endorsement(each) for each in await endorsements.of_proposal(post.id)])


async def endorse_proposal(request: Request) -> Response:
    me, params = await caller(request, WRITE), await params_of(request)
    post = await proposal_at(request, me.viewer)
    by = await speaking_for(me.by, params.number("organisation_id") or 0)
    draft = EndorsementDraft(params.text("mandate"), params.text("authorised_by"))
    found = await endorsements.by_id(await endorse(by, post.id, draft))
    if found is None:
        raise NotFound
    return Json(as_endorsement(found))


async def take_endorsement_back(request: Request) -> Response:
    me = await caller(request, WRITE)
    post = await proposal_at(request, me.viewer)
    by = await speaking_for(me.by, path_id(request, "organisation"))
    await withdraw_endorsement(by, post.id)
    return Json({})


def as_endorsement(one: EndorsementView) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "organisation": as_person(one.organisation),
        "proposal_id": str(one.proposal_id),
        "mandate": one.mandate,
        "authorised_by": one.authorised_by or None,
        "version": one.version,
        "at": stamp(one.at),
    }


_AT: Final = f"{IN}/proposals/{{id}}/endorsements"

OPERATIONS: Final[tuple[Operation, ...]] = (
    Operation("GET", _AT, "Which organisations back it, each with its mandate", list_endorsements,
              listed(ENDORSEMENT)),
    Operation(
        "POST", _AT, "Back it in an organisation's name", endorse_proposal, ENDORSEMENT, WRITE,
        body={"organisation_id": ID, "mandate": TEXT, "authorised_by": TEXT}, needed=("organisation_id", "mandate"),
        about="For those who may speak for it. “mandate” says how it decided; “authorised_by” who answers for that."
        " The same again changes nothing.",
    ),
    Operation("DELETE", f"{_AT}/{{organisation}}", "Take an endorsement back", take_endorsement_back, EMPTY, WRITE,
              about="“organisation” is the id of its account."),
)  # fmt: skip
