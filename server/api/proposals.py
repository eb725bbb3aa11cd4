"""Proposals for scripts: reading them, raising them, moving them on, and what people add."""

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from server.actions.amendments import accept_amendment
from server.actions.comments import publish_comment
from server.actions.contributions import decide_contribution
from server.actions.lifecycle import move_proposal
from server.actions.likes import support_again
from server.actions.proposals import publish_proposal
from server.actions.withdrawing import withdraw_proposal
from server.api.operations import ID, NUMBER, TEXT, YES, Operation, listed, one_of
from server.api.params import language_of, origin_of, path_id
from server.http.bearer import caller, reader
from server.http.body import Params, params_of, query_of
from server.http.replies import Json
from server.queries import hearing, posts, proposals
from server.queries.lifecycle import acts_of
from server.render import civic as render
from server.rules.contributions import KINDS, ContributionState
from server.rules.drafts import PostDraft, ProposalDraft
from server.rules.errors import Invalid, NotFound
from server.rules.lifecycle import ACTS, OUTCOMES, Act, Wanted
from server.rules.permissions import ANYONE, Principal
from server.rules.proposals import SECTION_KEYS, STATES, Section, check_proposal_form
from server.views.posts import PostView
from server.views.viewer import Viewer

READ: Final = "read:statuses"
WRITE: Final = "write:statuses"
PAGE: Final = 40
IN: Final = "/v1/civic"
VERDICTS: Final[tuple[ContributionState, ...]] = ("accepted", "declined", "counted", "done", "dropped")


async def list_proposals(request: Request) -> Response:
    viewer, params = await reader(request, READ), query_of(request)
    limit = min(max(params.number("limit") or 20, 1), PAGE)
    found = await proposals.board(
        viewer,
        topic_id=params.number("topic_id"),
        state=params.text("state") or None,
        order="new" if params.text("order") == "new" else "active",
        limit=limit,
        offset=min(max(params.number("offset") or 0, 0), 100_000),
    )
    return Json([render.as_record(post, origin_of(request)) for post in found])


async def get_proposal(request: Request) -> Response:
    return await whole(request, await reader(request, READ), path_id(request))


async def raise_proposal(request: Request) -> Response:
    me, params = await caller(request, WRITE), await params_of(request)
    sections = tuple((key, params.part("sections").text(key)) for key in SECTION_KEYS)
    check_proposal_form(params.text("title"), [Section(key, text) for key, text in sections])
    said = " ".join(text for _, text in sections)
    post_id = await publish_proposal(
        me.by,
        ProposalDraft(
            params.text("title"),
            tuple((key, text) for key, text in sections if text.strip()),
            topic_id=params.number("topic_id"),
            language=language_of(params.text("language")),
            kind="practice" if params.text("kind") == "practice" else "barrier",
            role=params.text("role"),
            place=params.text("place"),
            policy_ids=params.ids("policy_ids"),
            policy_name=params.text("policy_name"),
            mentions=await request.app.state.remote.resolve_mentions(said),
            idempotency_key=request.headers.get("idempotency-key", "")[:255],
        ),
    )
    return await whole(request, me.viewer, post_id, me.by)


async def get_timeline(request: Request) -> Response:
    post = await proposal_at(request, await reader(request, READ))
    return Json([render.as_step(step) for step in await proposals.steps_of(post.id)])


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


async def list_contributions(request: Request) -> Response:
    post = await proposal_at(request, await reader(request, READ))
    wanted = query_of(request).text("kind")
    found = await _contributions(post, await reader(request, READ))
    return Json([render.as_record(each, origin_of(request)) for each in found if wanted in ("", _kind(each))])


async def contribute(request: Request) -> Response:
    me, params = await caller(request, WRITE), await params_of(request)
    post = await proposal_at(request, me.viewer)
    text, kind = params.text("text"), params.text("kind")
    facts = params.part("facts")
    new_id = await publish_comment(
        me.by,
        PostDraft(
            source=text,
            visibility=post.visibility,
            in_reply_to_id=params.number("in_reply_to_id") or post.id,
            language=language_of(params.text("language")) or post.language,
            stance=params.text("stance"),
            mentions=await request.app.state.remote.resolve_mentions(text),
            media_ids=params.ids("media_ids"),
            record="" if kind == "comment" else kind,
            facts=_facts(kind, facts),
            idempotency_key=request.headers.get("idempotency-key", "")[:255],
        ),
    )
    return await record(request, me.viewer, new_id)


async def decide(request: Request) -> Response:
    me, params = await caller(request, WRITE), await params_of(request)
    post = await posts.by_id(path_id(request), me.viewer)
    verdict = next((each for each in VERDICTS if each == params.text("verdict")), None)
    if post is None or post.contribution is None:
        raise NotFound
    if verdict is None:
        raise Invalid("verdict", "Say accepted, declined, counted, done or dropped.")
    if post.contribution.kind == "amendment" and verdict == "accepted":
        await accept_amendment(me.by, post.id, params.text("reason"))
    else:
        await decide_contribution(me.by, post.id, verdict, params.text("reason"), reply_id=params.number("reply_id"))
    return await record(request, me.viewer, post.id)


async def confirm_support(request: Request) -> Response:
    me = await caller(request, WRITE)
    post = await proposal_at(request, me.viewer)
    await support_again(me.by, post.id)
    return await whole(request, me.viewer, post.id, me.by)


async def get_heard(request: Request) -> Response:
    """What became of the caller's own words; 404 for whoever took no part."""
    me = await caller(request, READ)
    post = await proposal_at(request, me.viewer)
    found = await hearing.heard_by(await hearing.outcome_of(post), [me.by.account_id], me.viewer)
    if me.by.account_id not in found:
        raise NotFound("You have not taken part in this proposal.")
    return Json(render.as_heard(found[me.by.account_id], origin_of(request)))


async def whole(request: Request, viewer: Viewer, post_id: int, by: Principal = ANYONE) -> Response:
    post = await posts.by_id(post_id, viewer)
    if post is None or post.proposal is None:
        raise NotFound
    if by is ANYONE and viewer.signed_in:
        by = Principal("member", viewer.account_id, viewer.role, viewer.member_id)
    acts = await acts_of(by, post)
    history = await proposals.history_of(post)
    found = await _contributions(post, viewer)
    return Json(render.as_whole_proposal(post, history, found, acts, origin_of(request)))


async def record(request: Request, viewer: Viewer, post_id: int) -> Response:
    post = await posts.by_id(post_id, viewer)
    if post is None:
        raise NotFound
    return Json(render.as_record(post, origin_of(request)))


async def proposal_at(request: Request, viewer: Viewer) -> PostView:
    post = await posts.by_id(path_id(request), viewer)
    if post is None or post.proposal is None:
        raise NotFound
    return post


async def _contributions(post: PostView, viewer: Viewer) -> list[PostView]:
    return [each for each in (await posts.thread_of(post.id, viewer)).descendants if not each.gone]


def _kind(post: PostView) -> str:
    return post.contribution.kind if post.contribution else "comment"


def _facts(kind: str, given: Params) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for fact in next((rules.facts for name, rules in KINDS.items() if name == kind), ()):
        if fact.shape == "sections":
            part = given.part(fact.name)
            facts[fact.name] = {key: part.text(key) for key in part.names()}
        else:
            facts[fact.name] = given.text(fact.name)
    return facts


def _act(name: str) -> Act:
    for act in ACTS:
        if act == name:
            return act
    raise NotFound


RECORD: Final = {"type": "object", "properties": {"id": ID, "type": TEXT, "uri": TEXT, "content": TEXT, "text": TEXT}}
WHOLE: Final = {
    "type": "object",
    "properties": {
        "id": ID,
        "title": TEXT,
        "state": one_of(*STATES),
        "outcome": TEXT,
        "answer_code": TEXT,
        "sections": listed({"type": "object", "properties": {"key": one_of(*SECTION_KEYS), "source": TEXT}}),
        "timeline": listed({"type": "object", "properties": {"kind": TEXT, "at": TEXT, "content": TEXT}}),
        "policies": listed({"type": "object", "properties": {"id": ID, "uri": TEXT, "name": TEXT}}),
        "asks": listed({"type": "object", "properties": {"owner": TEXT, "verb": TEXT, "sent_at": TEXT}}),
        "contributions": listed(RECORD),
        "acts": listed(one_of(*ACTS)),
    },
}
_SECTIONS: Final = {"type": "object", "properties": dict.fromkeys(SECTION_KEYS, TEXT)}

OPERATIONS: Final[tuple[Operation, ...]] = (
    Operation(
        "GET", f"{IN}/proposals", "Proposals, the most active first", list_proposals, listed(RECORD),
        query={"topic_id": ID, "state": one_of(*STATES), "order": one_of("active", "new"), "limit": NUMBER,
               "offset": NUMBER},
    ),
    Operation("GET", f"{IN}/proposals/{{id}}", "A proposal with all that belongs to it", get_proposal, WHOLE),
    Operation(
        "POST", f"{IN}/proposals", "Raise a proposal", raise_proposal, WHOLE, WRITE,
        body={"title": TEXT, "sections": _SECTIONS, "topic_id": ID, "language": TEXT, "role": TEXT, "place": TEXT,
              "kind": one_of("barrier", "practice"), "policy_ids": listed(ID), "policy_name": TEXT},
        needed=("title", "sections"),
    ),
    Operation("GET", f"{IN}/proposals/{{id}}/timeline", "What has happened, oldest first", get_timeline,
              listed({"type": "object", "properties": {"kind": TEXT, "at": TEXT}})),
    Operation(
        "POST", f"{IN}/proposals/{{id}}/acts/{{act}}", "Move it on: " + ", ".join(ACTS), do_act, WHOLE, WRITE,
        body={"reason": TEXT, "outcome": one_of(*OUTCOMES), "waived": YES},
    ),
    Operation("GET", f"{IN}/proposals/{{id}}/contributions", "What people said and added", list_contributions,
              listed(RECORD), query={"kind": one_of("comment", *KINDS)}),
    Operation(
        "POST", f"{IN}/proposals/{{id}}/contributions", "Say or add something", contribute, RECORD, WRITE,
        body={"kind": one_of("comment", *KINDS), "text": TEXT, "stance": TEXT, "facts": {"type": "object"},
              "in_reply_to_id": ID, "media_ids": listed(ID), "language": TEXT},
        needed=("kind",),
    ),
    Operation("POST", f"{IN}/contributions/{{id}}/decide", "Decide about a contribution", decide, RECORD, WRITE,
              body={"verdict": one_of(*VERDICTS), "reason": TEXT, "reply_id": ID}, needed=("verdict",)),
    Operation("POST", f"{IN}/proposals/{{id}}/support", "Support its wording as it is now", confirm_support, WHOLE,
              WRITE),
    Operation("GET", f"{IN}/proposals/{{id}}/heard", "What became of your own words", get_heard,
              {"type": "object", "properties": {"you_wrote": listed(RECORD), "answer": RECORD}}, READ),
)  # fmt: skip
