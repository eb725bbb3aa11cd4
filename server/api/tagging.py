"""Place and rules of a proposal, as stewards add them, for scripts."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from server.actions.tagging import tag_proposal
from server.api.operations import ID, IN, TEXT, WRITE, Operation, listed
from server.api.proposals import proposal_at, whole
from server.api.shapes import WHOLE
from server.http.bearer import caller
from server.http.body import params_of
from server.queries.policies import cited_by


async def tag(request: Request) -> Response:
    me, params = await caller(request, WRITE), await params_of(request)
    post = await proposal_at(request, me.viewer)
    place = params.text("place") if "place" in params else post.proposal.place if post.proposal else ""
    kept = params.ids("policy_ids") if "policy_ids" in params else [each.id for each in await cited_by(post.id)]
    await tag_proposal(me.by, post.id, place, tuple(kept), params.text("policy_name"))
    return await whole(request, me.viewer, post.id, me.by)


OPERATIONS: Final[tuple[Operation, ...]] = (
    Operation("PUT", f"{IN}/proposals/{{id}}/tags", "Say where it is seen and which rules it is about", tag, WHOLE,
              WRITE, needs="steward", body={"place": TEXT, "policy_ids": listed(ID), "policy_name": TEXT},
              about="What is left out stays as it is; the words of the proposal always do."),
)  # fmt: skip
