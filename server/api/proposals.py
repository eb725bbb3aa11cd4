"""Proposals for scripts: reading them, raising and rewording them, moving them on."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from server.actions.lifecycle import move_proposal
from server.actions.posts import delete_post
from server.actions.proposals import edit_proposal, publish_proposal
from server.actions.visits import note_visit
from server.actions.withdrawing import withdraw_proposal
from server.api.operations import EMPTY, ID, IN, READ, TEXT, TIME, WRITE, YES, Operation, listed, maybe, one_of, shape
from server.api.params import language_of, origin_of, path_id
from server.api.parts import base_of, etag, listing, part_of
from server.api.shapes import ASK, FACT_NAMES, FACTS, RECORD, SHORT, STEP, WHOLE
from server.api.speaking import NAMES, hold_for, mode_of, principal_for, speaker
from server.http.bearer import caller, reader
from server.http.body import Params, params_of, query_of
from server.http.replies import Json
from server.queries import asks, hearing, posts, proposals
from server.queries.lifecycle import acts_of
from server.queries.moments import maybe_moment
from server.render import civic as render
from server.render.accounts import maybe_stamp
from server.rules.drafts import ProposalDraft
from server.rules.errors import Invalid, NotFound
from server.rules.lifecycle import ACTS, OUTCOMES, Act, Wanted
from server.rules.permissions import ANYONE, Principal
from server.rules.proposals import SECTION_KEYS, STATES, Section, check_proposal_form
from server.views.posts import PostView
from server.views.viewer import Viewer


async def list_proposals(request: Request) -> Response:
    viewer, params = await reader(request, READ), query_of(request)
    part = part_of(request)
    found = await proposals.board(
        viewer,
        topic_id=params.number("topic_id"),
        author_id=params.number("author_id"),
        state=params.text("state") or None,
        order="new" if params.text("order") == "new" else "active",
        limit=part.one_more,
        offset=part.offset,
    )
    return listing(request, part, [render.as_record(post, origin_of(request)) for post in found])


async def get_proposal(request: Request) -> Response:
    return await whole(request, await reader(request, READ), path_id(request))


async def raise_proposal(request: Request) -> Response:
    me, params = await caller(request, WRITE), await params_of(request)
    post_id = await publish_proposal(await speaker(me, params), await _draft(request, params))
    return await whole(request, me.viewer, post_id, me.by)


async def reword_proposal(request: Request) -> Response:
    """What is left out stays as it is."""
    me, params = await caller(request, WRITE), await params_of(request)
    post = await proposal_at(request, me.viewer)
    draft = await _draft(request, params, post)
    if draft.hold:
        raise Invalid(
            "confirmed", "This may say who somebody is. Change it, or say with “confirmed” that nobody can be known."
        )
    await edit_proposal(await principal_for(me, post.account), post.id, draft)
    return await whole(request, me.viewer, post.id, me.by)


async def delete_proposal(request: Request) -> Response:
    """Also while a steward reads it first."""
    me = await caller(request, WRITE)
    post = await proposal_at(request, me.viewer)
    await delete_post(await principal_for(me, post.account), post.id)
    return Json({})


async def get_timeline(request: Request) -> Response:
    post, part = await proposal_at(request, await reader(request, READ)), part_of(request)
    return listing(request, part, [render.as_step(step) for step in part.of(await proposals.steps_of(post.id))])


async def list_asks(request: Request) -> Response:
    post = await proposal_at(request, await reader(request, READ))
    return Json([render.as_ask(ask) for ask in await asks.of_proposal(post.id)])


async def do_act(request: Request) -> Response:
    me, params = await caller(request, WRITE), await params_of(request)
    post = await proposal_at(request, me.viewer)
    wanted = Wanted(params.text("reason"), params.text("outcome"), params.flag("waived"))
    act = _act(request.path_params["act"])
    if act != "withdraw":
        await move_proposal(me.by, post.id, act, wanted)
    elif not await withdraw_proposal(me.by, post.id, wanted):
        return Json({"id": str(post.id), "state": "deleted"})
    return await whole(request, me.viewer, post.id, me.by)


async def get_heard(request: Request) -> Response:
    """What became of the caller's own words; 404 for whoever took no part."""
    me = await caller(request, READ)
    post = await proposal_at(request, me.viewer)
    found = await hearing.heard_by(await hearing.outcome_of(post), [me.by.account_id], me.viewer)
    if me.by.account_id not in found:
        raise NotFound("You have not taken part in this proposal.")
    return Json(render.as_heard(found[me.by.account_id], origin_of(request)))


async def visit_proposal(request: Request) -> Response:
    """Notes that the caller looks at it now."""
    me = await caller(request, WRITE)
    post = await proposal_at(request, me.viewer)
    active = post.proposal.active_at if post.proposal else post.published_at
    since = maybe_moment(await note_visit(me.by, post.id, int(active.timestamp() * 1000)))
    steps = await proposals.steps_of(post.id) if since else []
    said = await contributions_of(post, me.viewer) if since else []
    mine = me.by.account_id
    return Json(
        {
            "since": maybe_stamp(since),
            "steps": [render.as_step(each) for each in steps if since and each.at > since and each.account_id != mine],
            "contributions": [
                render.as_record(each, origin_of(request))
                for each in said
                if since and each.published_at > since and not each.marks.own
            ],
        }
    )


async def whole(request: Request, viewer: Viewer, post_id: int, by: Principal = ANYONE) -> Response:
    post = await posts.by_id(post_id, viewer)
    if post is None or post.proposal is None:
        raise NotFound
    if by is ANYONE and viewer.signed_in:
        by = Principal("member", viewer.account_id, viewer.role, viewer.member_id)
    acts = await acts_of(by, post)
    history = await proposals.history_of(post)
    found = await contributions_of(post, viewer)
    made = render.as_whole_proposal(post, history, found, acts, origin_of(request))
    return Json(made, headers=etag(post.version))


async def proposal_at(request: Request, viewer: Viewer) -> PostView:
    post = await posts.by_id(path_id(request), viewer)
    if post is None or post.proposal is None:
        raise NotFound
    return post


async def contributions_of(post: PostView, viewer: Viewer) -> list[PostView]:
    return [each for each in (await posts.thread_of(post.id, viewer)).descendants if not each.gone]


async def _draft(request: Request, params: Params, before: PostView | None = None) -> ProposalDraft:
    """What a call says a proposal is; of one that is there, what it leaves out stays."""
    old = {each.key: each.source for each in before.proposal.sections} if before and before.proposal else {}
    title = params.text("title", before.title if before else "")
    given, own = params.part("sections"), params.part("facts")
    sections = tuple((key, given.text(key, old.get(key, ""))) for key in SECTION_KEYS)
    check_proposal_form(title, [Section(key, text) for key, text in sections])
    said = "\n\n".join([title, *(text for _, text in sections)])
    kind = params.text("kind")
    return ProposalDraft(
        title,
        tuple((key, text) for key, text in sections if text.strip()),
        topic_id=params.number("topic_id"),
        language=language_of(params.text("language")),
        kind=None if not kind and before else "practice" if kind == "practice" else "barrier",
        role=params.given("role") if before else params.text("role"),
        place=params.given("place") if before else params.text("place"),
        facts={name: own.text(name) for name in FACT_NAMES} if "facts" in params or not before else None,
        policy_ids=params.ids("policy_ids") if "policy_ids" in params or not before else None,
        policy_name=params.text("policy_name"),
        mentions=await request.app.state.remote.resolve_mentions(said),
        media_ids=tuple(each.id for each in before.media) if before else params.ids("media_ids"),
        spoiler_text=params.text("content_warning", before.spoiler_text if before else ""),
        sensitive=before.sensitive if before else False,
        visibility=before.visibility if before else "public",
        base_version=base_of(request),
        idempotency_key=request.headers.get("idempotency-key", "")[:255],
        mode=mode_of(params),
        hold=hold_for(params, said),
    )


def _act(name: str) -> Act:
    for act in ACTS:
        if act == name:
            return act
    raise NotFound


_SECTIONS: Final = {"type": "object", "properties": dict.fromkeys(SECTION_KEYS, TEXT)}
_SAID: Final = {"title": TEXT, "sections": _SECTIONS, "language": TEXT, "kind": one_of("barrier", "practice"),
                "role": TEXT, "place": TEXT, "facts": FACTS, "content_warning": TEXT, "policy_ids": listed(ID),
                "policy_name": TEXT}  # fmt: skip
_DELETED: Final = shape(id=ID, state=one_of("deleted"))

OPERATIONS: Final[tuple[Operation, ...]] = (
    Operation(
        "GET", f"{IN}/proposals", "Proposals, the most active first", list_proposals, listed(SHORT), paged=True,
        query={"topic_id": ID, "author_id": ID, "state": one_of(*STATES), "order": one_of("active", "new")},
    ),
    Operation(
        "POST", f"{IN}/proposals", "Raise a proposal", raise_proposal, WHOLE, WRITE,
        body={**_SAID, "topic_id": ID, "media_ids": listed(ID), **NAMES}, needed=("title", "sections"), key="post",
        about="“held” is true where a steward reads it first. “mode” says whether it stands under your name;"
        " “confirmed” says that nobody can be known by it.",
    ),
    Operation("GET", f"{IN}/proposals/{{id}}", "A proposal with all that belongs to it", get_proposal, WHOLE,
              versioned=True, about="“acts” are those that you may do with it now."),
    Operation(
        "PUT", f"{IN}/proposals/{{id}}", "Publish a new version", reword_proposal, WHOLE, WRITE,
        body={**_SAID, "confirmed": YES}, versioned=True,
        about="What is left out stays as it is. With If-Match nothing is overwritten that you have not read.",
    ),
    Operation("DELETE", f"{IN}/proposals/{{id}}", "Take it back for good", delete_proposal, EMPTY, WRITE,
              about="Where others have taken part, withdraw it instead: then it stays and says so."),
    Operation("GET", f"{IN}/proposals/{{id}}/timeline", "What has happened, oldest first", get_timeline, listed(STEP),
              paged=True),
    Operation("GET", f"{IN}/proposals/{{id}}/asks", "What was asked of whom, and the public clock", list_asks,
              listed(ASK), about="“days” are working days: left until “due”, or gone by since."),
    Operation(
        "POST", f"{IN}/proposals/{{id}}/acts/{{act}}", "Move it on: " + ", ".join(ACTS), do_act,
        {"anyOf": [WHOLE, _DELETED]}, WRITE, body={"reason": TEXT, "outcome": one_of(*OUTCOMES), "waived": YES},
    ),
    Operation("GET", f"{IN}/proposals/{{id}}/heard", "What became of your own words", get_heard,
              shape(you_wrote=listed(RECORD), you_support_it=YES, answer=maybe(RECORD), done=listed(RECORD),
                    ended=maybe(STEP)), READ),
    Operation("POST", f"{IN}/proposals/{{id}}/visit", "What is new since you last looked", visit_proposal,
              shape(since=maybe(TIME), steps=listed(STEP), contributions=listed(RECORD)), WRITE),
)  # fmt: skip
