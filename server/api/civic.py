"""The civic records for scripts: everything a person can read and do about a proposal, as JSON. Documented at
`/api/docs` from the same table that its routes are made of."""

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from server.actions.amendments import accept_amendment
from server.actions.asks import (
    AskDraft,
    OwnerDraft,
    acknowledge,
    keep_owner,
    new_answer_link,
    prepare_ask,
    send_proposal,
)
from server.actions.comments import publish_comment
from server.actions.contributions import decide_contribution
from server.actions.lifecycle import move_proposal
from server.actions.likes import support_again
from server.actions.mailing import mail_ask
from server.actions.proposals import publish_proposal
from server.actions.same_barrier import link_barrier, unlink_barrier
from server.actions.withdrawing import withdraw_proposal
from server.api import coauthors, policies
from server.api.operations import DATE, ID, NUMBER, TEXT, YES, Operation, listed, one_of
from server.api.params import language_of, origin_of, path_id
from server.http.bearer import caller, reader
from server.http.body import Params, params_of, query_of
from server.http.replies import Json
from server.queries import answers, asks, hearing, posts, proposals, same_barrier, topics
from server.queries.lifecycle import acts_of
from server.render import civic as render
from server.rules.answers import VERB_WORDS
from server.rules.clock import ACKNOWLEDGE_DAYS, ANSWER_DAYS, LONG_DAYS, Limits
from server.rules.contributions import KINDS, ContributionState
from server.rules.drafts import PostDraft, ProposalDraft
from server.rules.errors import Invalid, NotFound
from server.rules.lifecycle import ACTS, OUTCOMES, Act, Wanted
from server.rules.permissions import ANYONE, Principal, may_steward
from server.rules.proposals import SECTION_KEYS, STATES, Section, check_proposal_form
from server.views.posts import PostView
from server.views.viewer import Viewer

READ: Final = "read:statuses"
WRITE: Final = "write:statuses"
PAGE: Final = 40
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
    return await _whole(request, await reader(request, READ), path_id(request))


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
    return await _whole(request, me.viewer, post_id, me.by)


async def get_timeline(request: Request) -> Response:
    post = await _proposal(request, await reader(request, READ))
    return Json([render.as_step(step) for step in await proposals.steps_of(post.id)])


async def do_act(request: Request) -> Response:
    me, params = await caller(request, WRITE), await params_of(request)
    post = await _proposal(request, me.viewer)
    wanted = Wanted(params.text("reason"), params.text("outcome"), params.flag("waived"))
    act = _act(request.path_params["act"])
    if act != "withdraw":
        await move_proposal(me.by, post.id, act, wanted)
    elif not await withdraw_proposal(me.by, post.id, wanted):
        return Json({"id": str(post.id), "state": "deleted"})
    return await _whole(request, me.viewer, post.id, me.by)


async def list_contributions(request: Request) -> Response:
    post = await _proposal(request, await reader(request, READ))
    wanted = query_of(request).text("kind")
    found = await _contributions(post, await reader(request, READ))
    return Json([render.as_record(each, origin_of(request)) for each in found if wanted in ("", _kind(each))])


async def contribute(request: Request) -> Response:
    me, params = await caller(request, WRITE), await params_of(request)
    post = await _proposal(request, me.viewer)
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
    return await _record(request, me.viewer, new_id)


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
    return await _record(request, me.viewer, post.id)


async def set_ask(request: Request) -> Response:
    me, params = await caller(request, WRITE), await params_of(request)
    post = await _proposal(request, me.viewer)
    draft = AskDraft(params.number("owner_id") or 0, params.text("verb"), params.text("text"), params.text("by_date"))
    await prepare_ask(me.by, post.id, draft)
    return Json([render.as_ask(ask) for ask in await asks.of_proposal(post.id, sent_only=False)])


async def send(request: Request) -> Response:
    """Answers with the personal link for the policy owner, which is shown this once."""
    me = await caller(request, WRITE)
    post = await _proposal(request, me.viewer)
    return await _answer_link(request, me.by, post.id, await send_proposal(me.by, post.id))


async def renew_answer_link(request: Request) -> Response:
    me = await caller(request, WRITE)
    post = await _proposal(request, me.viewer)
    return await _answer_link(request, me.by, post.id, await new_answer_link(me.by, post.id))


async def _answer_link(request: Request, by: Principal, post_id: int, token: str) -> Response:
    """The link, and where there is a mail server and an address of theirs, a mail with it."""
    if request.app.state.settings.smtp_url:
        await mail_ask(by, post_id, token)
    return Json({"answer_url": f"{origin_of(request)}/answer/{token}"})


async def acknowledge_ask(request: Request) -> Response:
    me = await caller(request, WRITE)
    post = await _proposal(request, me.viewer)
    await acknowledge(me.by, post.id)
    return await _whole(request, me.viewer, post.id, me.by)


async def confirm_support(request: Request) -> Response:
    me = await caller(request, WRITE)
    post = await _proposal(request, me.viewer)
    await support_again(me.by, post.id)
    return await _whole(request, me.viewer, post.id, me.by)


async def list_same(request: Request) -> Response:
    viewer = await reader(request, READ)
    post = await _proposal(request, viewer)
    return await _same(post.id, viewer)


async def set_same_barrier(request: Request) -> Response:
    me, params = await caller(request, WRITE), await params_of(request)
    post = await _proposal(request, me.viewer)
    uri = params.text("uri").strip()
    if not params.flag("same", True):
        await unlink_barrier(me.by, post.id, uri)
    else:
        other = await request.app.state.remote.find_post(uri)
        if other is None:
            raise Invalid("uri", "We found no proposal at this address. Copy the address of its page.")
        await link_barrier(me.by, post.id, other)
    return await _same(post.id, me.viewer)


async def get_heard(request: Request) -> Response:
    """What became of the caller's own words; 404 for whoever took no part."""
    me = await caller(request, READ)
    post = await _proposal(request, me.viewer)
    found = await hearing.heard_by(await hearing.outcome_of(post), [me.by.account_id], me.viewer)
    if me.by.account_id not in found:
        raise NotFound("You have not taken part in this proposal.")
    return Json(render.as_heard(found[me.by.account_id], origin_of(request)))


async def list_answers(request: Request) -> Response:
    viewer, params = await reader(request, READ), query_of(request)
    limit, offset = min(max(params.number("limit") or 20, 1), PAGE), min(max(params.number("offset") or 0, 0), 100_000)
    found = await answers.newest(viewer, limit=limit, offset=offset)
    return Json([render.as_answer(each, origin_of(request)) for each in found])


async def list_owners(request: Request) -> Response:
    me = await caller(request, READ)
    found = await asks.owners()
    return Json([render.as_owner(owner, with_email=may_steward(me.by)) for owner in found])


async def add_owner(request: Request) -> Response:
    me, params = await caller(request, WRITE), await params_of(request)
    days = Limits(
        params.number("acknowledge_days") or ACKNOWLEDGE_DAYS,
        params.number("answer_days") or ANSWER_DAYS,
        params.number("long_days") or LONG_DAYS,
    )
    draft = OwnerDraft(params.text("name"), params.number("account_id"), params.text("email"), params.text("url"), days)
    owner_id = await keep_owner(me.by, draft)
    found = [owner for owner in await asks.owners() if owner.id == owner_id]
    return Json(render.as_owner(found[0], with_email=True))


async def list_topics(request: Request) -> Response:
    return Json([render.as_topic(topic) for topic in await topics.all_topics()])


async def get_topic(request: Request) -> Response:
    topic = await topics.by_slug(request.path_params["slug"])
    if topic is None:
        raise NotFound
    return Json(render.as_topic(topic))


async def _whole(request: Request, viewer: Viewer, post_id: int, by: Principal = ANYONE) -> Response:
    post = await posts.by_id(post_id, viewer)
    if post is None or post.proposal is None:
        raise NotFound
    if by is ANYONE and viewer.signed_in:
        by = Principal("member", viewer.account_id, viewer.role, viewer.member_id)
    acts = await acts_of(by, post)
    history = await proposals.history_of(post)
    found = await _contributions(post, viewer)
    return Json(render.as_whole_proposal(post, history, found, acts, origin_of(request)))


async def _same(proposal_id: int, viewer: Viewer) -> Response:
    """What is only wished is left out: the author is asked first."""
    found = await same_barrier.of_proposal(proposal_id, viewer)
    return Json([render.as_same(each) for each in found if each.said_here or each.said_there])


async def _record(request: Request, viewer: Viewer, post_id: int) -> Response:
    post = await posts.by_id(post_id, viewer)
    if post is None:
        raise NotFound
    return Json(render.as_record(post, origin_of(request)))


async def _proposal(request: Request, viewer: Viewer) -> PostView:
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


_RECORD: Final = {"type": "object", "properties": {"id": ID, "type": TEXT, "uri": TEXT, "content": TEXT, "text": TEXT}}
_WHOLE: Final = {
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
        "contributions": listed(_RECORD),
        "acts": listed(one_of(*ACTS)),
    },
}
_OWNER: Final = {"type": "object", "properties": {"id": ID, "name": TEXT, "url": TEXT}}
_TOPIC: Final = {"type": "object", "properties": {"id": ID, "slug": TEXT, "name": TEXT, "proposals_count": NUMBER}}
_SAME: Final = {"type": "object", "properties": {"uri": TEXT, "title": TEXT, "here": YES, "there": YES}}
_LINK: Final = {"type": "object", "properties": {"answer_url": TEXT}}
_SECTIONS: Final = {"type": "object", "properties": dict.fromkeys(SECTION_KEYS, TEXT)}
_IN: Final = "/v1/civic"

OPERATIONS: Final[tuple[Operation, ...]] = (
    Operation(
        "GET", f"{_IN}/proposals", "Proposals, the most active first", list_proposals, listed(_RECORD),
        query={"topic_id": ID, "state": one_of(*STATES), "order": one_of("active", "new"), "limit": NUMBER,
               "offset": NUMBER},
    ),
    Operation(
        "POST", f"{_IN}/proposals", "Raise a proposal", raise_proposal, _WHOLE, WRITE,
        body={"title": TEXT, "sections": _SECTIONS, "topic_id": ID, "language": TEXT, "role": TEXT, "place": TEXT,
              "kind": one_of("barrier", "practice"), "policy_ids": listed(ID), "policy_name": TEXT},
        needed=("title", "sections"),
    ),
    Operation("GET", f"{_IN}/proposals/{{id}}", "A proposal with all that belongs to it", get_proposal, _WHOLE),
    Operation("GET", f"{_IN}/proposals/{{id}}/timeline", "What has happened, oldest first", get_timeline,
              listed({"type": "object", "properties": {"kind": TEXT, "at": TEXT}})),
    Operation(
        "POST", f"{_IN}/proposals/{{id}}/acts/{{act}}", "Move it on: " + ", ".join(ACTS), do_act, _WHOLE, WRITE,
        body={"reason": TEXT, "outcome": one_of(*OUTCOMES), "waived": YES},
    ),
    Operation("GET", f"{_IN}/proposals/{{id}}/contributions", "What people said and added", list_contributions,
              listed(_RECORD), query={"kind": one_of("comment", *KINDS)}),
    Operation(
        "POST", f"{_IN}/proposals/{{id}}/contributions", "Say or add something", contribute, _RECORD, WRITE,
        body={"kind": one_of("comment", *KINDS), "text": TEXT, "stance": TEXT, "facts": {"type": "object"},
              "in_reply_to_id": ID, "media_ids": listed(ID), "language": TEXT},
        needed=("kind",),
    ),
    Operation("POST", f"{_IN}/contributions/{{id}}/decide", "Decide about a contribution", decide, _RECORD, WRITE,
              body={"verdict": one_of(*VERDICTS), "reason": TEXT, "reply_id": ID}, needed=("verdict",)),
    Operation("PUT", f"{_IN}/proposals/{{id}}/ask", "Say what is asked, and of whom", set_ask,
              listed({"type": "object"}), WRITE,
              body={"owner_id": ID, "verb": one_of(*VERB_WORDS), "text": TEXT, "by_date": DATE},
              needed=("owner_id", "verb")),
    Operation("POST", f"{_IN}/proposals/{{id}}/send", "Send it; the public clock begins", send, _LINK, WRITE),
    Operation("POST", f"{_IN}/proposals/{{id}}/answer_link", "A new personal answer link", renew_answer_link, _LINK,
              WRITE),
    Operation("POST", f"{_IN}/proposals/{{id}}/acknowledge", "Whoever was asked: it has arrived", acknowledge_ask,
              _WHOLE, WRITE),
    Operation("POST", f"{_IN}/proposals/{{id}}/support", "Support its wording as it is now", confirm_support, _WHOLE,
              WRITE),
    Operation("GET", f"{_IN}/proposals/{{id}}/same", "Proposals about the same barrier, and which side says so",
              list_same, listed(_SAME)),
    Operation("PUT", f"{_IN}/proposals/{{id}}/same", "Say that another is about the same barrier, or no longer",
              set_same_barrier, listed(_SAME), WRITE, body={"uri": TEXT, "same": YES}, needed=("uri",)),
    Operation("GET", f"{_IN}/proposals/{{id}}/heard", "What became of your own words", get_heard,
              {"type": "object", "properties": {"you_wrote": listed(_RECORD), "answer": _RECORD}}, READ),
    Operation("GET", f"{_IN}/answers", "Answers, the newest first, and how long each took", list_answers,
              listed({"type": "object", "properties": {"code": TEXT, "owner": TEXT, "days": NUMBER}}),
              query={"limit": NUMBER, "offset": NUMBER}),
    Operation("GET", f"{_IN}/owners", "Policy owners", list_owners, listed(_OWNER), READ),
    Operation(
        "POST", f"{_IN}/owners", "Enter a policy owner", add_owner, _OWNER, WRITE,
        body={"name": TEXT, "email": TEXT, "url": TEXT, "account_id": ID, "acknowledge_days": NUMBER,
              "answer_days": NUMBER, "long_days": NUMBER},
        needed=("name",),
    ),
    *policies.OPERATIONS,
    *coauthors.OPERATIONS,
    Operation("GET", f"{_IN}/topics", "Topics", list_topics, listed(_TOPIC)),
    Operation("GET", f"{_IN}/topics/{{slug}}", "One topic with its chapters", get_topic, _TOPIC),
)  # fmt: skip
ROUTES = [operation.route() for operation in OPERATIONS]
