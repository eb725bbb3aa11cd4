"""Drafts of proposals for scripts: kept at every step, written alone or together, raised or published as a version."""

from dataclasses import replace
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from server.actions.drafts import begin_version, discard_draft, proposal_of, save_draft, text_of
from server.actions.proposals import edit_proposal, publish_proposal
from server.api.operations import EMPTY, ID, IN, READ, TEXT, WRITE, Operation, listed, one_of
from server.api.params import language_of, path_id
from server.api.parts import base_of, etag
from server.api.proposals import proposal_at, whole
from server.api.shapes import DRAFT, FACT_NAMES, FACTS, WHOLE
from server.api.speaking import NAMES, hold_for, mode_of, principal_for, speaker
from server.http.bearer import Caller, caller
from server.http.body import Params, params_of
from server.http.replies import Json
from server.queries import policies, posts, proposals
from server.queries.lifecycle import standing_of
from server.render.accounts import stamp
from server.rules import limits
from server.rules.errors import Invalid, NotFound, Refused
from server.rules.policies import NAME
from server.rules.proposals import SECTION_KEYS
from server.views.proposals import DraftView


async def list_drafts(request: Request) -> Response:
    me = await caller(request, READ)
    return Json([_as_draft(each, me) for each in await proposals.drafts_of(me.viewer)])


async def get_draft(request: Request) -> Response:
    me = await caller(request, READ)
    return _answer(await _draft_at(me, path_id(request)), me)


async def begin_draft(request: Request) -> Response:
    """A draft may be unfinished."""
    me, params = await caller(request, WRITE), await params_of(request)
    draft_id = await save_draft(me.by, None, **_said(params))
    return _answer(await _draft_at(me, draft_id), me)


async def keep_draft(request: Request) -> Response:
    """What is left out stays as it is."""
    me, params = await caller(request, WRITE), await params_of(request)
    draft = await _draft_at(me, path_id(request))
    await save_draft(me.by, draft.id, rev=base_of(request), **_said(params))
    return _answer(await _draft_at(me, draft.id), me)


async def throw_draft_away(request: Request) -> Response:
    me = await caller(request, WRITE)
    draft = await _draft_at(me, path_id(request))
    if draft.owner_id != me.by.account_id:
        raise Refused("Only who began this draft can throw it away.")
    await discard_draft(me.by, draft.id)
    return Json({})


async def begin_next_version(request: Request) -> Response:
    """A draft that starts with what the proposal says; the one that was begun before, if there is one."""
    me = await caller(request, WRITE)
    post = await proposal_at(request, me.viewer)
    speaks = (await principal_for(me, post.account)).account_id == post.account.id
    if not speaks and "author" not in (await standing_of(me.by, post.id))[1]:
        raise Refused("Only its author, and whoever writes it with them, may change the wording.")
    known = next((each for each in await proposals.drafts_of(me.viewer) if each.post_id == post.id), None)
    if known is None:
        cited = [policy.id for policy in await policies.cited_by(post.id)]
        known = await _draft_at(me, await begin_version(me.by, post, cited))
    return _answer(known, me)


async def catch_up(request: Request) -> Response:
    """The caller has read the version that somebody else published meanwhile."""
    me = await caller(request, WRITE)
    draft = await _draft_at(me, path_id(request))
    post = await posts.by_id(draft.post_id or 0, me.viewer)
    if post is None:
        raise NotFound
    await save_draft(me.by, draft.id, facts={"version": post.version})
    return _answer(await _draft_at(me, draft.id), me)


async def raise_draft(request: Request) -> Response:
    me, params = await caller(request, WRITE), await params_of(request)
    draft = await _draft_at(me, path_id(request))
    mentions = await request.app.state.remote.resolve_mentions(text_of(draft))
    ready = replace(proposal_of(draft, mentions), hold=hold_for(params, text_of(draft)), mode=mode_of(params))
    if draft.post_id is None:
        if draft.owner_id != me.by.account_id:
            raise Refused("Only who began this draft can raise it.")
        return await whole(request, me.viewer, await publish_proposal(await speaker(me, params), ready), me.by)
    if ready.hold:
        raise Invalid(
            "confirmed", "This may say who somebody is. Change it, or say with “confirmed” that nobody can be known."
        )
    before = await posts.by_id(draft.post_id, me.viewer)
    if before is None:
        raise NotFound
    await edit_proposal(await principal_for(me, before.account), before.id, ready)
    return await whole(request, me.viewer, before.id, me.by)


async def _draft_at(me: Caller, draft_id: int) -> DraftView:
    found = await proposals.draft(me.viewer, draft_id)
    if found is None:
        raise NotFound
    return found


def _said(params: Params) -> dict[str, Any]:
    """What a call says of a draft; the rest stays."""
    part = params.part("sections")
    facts: dict[str, Any] = {name: params.text(name)[:80] for name in ("kind", "role", "place") if name in params}
    if "facts" in params:
        facts |= {name: params.part("facts").text(name) for name in FACT_NAMES}
    if "content_warning" in params:
        facts["warning"] = params.text("content_warning")[: limits.SPOILER]
    if "policy_ids" in params:
        facts["policies"] = list(params.ids("policy_ids"))
    if "policy_name" in params:
        facts["policy_name"] = params.text("policy_name")[:NAME]
    return {
        "title": params.given("title"),
        "answers": {key: part.text(key) for key in SECTION_KEYS if key in part} or None,
        "topic_id": (params.number("topic_id") or 0) if "topic_id" in params else None,
        "language": language_of(params.text("language")) if "language" in params else None,
        "facts": facts or None,
    }


def _answer(draft: DraftView, me: Caller) -> Response:
    return Json(_as_draft(draft, me), headers=etag(draft.rev))


def _as_draft(draft: DraftView, me: Caller) -> dict[str, Any]:
    return {
        "id": str(draft.id),
        "proposal_id": str(draft.post_id) if draft.post_id else None,
        "title": draft.title,
        "sections": draft.answers,
        "topic_id": str(draft.topic_id) if draft.topic_id else None,
        "language": draft.language or None,
        "kind": draft.facts.get("kind") or None,
        "role": draft.facts.get("role") or None,
        "place": draft.facts.get("place") or None,
        "facts": {name: draft.facts[name] for name in FACT_NAMES if draft.facts.get(name)},
        "content_warning": draft.facts.get("warning") or None,
        "policy_ids": [str(each) for each in draft.facts.get("policies") or ()],
        "policy_name": draft.facts.get("policy_name") or None,
        "base_version": draft.facts.get("version"),
        "updated_at": stamp(draft.updated_at),
        "mine": draft.owner_id == me.by.account_id,
    }


_AT: Final = f"{IN}/drafts"
_SAID: Final = {
    "title": TEXT, "sections": {"type": "object", "properties": dict.fromkeys(SECTION_KEYS, TEXT)}, "topic_id": ID,
    "language": TEXT, "kind": one_of("barrier", "practice"), "role": TEXT, "place": TEXT, "facts": FACTS,
    "content_warning": TEXT, "policy_ids": listed(ID),
    "policy_name": TEXT,
}  # fmt: skip

OPERATIONS: Final[tuple[Operation, ...]] = (
    Operation("GET", _AT, "What you are writing, and writing along", list_drafts, listed(DRAFT), READ),
    Operation("POST", _AT, "Begin a draft", begin_draft, DRAFT, WRITE, body=_SAID, key="answer"),
    Operation("GET", f"{_AT}/{{id}}", "A draft of yours", get_draft, DRAFT, READ, versioned=True),
    Operation("PUT", f"{_AT}/{{id}}", "Keep what was written so far", keep_draft, DRAFT, WRITE, body=_SAID,
              versioned=True,
              about="With If-Match, 409 where somebody else saved meanwhile: read theirs, and put both together."),
    Operation("DELETE", f"{_AT}/{{id}}", "Throw a draft away", throw_draft_away, EMPTY, WRITE),
    Operation("POST", f"{_AT}/{{id}}/raise", "Raise it, or publish it as a new version", raise_draft, WHOLE, WRITE,
              body=NAMES, about="Raised once: the draft is gone afterwards."),
    Operation("POST", f"{_AT}/{{id}}/caught_up", "You have read the version that others published meanwhile", catch_up,
              DRAFT, WRITE),
    Operation("POST", f"{IN}/proposals/{{id}}/draft", "Begin a new version of a proposal as a draft",
              begin_next_version, DRAFT, WRITE),
)  # fmt: skip
