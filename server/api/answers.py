"""Answers of policy owners for scripts; and what an owner does with a personal link, without an account."""

from typing import Any, Final, Literal

from starlette.requests import Request
from starlette.responses import Response

from server.actions.asks import acknowledge, ask_of_token, asked_back
from server.actions.comments import publish_comment
from server.actions.milestones import add_milestone, begin_work, decide_milestone
from server.api.operations import DATE, ID, IN, NUMBER, READ, TEXT, Operation, listed, maybe, named, one_of, shape
from server.api.params import origin_of, path_id
from server.api.parts import listing, part_of
from server.api.shapes import ASK, RECORD, SHORT
from server.http.bearer import reader
from server.http.body import Params, params_of
from server.http.replies import Json
from server.queries import answers, asks, instance, posts
from server.render import civic as render
from server.rules.answers import CODES
from server.rules.contributions import KINDS
from server.rules.drafts import PostDraft
from server.rules.errors import NotFound
from server.rules.permissions import CLOCK, Principal
from server.views.posts import PostView
from server.views.viewer import VISITOR


async def list_answers(request: Request) -> Response:
    viewer, part = await reader(request, READ), part_of(request)
    found = await answers.newest(viewer, limit=part.one_more, offset=part.offset)
    return listing(request, part, [render.as_answer(each, origin_of(request)) for each in found])


async def get_asked(request: Request) -> Response:
    return await _asked(request, (await _by_link(request))[1])


async def acknowledge_by_link(request: Request) -> Response:
    by, post = await _by_link(request)
    await acknowledge(by, post.id)
    return await _asked(request, post)


async def ask_back_by_link(request: Request) -> Response:
    (by, post), params = await _by_link(request), await params_of(request)
    question = PostDraft(source=params.text("question"), in_reply_to_id=post.id, stance="question")
    said = await publish_comment(by, question)
    await asked_back(by, post.id, said)
    return await _record(request, said)


async def answer_by_link(request: Request) -> Response:
    """Passing it on is the answer “not ours”, with who can decide it."""
    (by, post), params = await _by_link(request), await params_of(request)
    return await _record(request, await publish_comment(by, _answer(post, params)))


async def begin_by_link(request: Request) -> Response:
    by, post = await _by_link(request)
    await begin_work(by, post.id)
    return await _asked(request, (await _by_link(request))[1])


async def add_milestone_by_link(request: Request) -> Response:
    (by, post), params = await _by_link(request), await params_of(request)
    return await _record(request, await add_milestone(by, post.id, params.text("text"), params.text("due")))


async def decide_milestone_by_link(request: Request) -> Response:
    (by, post), params = await _by_link(request), await params_of(request)
    milestone = path_id(request)
    verdict: Literal["done", "dropped"] = "done" if params.text("verdict") == "done" else "dropped"
    await decide_milestone(by, post.id, milestone, verdict)
    return await _record(request, milestone)


def _answer(post: PostView, params: Params) -> PostDraft:
    facts: dict[str, Any] = {fact.name: params.text(fact.name) for fact in KINDS["answer"].facts}
    facts["via"] = "link"
    return PostDraft(
        source=params.text("text"), in_reply_to_id=post.id, language=post.language, record="answer", facts=facts
    )


async def _by_link(request: Request) -> tuple[Principal, PostView]:
    """Who acts with a personal link, and the proposal it is for. What they say stands under the organisation's
    account, with their name beside it."""
    ask = await ask_of_token(CLOCK, request.path_params["token"])
    post, site = await posts.by_id(ask.proposal_id, VISITOR), await instance.get()
    if post is None or site.organisation is None:
        raise NotFound
    return Principal("owner", site.organisation.id), post


async def _asked(request: Request, post: PostView) -> Response:
    newest = (await asks.of_proposal(post.id))[-1]
    return Json({"ask": render.as_ask(newest), "proposal": render.as_record(post, origin_of(request))})


async def _record(request: Request, post_id: int) -> Response:
    post = await posts.by_id(post_id, VISITOR)
    if post is None:
        raise NotFound
    return Json(render.as_record(post, origin_of(request)))


_ANSWER: Final = named(
    "Answer",
    shape(code=TEXT, owner=TEXT, days=maybe(NUMBER), answer=RECORD, proposal=shape(id=ID, title=TEXT, url=TEXT)),
)
_ASKED: Final = named("Asked", shape(ask=ASK, proposal=SHORT))
_AT: Final = f"{IN}/answer_links/{{token}}"
_LINK: Final = "For whoever was asked: the personal link is the key, and no account is needed."

OPERATIONS: Final[tuple[Operation, ...]] = (
    Operation("GET", f"{IN}/answers", "Answers, the newest first, and how long each took", list_answers,
              listed(_ANSWER), paged=True, about="“days” are working days. To answer from an account, or to record a"
              " letter, add a contribution of the kind “answer”."),
    Operation("GET", _AT, "What is asked, and the proposal", get_asked, _ASKED, about=_LINK),
    Operation("POST", f"{_AT}/acknowledge", "It has arrived", acknowledge_by_link, _ASKED, about=_LINK),
    Operation("POST", f"{_AT}/question", "Ask back", ask_back_by_link, RECORD, body={"question": TEXT},
              needed=("question",), about=_LINK),
    Operation(
        "POST", f"{_AT}/answer", "Answer, or pass it on", answer_by_link, RECORD,
        body={"code": one_of(*CODES), "text": TEXT, "until": DATE, "passedTo": TEXT, "changeMind": TEXT,
              "givenBy": TEXT},
        needed=("code", "text"), about=_LINK,
    ),
    Operation("POST", f"{_AT}/begin", "The work has begun", begin_by_link, _ASKED, about=_LINK),
    Operation("POST", f"{_AT}/milestones", "A step of the work", add_milestone_by_link, RECORD,
              body={"text": TEXT, "due": DATE}, needed=("text",), about=_LINK),
    Operation("POST", f"{_AT}/milestones/{{id}}", "A step is done, or was dropped", decide_milestone_by_link, RECORD,
              body={"verdict": one_of("done", "dropped")}, needed=("verdict",), about=_LINK),
)  # fmt: skip
