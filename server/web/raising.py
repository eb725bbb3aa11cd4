"""From a draft to a proposal: check your answers, then raise it; and beginning a new version of one that is raised."""

from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.actions import drafts as draft_actions
from server.actions import proposals as actions
from server.http.sessions import viewer_of
from server.queries import coauthors, policies, posts, proposals, topics
from server.queries.lifecycle import standing_of
from server.render.versions import compare
from server.rules.drafts import ProposalDraft
from server.rules.errors import CivicError, Invalid, NotFound, Refused
from server.rules.identifying import details_in, highlighted
from server.views.proposals import DraftView
from server.views.topics import TopicView
from server.web.drafts import draft_of
from server.web.gathered import wording
from server.web.identifying import MAY_IDENTIFY, hold_for
from server.web.page import Form, does, errors_of, id_of, page, principal, see_other, shows
from server.web.voices import principal_for, speaker, voices


async def check(request: Request) -> Response:
    """Everything once more, and who will see it."""
    return await _check(request, await draft_of(request), {})


async def raise_it(request: Request, form: Form) -> Response:
    """Publish the draft, or the new version of a proposal that was raised before."""
    by = await principal(request)
    draft = await draft_of(request)
    try:
        ready = replace(await _ready(request, draft), hold=hold_for(form, draft_actions.text_of(draft)))
        if draft.post_id is not None:
            if ready.hold:
                raise Invalid("confirmed", MAY_IDENTIFY)
            before = await posts.by_id(draft.post_id, await viewer_of(request))
            by = await principal_for(request, before.account) if before else by
            await actions.edit_proposal(by, draft.post_id, ready)
            return see_other(f"/proposals/{draft.post_id}", "edited")
        if draft.owner_id != by.account_id:
            raise Refused("Only who began this draft can raise it.")
        new_id = await actions.publish_proposal(await speaker(request, form), ready)
        raised = await posts.by_id(new_id, await viewer_of(request))
        return see_other(f"/proposals/{new_id}", "held" if raised and raised.held_reason else "raised")
    except CivicError as error:
        return await _check(request, draft, errors_of(error))


async def discard(request: Request, form: Form) -> Response:
    draft = await draft_of(request)
    await draft_actions.discard_draft(await principal(request), draft.id)
    return see_other("/proposals", "discarded")


async def caught_up(request: Request, form: Form) -> Response:
    """Whoever edits has read the version that somebody else published meanwhile."""
    draft = await draft_of(request)
    post = await posts.by_id(draft.post_id or 0, await viewer_of(request))
    if post is None:
        raise NotFound
    await draft_actions.save_draft(await principal(request), draft.id, facts={"version": post.version})
    return see_other(f"/proposals/drafts/{draft.id}/check")


async def edit(request: Request, form: Form) -> Response:
    """Begin a new version of a proposal that one wrote, alone or with others: a draft that starts with what it says."""
    by = await principal(request)
    post = await posts.by_id(id_of(request), await viewer_of(request))
    if post is None or post.proposal is None:
        raise NotFound
    speaks = (await principal_for(request, post.account)).account_id == post.account.id
    if not speaks and "author" not in (await standing_of(by, post.id))[1]:
        raise NotFound
    mine = await proposals.drafts_of(await viewer_of(request))
    before = next((each for each in mine if each.post_id == post.id), None)
    cited = [policy.id for policy in await policies.cited_by(post.id)]
    draft_id = before.id if before else await draft_actions.begin_version(by, post, cited)
    return see_other(f"/proposals/drafts/{draft_id}")


async def _ready(request: Request, draft: DraftView) -> ProposalDraft:
    """What the draft would publish.

    Raises:
        Invalid: an answer is missing.
    """
    return draft_actions.proposal_of(
        draft, await request.app.state.remote.resolve_mentions(draft_actions.text_of(draft))
    )


async def _check(request: Request, draft: DraftView, errors: dict[str, Any]) -> Response:
    topic: TopicView | None = await topics.by_account_id(draft.topic_id) if draft.topic_id else None
    linked = [chapter for chapter in topic.chapters if chapter.state == "linked"] if topic else []
    return await page(
        request,
        "pages/proposals/check.html",
        422 if errors else 200,
        draft=draft,
        topic=topic,
        linked=linked,
        picked=await policies.by_ids(draft.facts.get("policies") or []),
        together=await coauthors.of_draft(draft.id),
        meanwhile=await _meanwhile(request, draft),
        voices=await voices(request),
        details=tuple(highlighted(text)) if details_in(text := draft_actions.text_of(draft)) else (),
        errors=errors,
        here="proposals",
    )


async def _meanwhile(request: Request, draft: DraftView) -> dict[str, Any]:
    """Where somebody else published a version since this one was begun: what theirs says differently, part by part."""
    post = await posts.by_id(draft.post_id, await viewer_of(request)) if draft.post_id else None
    if post is None or draft.facts.get("version") in (None, post.version):
        return {}
    mine = {"title": draft.title, **draft.answers}
    return {key: compare(mine.get(key, ""), text) for key, text in wording(post).items() if text != mine.get(key, "")}


ROUTES: list[BaseRoute] = [
    shows("/proposals/drafts/{id:int}/check", check),
    does("/proposals/drafts/{id:int}/raise", raise_it),
    does("/proposals/drafts/{id:int}/discard", discard),
    does("/proposals/drafts/{id:int}/caught-up", caught_up),
    does("/proposals/{id:int}/edit", edit),
]
