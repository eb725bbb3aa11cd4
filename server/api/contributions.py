"""What people say about a proposal and add to it, of every kind, and what is decided about it."""

from dataclasses import replace
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from server.actions.amendments import accept_amendment
from server.actions.comments import publish_comment
from server.actions.contributions import decide_contribution
from server.actions.posts import delete_post, edit_post
from server.actions.threads import complete_thread
from server.api.operations import EMPTY, ID, IN, READ, TEXT, WRITE, YES, Operation, listed, one_of
from server.api.params import language_of, origin_of, path_id
from server.api.parts import listing, part_of
from server.api.proposals import contributions_of, proposal_at
from server.api.shapes import RECORD
from server.api.speaking import NAMES, hold_for, mode_of, principal_for, speaker
from server.http.bearer import caller, reader
from server.http.body import Params, params_of, query_of
from server.http.replies import Json
from server.queries import posts
from server.render import civic as render
from server.rules.comments import STANCES, parse_stance
from server.rules.contributions import KINDS, ContributionState
from server.rules.drafts import PostDraft
from server.rules.errors import Invalid, NotFound
from server.rules.proposals import SECTION_KEYS
from server.views.posts import PostView
from server.views.viewer import Viewer

VERDICTS: Final[tuple[ContributionState, ...]] = ("accepted", "declined", "counted", "done", "dropped")


async def list_contributions(request: Request) -> Response:
    viewer = await reader(request, READ)
    post, part, wanted = await proposal_at(request, viewer), part_of(request), query_of(request).text("kind")
    found = [each for each in await contributions_of(post, viewer) if wanted in ("", _kind(each))]
    return listing(request, part, [render.as_record(each, origin_of(request)) for each in part.of(found)])


async def get_contribution(request: Request) -> Response:
    return await record(request, await reader(request, READ), path_id(request))


async def contribute(request: Request) -> Response:
    me, params = await caller(request, WRITE), await params_of(request)
    post = await proposal_at(request, me.viewer)
    text, kind = params.text("text"), params.text("kind")
    new_id = await publish_comment(
        await speaker(me, params),
        PostDraft(
            source=text,
            visibility=post.visibility,
            in_reply_to_id=params.number("in_reply_to_id") or post.id,
            language=language_of(params.text("language")) or post.language,
            stance=params.text("stance"),
            mentions=await request.app.state.remote.resolve_mentions(text),
            media_ids=params.ids("media_ids"),
            record="" if kind == "comment" else kind,
            facts=_facts(kind, params.part("facts")),
            idempotency_key=request.headers.get("idempotency-key", "")[:255],
            mode=mode_of(params),
            hold=hold_for(params, text),
        ),
    )
    return await record(request, me.viewer, new_id)


async def reword_contribution(request: Request) -> Response:
    me, params = await caller(request, WRITE), await params_of(request)
    post = await _said(request, me.viewer)
    text = params.text("text", post.source)
    if hold_for(params, text):
        raise Invalid(
            "confirmed", "This may say who somebody is. Change it, or say with “confirmed” that nobody can be known."
        )
    draft = PostDraft(
        source=text,
        visibility=post.visibility,
        in_reply_to_id=post.in_reply_to_id,
        spoiler_text=post.spoiler_text,
        sensitive=post.sensitive,
        language=post.language,
        media_ids=tuple(picture.id for picture in post.media),
        stance=parse_stance(params.text("stance", post.stance)),
    )
    mentions = await request.app.state.remote.resolve_mentions(text)
    await edit_post(await principal_for(me, post.account), post.id, replace(draft, mentions=mentions))
    return await record(request, me.viewer, post.id)


async def delete_contribution(request: Request) -> Response:
    me = await caller(request, WRITE)
    post = await _said(request, me.viewer)
    await delete_post(await principal_for(me, post.account), post.id)
    return Json({})


async def decide_about(request: Request) -> Response:
    me, params = await caller(request, WRITE), await params_of(request)
    post = await _said(request, me.viewer)
    verdict = next((each for each in VERDICTS if each == params.text("verdict")), None)
    if post.contribution is None:
        raise NotFound
    if verdict is None:
        raise Invalid("verdict", "Say accepted, declined, counted, done or dropped.")
    if post.contribution.kind == "amendment" and verdict == "accepted":
        await accept_amendment(me.by, post.id, params.text("reason"))
    else:
        await decide_contribution(me.by, post.id, verdict, params.text("reason"), reply_id=params.number("reply_id"))
    return await record(request, me.viewer, post.id)


async def fetch_conversation(request: Request) -> Response:
    """They arrive in the background."""
    me = await caller(request, WRITE)
    await complete_thread(me.by, (await proposal_at(request, me.viewer)).id, pressed=True)
    return Json({})


async def record(request: Request, viewer: Viewer, post_id: int) -> Response:
    post = await posts.by_id(post_id, viewer)
    if post is None or (post.proposal_id is None and post.proposal is None):
        raise NotFound
    return Json(render.as_record(post, origin_of(request)))


async def _said(request: Request, viewer: Viewer) -> PostView:
    """What somebody said about a proposal; a proposal itself is none."""
    post = await posts.by_id(path_id(request), viewer)
    if post is None or post.proposal_id is None or post.proposal is not None:
        raise NotFound
    return post


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


_WORDING: Final = {"type": "object", "properties": dict.fromkeys(("title", *SECTION_KEYS), TEXT)}
_FACTS: Final = {
    "type": "object",
    "properties": {
        fact.name: _WORDING if fact.shape == "sections" else TEXT for rules in KINDS.values() for fact in rules.facts
    },
}
_ABOUT: Final = "What each kind wants to know: " + "; ".join(
    f"{kind}: {', '.join(fact.name + (' (needed)' if fact.needed else '') for fact in rules.facts)}"
    for kind, rules in KINDS.items()
    if rules.facts
)  # fmt: skip

OPERATIONS: Final[tuple[Operation, ...]] = (
    Operation("GET", f"{IN}/proposals/{{id}}/contributions", "What people said and added", list_contributions,
              listed(RECORD), query={"kind": one_of("comment", *KINDS)}, paged=True),
    Operation(
        "POST", f"{IN}/proposals/{{id}}/contributions", "Say or add something", contribute, RECORD, WRITE,
        body={"kind": one_of("comment", *KINDS), "text": TEXT, "stance": one_of(*STANCES), "facts": _FACTS,
              "in_reply_to_id": ID, "media_ids": listed(ID), "language": TEXT, **NAMES},
        needed=("kind",), key="post", about=_ABOUT + ".",
    ),
    Operation("POST", f"{IN}/proposals/{{id}}/conversation", "Ask other servers for comments we do not have",
              fetch_conversation, EMPTY, WRITE, about="They arrive in the background."),
    Operation("GET", f"{IN}/contributions/{{id}}", "One contribution", get_contribution, RECORD),
    Operation("PUT", f"{IN}/contributions/{{id}}", "Change the words of your own", reword_contribution, RECORD, WRITE,
              body={"text": TEXT, "stance": one_of(*STANCES), "confirmed": YES}),
    Operation("DELETE", f"{IN}/contributions/{{id}}", "Take back what you said", delete_contribution, EMPTY, WRITE),
    Operation(
        "POST", f"{IN}/contributions/{{id}}/decide", "Decide about a contribution", decide_about, RECORD, WRITE,
        body={"verdict": one_of(*VERDICTS), "reason": TEXT, "reply_id": ID}, needed=("verdict",),
        about="An amendment is accepted, which makes a new version, or declined with a reason; a contribution that"
        " waits is counted; what is being done is done, or dropped with a reason.",
    ),
)  # fmt: skip
