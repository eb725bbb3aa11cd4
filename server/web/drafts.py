"""Writing a proposal: two pages and a third for those who want to say more. What was typed is kept at every step; what
two people typed at once is shown side by side (`raising.py` has what follows)."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.actions import drafts as actions
from server.http.sessions import viewer_of
from server.queries import policies, proposals, search, topics
from server.rules import limits
from server.rules.errors import Conflict, Invalid, NotFound
from server.rules.facts import PROPOSAL
from server.rules.policies import NAME
from server.rules.proposals import REQUIRED_SECTIONS, Section, check_proposal_form
from server.templating import marked
from server.views.posts import PostView
from server.views.proposals import DraftView
from server.web.page import Form, does, errors_of, id_from, id_of, member, page, principal, see_other, shows

INSTEAD = "add-"  # and the id of the proposal to which it is added instead
PAGE_1 = ("title", "seen")
PAGE_2 = ("rule", "change", "evidence")
PAGE_3 = ("affected", "tried", "better", "easy")
FACTS_3 = ("role", "place", "kind", "warning", *(fact.name for fact in PROPOSAL))
POLICIES = 300  # as many as a list to choose from can hold; the others are found by typing the name
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
    if errors and not _unfinished(form):
        return await _page_1(request, None, form, errors)
    draft_id = await actions.save_draft(
        by,
        None,
        title=form.get("title", ""),
        answers={"seen": form.get("seen", "")},
        topic_id=topic.account.id if topic else None,
    )
    return await _onwards(request, form, draft_id, f"/proposals/drafts/{draft_id}/2")


async def first(request: Request) -> Response:
    draft = await draft_of(request)
    return await _page_1(request, draft, {"title": draft.title, **draft.answers}, {})


async def keep_first(request: Request, form: Form) -> Response:
    draft = await draft_of(request)
    try:
        await actions.save_draft(
            await principal(request),
            draft.id,
            title=form.get("title", ""),
            answers={"seen": form.get("seen", "")},
            rev=_rev(form),
        )
    except Conflict as error:
        return await _both(request, form, {"title": draft.title, **draft.answers}, PAGE_1, error)
    errors = _missing(form, PAGE_1)
    if errors and not _unfinished(form):
        return await _page_1(request, await draft_of(request), form, errors)
    return await _onwards(request, form, draft.id, f"/proposals/drafts/{draft.id}/2")


async def second(request: Request) -> Response:
    draft = await draft_of(request)
    topic = await topics.by_account_id(draft.topic_id) if draft.topic_id else None
    values = {**draft.answers, "topic": topic.slug if topic else "", "policy_name": draft.facts.get("policy_name", "")}
    return await _page_2(request, draft, values, {})


async def keep_second(request: Request, form: Form) -> Response:
    draft = await draft_of(request)
    topic = await topics.by_slug(form.get("topic", "")) if form.get("topic") else None
    try:
        await actions.save_draft(
            await principal(request),
            draft.id,
            answers={key: form.get(key, "") for key in PAGE_2},
            topic_id=topic.account.id if topic else 0,
            facts={"policies": picked(form), "policy_name": form.get("policy_name", "")[:NAME]},
            rev=_rev(form),
        )
    except Conflict as error:
        return await _both(request, form, draft.answers, PAGE_2, error)
    errors = _missing(form, ("rule", "change"))
    if topic is None and await topics.all_topics():
        errors["topic"] = marked("Choose the topic it belongs to.")
    if errors and not _unfinished(form):
        return await _page_2(request, await draft_of(request), form, errors)
    return await _onwards(request, form, draft.id, f"/proposals/drafts/{draft.id}/check")


async def third(request: Request) -> Response:
    """What can be said beyond the four answers."""
    draft = await draft_of(request)
    own = (await member(request)).member
    facts = {"role": own.frontline_role, "place": own.place, "kind": "barrier", **draft.facts}
    return await _page_3(request, draft, {**draft.answers, **{name: facts.get(name, "") for name in FACTS_3}})


async def keep_third(request: Request, form: Form) -> Response:
    draft = await draft_of(request)
    try:
        await actions.save_draft(
            await principal(request),
            draft.id,
            answers={key: form.get(key, "") for key in PAGE_3},
            facts={name: form.get(name, "")[: limits.ROLE] for name in FACTS_3},
            rev=_rev(form),
        )
    except Conflict as error:
        return await _both(request, form, draft.answers, PAGE_3, error)
    return await _onwards(request, form, draft.id, f"/proposals/drafts/{draft.id}/check")


def picked(form: Form) -> list[int]:
    """The rules that are ticked on page 2, and the one that was chosen from the list."""
    chosen = [name.removeprefix("policy-") for name in form if name.startswith("policy-")] + [form.get("policy", "")]
    return [int(each) for each in dict.fromkeys(chosen) if each.isascii() and each.isdigit() and len(each) < 19]


async def draft_of(request: Request) -> DraftView:
    """The draft of this address, for those who write it."""
    await member(request)
    draft = await proposals.draft(await viewer_of(request), id_of(request))
    if draft is None:
        raise NotFound("This draft is no longer here. It may have been raised already.")
    return draft


def _rev(form: Form) -> int | None:
    text = form.get("rev", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


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


def _unfinished(form: Form) -> bool:
    return form.get("do", "") in UNFINISHED or form.get("do", "").startswith(INSTEAD)


async def _onwards(request: Request, form: Form, draft_id: int, path: str) -> Response:
    if form.get("do") == "keep":
        draft = await proposals.draft(await viewer_of(request), draft_id)
        return Response(
            status_code=204,
            headers={"Location": f"/proposals/drafts/{draft_id}", "ETag": f'"{draft.rev if draft else ""}"'},
        )
    if form.get("do") == "later":
        return see_other("/proposals", "draft")
    if form.get("do", "").startswith(INSTEAD):
        other = id_from(form["do"].removeprefix(INSTEAD))
        return see_other(f"/proposals/{other}/add/corroboration?draft={draft_id}")
    return see_other(path)


async def _both(
    request: Request, form: Form, saved: dict[str, str], names: tuple[str, ...], error: Conflict
) -> Response:
    """What somebody else saved meanwhile beside what was typed here: the writer puts it together."""
    return await page(
        request,
        "pages/proposals/both.html",
        409,
        draft=await draft_of(request),
        parts=[(name, saved.get(name, ""), form.get(name, "")) for name in names],
        others=[(name, value) for name, value in form.items() if name not in (*names, "rev", "do", "csrf")],
        errors=errors_of(error),
        here="proposals",
    )


async def _similar(request: Request, draft: DraftView | None, values: Form) -> list[PostView]:
    """Proposals that may say the same: a hint beside the text, never a step."""
    title = values.get("title", "") or (draft.title if draft else "")
    return await search.similar(await viewer_of(request), title, but=draft.post_id if draft else None)


async def _page_1(request: Request, draft: DraftView | None, values: Form, errors: dict[str, str]) -> Response:
    return await _page(request, "1", draft, values, errors, similar=await _similar(request, draft, values))


async def _page_2(request: Request, draft: DraftView, values: Form, errors: dict[str, str]) -> Response:
    choices = [(topic.slug, topic.name, topic.description[:160]) for topic in await topics.all_topics()]
    return await _page(
        request,
        "2",
        draft,
        values,
        errors,
        topic_choices=choices,
        picked=await policies.by_ids(picked(values) if errors else draft.facts.get("policies") or []),
        known=await policies.listed(limit=POLICIES),
        similar=await _similar(request, draft, {}),
    )


async def _page_3(request: Request, draft: DraftView, values: Form) -> Response:
    return await _page(request, "3", draft, values, {})


async def _page(
    request: Request, number: str, draft: DraftView | None, values: Form, errors: dict[str, str], **more: Any
) -> Response:
    status = 422 if errors else 200
    template = f"pages/proposals/write_{number}.html"
    return await page(request, template, status, draft=draft, values=values, errors=errors, here="proposals", **more)


ROUTES: list[BaseRoute] = [
    shows("/proposals/new", new),
    does("/proposals/new", begin),
    shows("/proposals/drafts/{id:int}", first),
    does("/proposals/drafts/{id:int}", keep_first),
    shows("/proposals/drafts/{id:int}/2", second),
    does("/proposals/drafts/{id:int}/2", keep_second),
    shows("/proposals/drafts/{id:int}/3", third),
    does("/proposals/drafts/{id:int}/3", keep_third),
]
