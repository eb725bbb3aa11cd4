"""Writing a proposal: two pages, then check your answers, then raise. What was typed is kept at every step."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.actions import proposals as actions
from server.http.sessions import viewer_of
from server.queries import posts, proposals, search, topics
from server.rules.drafts import ProposalDraft
from server.rules.errors import CivicError, Invalid, NotFound
from server.rules.identifying import details_in, highlighted
from server.rules.proposals import REQUIRED_SECTIONS, SECTION_KEYS, Section, check_proposal_form
from server.templating import marked
from server.views.posts import PostView
from server.views.proposals import DraftView
from server.views.topics import TopicView
from server.web.identifying import MAY_IDENTIFY, hold_for
from server.web.page import Form, does, errors_of, id_of, member, page, principal, see_other, shows
from server.web.voices import principal_for, speaker, voices

PAGE_1 = ("title", "seen")
UNFINISHED = ("later", "keep")  # "keep" is said by the script that saves while somebody types


async def new(request: Request) -> Response:
    """Page 1, empty."""
    await member(request)
    return await _page_1(request, None, {"topic": request.query_params.get("topic", "")}, {})


async def begin(request: Request, form: Form) -> Response:
    """Keep page 1 as a new draft. A draft may be unfinished; only going on asks for the answers."""
    by = await principal(request)
    topic = await topics.by_slug(form.get("topic", "")) if form.get("topic") else None
    errors = _missing(form, PAGE_1)
    if errors and form.get("do") not in UNFINISHED:
        return await _page_1(request, None, form, errors)
    draft_id = await actions.save_draft(
        by,
        None,
        title=form.get("title", ""),
        answers={"seen": form.get("seen", "")},
        topic_id=topic.account.id if topic else None,
    )
    return _onwards(form, draft_id, f"/proposals/drafts/{draft_id}/2")


async def first(request: Request) -> Response:
    draft = await _draft(request)
    return await _page_1(request, draft, {"title": draft.title, **draft.answers}, {})


async def keep_first(request: Request, form: Form) -> Response:
    draft = await _draft(request)
    await actions.save_draft(
        await principal(request), draft.id, title=form.get("title", ""), answers={"seen": form.get("seen", "")}
    )
    errors = _missing(form, PAGE_1)
    if errors and form.get("do") not in UNFINISHED:
        return await _page_1(request, draft, form, errors)
    return _onwards(form, draft.id, f"/proposals/drafts/{draft.id}/2")


async def second(request: Request) -> Response:
    draft = await _draft(request)
    topic = await topics.by_account_id(draft.topic_id) if draft.topic_id else None
    return await _page_2(request, draft, {**draft.answers, "topic": topic.slug if topic else ""}, {})


async def keep_second(request: Request, form: Form) -> Response:
    draft = await _draft(request)
    topic = await topics.by_slug(form.get("topic", "")) if form.get("topic") else None
    await actions.save_draft(
        await principal(request),
        draft.id,
        answers={key: form.get(key, "") for key in ("rule", "change", "evidence")},
        topic_id=topic.account.id if topic else 0,
    )
    errors = _missing(form, ("rule", "change"))
    if topic is None and await topics.all_topics():
        errors["topic"] = marked("Choose the topic it belongs to.")
    if errors and form.get("do") not in UNFINISHED:
        return await _page_2(request, draft, form, errors)
    return _onwards(form, draft.id, f"/proposals/drafts/{draft.id}/check")


async def check(request: Request) -> Response:
    """Everything once more, and who will see it."""
    return await _check(request, await _draft(request), {})


async def raise_it(request: Request, form: Form) -> Response:
    """Publish the draft, or the new version of a proposal that was raised before."""
    draft = await _draft(request)
    sections = tuple((key, draft.answers[key]) for key in SECTION_KEYS if draft.answers.get(key, "").strip())
    try:
        check_proposal_form(draft.title, [Section(key, source) for key, source in sections])
        mentions = await request.app.state.remote.resolve_mentions("\n".join(source for _, source in sections))
        ready = ProposalDraft(
            title=draft.title,
            sections=sections,
            topic_id=draft.topic_id,
            language=draft.language,
            mentions=mentions,
            idempotency_key=f"draft-{draft.id}",
            draft_id=draft.id,
            hold=hold_for(form, _text_of(draft)),
        )
        if draft.post_id is not None:
            if ready.hold:
                raise Invalid("confirmed", MAY_IDENTIFY)
            before = await posts.by_id(draft.post_id, await viewer_of(request))
            by = await principal_for(request, before.account) if before else await principal(request)
            await actions.edit_proposal(by, draft.post_id, ready)
            return see_other(f"/proposals/{draft.post_id}", "edited")
        new_id = await actions.publish_proposal(await speaker(request, form), ready)
        raised = await posts.by_id(new_id, await viewer_of(request))
        return see_other(f"/proposals/{new_id}", "held" if raised and raised.held_reason else "raised")
    except CivicError as error:
        return await _check(request, draft, errors_of(error))


async def discard(request: Request, form: Form) -> Response:
    draft = await _draft(request)
    await actions.discard_draft(await principal(request), draft.id)
    return see_other("/proposals", "discarded")


async def edit(request: Request, form: Form) -> Response:
    """Begin a new version of one's own proposal: a draft that starts with what it says now."""
    by = await principal(request)
    post = await posts.by_id(id_of(request), await viewer_of(request))
    if post is None or post.proposal is None:
        raise NotFound
    if not post.marks.own and (await principal_for(request, post.account)).account_id != post.account.id:
        raise NotFound
    before = next(
        (each for each in await proposals.drafts_of(await viewer_of(request)) if each.post_id == post.id), None
    )
    draft_id = before.id if before else await actions.save_draft(
        by,
        None,
        title=post.title,
        answers={section.key: section.source for section in post.proposal.sections},
        topic_id=post.topic.account_id if post.topic else None,
        language=post.language,
        post_id=post.id,
    )  # fmt: skip
    return see_other(f"/proposals/drafts/{draft_id}")


async def _draft(request: Request) -> DraftView:
    await member(request)
    draft = await proposals.draft(await viewer_of(request), id_of(request))
    if draft is None:
        raise NotFound("This draft is no longer here. It may have been raised already.")
    return draft


def _text_of(draft: DraftView) -> str:
    """All that a draft says, for the check of identifying details."""
    return "\n\n".join([draft.title, *(draft.answers.get(key, "") for key in SECTION_KEYS)])


def _missing(form: Form, names: tuple[str, ...]) -> dict[str, str]:
    """What is still to be said on this page, in the words of the rule."""
    filler = "said"
    errors: dict[str, str] = {}
    for name in names:
        title = form.get("title", "") if name == "title" else filler
        said = [Section(key, form.get(key, "") if key == name else filler) for key in REQUIRED_SECTIONS]
        try:
            check_proposal_form(title, said)
        except Invalid as error:
            errors[error.field] = error.text
    return errors


def _onwards(form: Form, draft_id: int, path: str) -> Response:
    if form.get("do") == "keep":
        return Response(status_code=204, headers={"Location": f"/proposals/drafts/{draft_id}"})
    if form.get("do") == "later":
        return see_other("/proposals", "draft")
    return see_other(path)


async def _similar(request: Request, draft: DraftView | None, values: Form) -> list[PostView]:
    """Proposals that may say the same: a hint beside the text, never a step."""
    title = values.get("title", "") or (draft.title if draft else "")
    return await search.similar(await viewer_of(request), title, but=draft.post_id if draft else None)


async def _page_1(request: Request, draft: DraftView | None, values: Form, errors: dict[str, str]) -> Response:
    return await page(
        request,
        "pages/proposals/write_1.html",
        422 if errors else 200,
        draft=draft,
        values=values,
        errors=errors,
        similar=await _similar(request, draft, values),
        here="proposals",
    )


async def _page_2(request: Request, draft: DraftView, values: Form, errors: dict[str, str]) -> Response:
    choices = [(topic.slug, topic.name, topic.description[:160]) for topic in await topics.all_topics()]
    return await page(
        request,
        "pages/proposals/write_2.html",
        422 if errors else 200,
        draft=draft,
        values=values,
        errors=errors,
        topic_choices=choices,
        similar=await _similar(request, draft, {}),
        here="proposals",
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
        voices=await voices(request),
        errors=errors,
        details=tuple(highlighted(text)) if details_in(text := _text_of(draft)) else (),
        here="proposals",
    )


ROUTES: list[BaseRoute] = [
    shows("/proposals/new", new),
    does("/proposals/new", begin),
    shows("/proposals/drafts/{id:int}", first),
    does("/proposals/drafts/{id:int}", keep_first),
    shows("/proposals/drafts/{id:int}/2", second),
    does("/proposals/drafts/{id:int}/2", keep_second),
    shows("/proposals/drafts/{id:int}/check", check),
    does("/proposals/drafts/{id:int}/raise", raise_it),
    does("/proposals/drafts/{id:int}/discard", discard),
    does("/proposals/{id:int}/edit", edit),
]
