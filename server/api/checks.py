"""Deciding together, for scripts: asking for consent, voting, objections and their answers."""

from dataclasses import asdict
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from server.actions.checks import CheckDraft, answer_objection, cast, close_check, open_check
from server.api.operations import IN, NUMBER, READ, TEXT, WRITE, YES, Operation, listed, one_of
from server.api.params import origin_of, path_id
from server.api.proposals import proposal_at
from server.api.shapes import CHECK, RECORD
from server.api.speaking import principal_for
from server.http.bearer import caller, reader
from server.http.body import params_of
from server.http.replies import Json
from server.queries import posts
from server.queries.decided import Asked, asked
from server.render import civic as render
from server.render.accounts import maybe_stamp
from server.rules.checks import METHODS
from server.rules.errors import NotFound
from server.rules.ids import now_ms
from server.views.posts import PostView
from server.views.viewer import Viewer

DAY: Final = 24 * 3600 * 1000
CHOICES: Final = ("consent", "aside", "object", "agree", "unsure", "disagree")


async def list_checks(request: Request) -> Response:
    viewer = await reader(request, READ)
    post = await proposal_at(request, viewer)
    return Json([_as_check(each, origin_of(request)) for each in await asked(viewer, post.id)])


async def get_check(request: Request) -> Response:
    viewer = await reader(request, READ)
    return await _check(request, await _poll(path_id(request), viewer), viewer)


async def ask_for_consent(request: Request) -> Response:
    me, params = await caller(request, WRITE), await params_of(request)
    post = await proposal_at(request, me.viewer)
    ends = now_ms() + min(params.number("days") or 0, 999) * DAY
    draft = CheckDraft(params.text("method"), ends, hide_until_closed=params.flag("hide_until_closed"))
    check_id = await open_check(await principal_for(me, post.account), post.id, draft)
    return await _check(request, await _poll(check_id, me.viewer), me.viewer)


async def vote_in_check(request: Request) -> Response:
    """An objection comes with its reason."""
    me, params = await caller(request, WRITE), await params_of(request)
    poll = await _poll(path_id(request), me.viewer)
    choice = params.text("choice")
    await cast(me.by, poll.id, CHOICES.index(choice) % 3 if choice in CHOICES else -1, params.text("reason"))
    return await _check(request, poll, me.viewer)


async def end_check(request: Request) -> Response:
    me = await caller(request, WRITE)
    poll = await _poll(path_id(request), me.viewer)
    await close_check(me.by, poll.id)
    return await _check(request, await _poll(poll.id, me.viewer), me.viewer)


async def answer_to_objection(request: Request) -> Response:
    me, params = await caller(request, WRITE), await params_of(request)
    objection = await posts.by_id(path_id(request), me.viewer)
    proposal = await posts.by_id(objection.proposal_id or 0, me.viewer) if objection else None
    if objection is None or proposal is None:
        raise NotFound
    reply_id = await answer_objection(await principal_for(me, proposal.account), objection.id, params.text("text"))
    reply = await posts.by_id(reply_id, me.viewer)
    if reply is None:
        raise NotFound
    return Json(render.as_record(reply, origin_of(request)))


async def _poll(check_id: int, viewer: Viewer) -> PostView:
    post = await posts.by_id(check_id, viewer)
    if post is None or post.check is None:
        raise NotFound
    return post


async def _check(request: Request, poll: PostView, viewer: Viewer) -> Response:
    found = await asked(viewer, poll.check.proposal_id) if poll.check else []
    one = next((each for each in found if each.post.id == poll.id), None)
    if one is None:
        raise NotFound
    return Json(_as_check(one, origin_of(request)))


def _as_check(one: Asked, origin: str) -> dict[str, Any]:
    check, poll = one.post.check, one.post.poll
    assert check is not None
    assert poll is not None
    return {
        "id": str(one.post.id),
        "proposal_id": str(check.proposal_id),
        "method": check.method,
        "state": check.state,
        "version": check.version,
        "text": one.post.source,
        "options": [{"title": title, "votes": votes} for title, votes in poll.options],
        "hidden": poll.hide_totals and not poll.expired,
        "figures": asdict(one.figures) if one.figures else None,
        "objections": [render.as_record(each, origin) for each in one.objections],
        "unread_objections": one.unread,
        "ends_at": maybe_stamp(poll.expires_at),
        "closed_at": maybe_stamp(check.closed_at),
        "may_vote": one.may_vote,
        "owes_reason": one.owes_reason,
    }


OPERATIONS: Final[tuple[Operation, ...]] = (
    Operation("GET", f"{IN}/proposals/{{id}}/checks", "Its checks, the newest first", list_checks, listed(CHECK),
              about="While figures are hidden, “figures” and “votes” are null."),
    Operation(
        "POST", f"{IN}/proposals/{{id}}/checks", "Ask everybody about the wording as it stands", ask_for_consent, CHECK,
        WRITE, body={"method": one_of(*METHODS), "days": NUMBER, "hide_until_closed": YES}, needed=("method", "days"),
    ),
    Operation("GET", f"{IN}/checks/{{id}}", "A check, and how it stands", get_check, CHECK),
    Operation(
        "POST", f"{IN}/checks/{{id}}/vote", "Vote in a check", vote_in_check, CHECK, WRITE,
        body={"choice": one_of(*CHOICES), "reason": TEXT}, needed=("choice",),
        about="Consent, stand aside or object, with the reason; in a sense check agree, unsure or disagree.",
    ),
    Operation("POST", f"{IN}/checks/{{id}}/close", "Close a check before its time", end_check, CHECK, WRITE,
              needs="steward"),
    Operation("POST", f"{IN}/objections/{{id}}/answer", "Answer an objection in words", answer_to_objection, RECORD,
              WRITE, body={"text": TEXT}, needed=("text",)),
)  # fmt: skip
