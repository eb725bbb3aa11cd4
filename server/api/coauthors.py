"""Writing a proposal together, for scripts."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from server.actions.coauthors import accept_co_author, end_co_author, invite_co_author
from server.api.operations import EMPTY, ID, IN, READ, TEXT, TIME, WRITE, Operation, listed, maybe, named, shape
from server.api.params import origin_of, path_id
from server.api.proposals import proposal_at
from server.api.shapes import PERSON
from server.http.bearer import caller
from server.http.replies import Json
from server.queries import coauthors, proposals
from server.queries.lifecycle import standing_of
from server.render.accounts import as_person, maybe_stamp, stamp
from server.rules.errors import NotFound, Refused
from server.views.proposals import CoAuthorView


async def list_co_authors(request: Request) -> Response:
    """For its author, and those who write along."""
    me = await caller(request, READ)
    post = await proposal_at(request, me.viewer)
    if "author" not in (await standing_of(me.by, post.id))[1]:
        raise Refused("Only its author, and whoever writes along, can see who was asked.")
    return _people(await coauthors.of_proposal(post.id, asked_too=True))


async def list_draft_co_authors(request: Request) -> Response:
    me = await caller(request, READ)
    draft = await proposals.draft(me.viewer, path_id(request))
    if draft is None:
        raise NotFound
    return _people(await coauthors.of_draft(draft.id))


async def invite_to_proposal(request: Request) -> Response:
    """Answers with the link, which is shown this once."""
    me = await caller(request, WRITE)
    return _link(request, await invite_co_author(me.by, proposal_id=path_id(request)))


async def invite_to_draft(request: Request) -> Response:
    me = await caller(request, WRITE)
    return _link(request, await invite_co_author(me.by, draft_id=path_id(request)))


async def write_along(request: Request) -> Response:
    me = await caller(request, WRITE)
    row = await accept_co_author(me.by, request.path_params["token"])
    return Json(
        {
            "id": str(row.id),
            "proposal_id": str(row.proposal_id) if row.proposal_id else None,
            "draft_id": str(row.draft_id) if row.draft_id else None,
        }
    )


async def end_writing_along(request: Request) -> Response:
    me = await caller(request, WRITE)
    await end_co_author(me.by, path_id(request))
    return Json({})


def _link(request: Request, token: str) -> Response:
    return Json({"token": token, "url": f"{origin_of(request)}/proposals/together/{token}"})


def _people(found: list[CoAuthorView]) -> Response:
    return Json(
        [
            {
                "id": str(each.id),
                "account": as_person(each.account) if each.account else None,
                "asked_at": stamp(each.created_at),
                "accepted_at": maybe_stamp(each.accepted_at),
            }
            for each in found
        ]
    )


_LINK: Final = shape(token=TEXT, url=TEXT)
_PART: Final = shape(id=ID, proposal_id=maybe(ID), draft_id=maybe(ID))
_PERSON: Final = named("CoAuthor", shape(id=ID, account=maybe(PERSON), asked_at=TIME, accepted_at=maybe(TIME)))
_ONCE: Final = "The link is shown this once; each call makes a new one."

OPERATIONS: Final[tuple[Operation, ...]] = (
    Operation("GET", f"{IN}/proposals/{{id}}/co_authors", "Who writes it, and who was asked", list_co_authors,
              listed(_PERSON), READ),
    Operation("POST", f"{IN}/proposals/{{id}}/co_authors", "A link for somebody to write along", invite_to_proposal,
              _LINK, WRITE, about=_ONCE),
    Operation("GET", f"{IN}/drafts/{{id}}/co_authors", "Who writes along at a draft", list_draft_co_authors,
              listed(_PERSON), READ),
    Operation("POST", f"{IN}/drafts/{{id}}/co_authors", "A link for somebody to write along at a draft",
              invite_to_draft, _LINK, WRITE, about=_ONCE),
    Operation("POST", f"{IN}/co_author_invitations/{{token}}", "Take up an invitation to write along", write_along,
              _PART, WRITE),
    Operation("DELETE", f"{IN}/co_authors/{{id}}", "End an invitation, or one's own part", end_writing_along, EMPTY,
              WRITE),
)  # fmt: skip
