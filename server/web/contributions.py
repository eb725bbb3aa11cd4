"""Adding to a proposal: "we see this too", evidence, trials, suggested wording, what is being done; and deciding."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.actions.amendments import accept_amendment
from server.actions.comments import publish_comment
from server.actions.contributions import decide_contribution
from server.http import limits
from server.http.body import Params
from server.http.sessions import member_of, principal_of, viewer_of
from server.http.uploads import keep_any
from server.queries import posts, proposals
from server.rules.contributions import KINDS, ContributionKind, ContributionState, kind_of
from server.rules.drafts import PostDraft
from server.rules.errors import CivicError, Invalid, NotFound
from server.rules.permissions import Principal
from server.rules.proposals import SECTION_KEYS
from server.views.posts import PostView
from server.views.viewer import Viewer
from server.web.comments import Branch
from server.web.gathered import BY_FORM, differences, wording, wordings_of
from server.web.page import Form, does, errors_of, id_from, id_of, member, page, principal, see_other, shows
from server.web.pictures import takes, typed
from server.web.proposals import seen

VERDICTS: tuple[ContributionState, ...] = ("accepted", "declined", "counted", "done", "dropped")
WORDS = ("title", *SECTION_KEYS)


async def write(request: Request) -> Response:
    """The form for one kind of contribution."""
    signed_in = await member(request)
    post, kind = await _proposal(request), _kind(request)
    values: dict[str, Any] = {"role": signed_in.member.frontline_role, "place": signed_in.member.place}
    if kind == "amendment":
        values |= wording(post)
    if kind == "corroboration" and request.query_params.get("draft"):
        draft = await proposals.draft(await viewer_of(request), id_from(request.query_params["draft"]))
        values["text"] = draft.answers.get("seen", "")[: KINDS[kind].limit] if draft else ""
    return await _page(request, post, kind, values, {})


async def publish(request: Request, sent: Params) -> Response:
    by, post, kind = await principal(request), await _proposal(request), _kind(request)
    form = typed(sent)
    facts: dict[str, Any] = {fact.name: form.get(fact.name, "") for fact in KINDS[kind].facts}
    if kind == "amendment":
        before = wording(post)
        facts["sections"] = {
            key: form[key] for key in WORDS if key in form and form[key] != before.get(key, "").strip()
        }
    text = form.get("text", "")
    try:
        files = await _file(request, by, sent, form) if kind == "evidence" else ()
        new_id = await publish_comment(
            by,
            PostDraft(
                source=text,
                visibility=post.visibility,
                in_reply_to_id=post.id,
                language=post.language,
                mentions=await request.app.state.remote.resolve_mentions(text),
                media_ids=files,
                record=kind,
                facts=facts,
            ),
        )
    except CivicError as error:
        return await _page(request, post, kind, form, errors_of(error))
    return see_other(f"/proposals/{post.id}#post-{new_id}", f"added-{kind}")


async def _file(request: Request, by: Principal, sent: Params, form: Form) -> tuple[int, ...]:
    """The picture or document of the form, kept. Words for those who cannot see it are asked for."""
    content = sent.file("file")
    if not content:
        return ()
    if not form.get("description"):
        raise Invalid("description", "Say in a sentence what it shows.")
    await request.app.state.limits.spend(limits.MEDIA, f"media:{by.member_id}")
    return (await keep_any(request, by, content, description=form["description"]),)


async def ask_decision(request: Request) -> Response:
    """Whether a suggested wording is taken in."""
    await member(request)
    return await _decision_page(request, {}, {})


async def decide(request: Request, form: Form) -> Response:
    by, post = await principal(request), await seen(request)
    own = post.contribution
    verdict = next((each for each in VERDICTS if each == form.get("verdict")), None)
    if own is None or verdict is None:
        raise NotFound
    try:
        if own.kind == "amendment" and verdict == "accepted":
            await accept_amendment(by, post.id, form.get("reason", ""))
        else:
            await decide_contribution(by, post.id, verdict, form.get("reason", ""))
    except Invalid as error:
        return await _decision_page(request, form, errors_of(error))
    return see_other(f"/proposals/{own.proposal_id}#post-{post.id}", "decided")


async def _decision_page(request: Request, values: Form, errors: dict[str, str]) -> Response:
    post = await seen(request)
    own = post.contribution
    if own is None or own.kind != "amendment":
        raise NotFound
    signed_in = await member(request)
    by = principal_of(signed_in.member)
    proposal = await posts.by_id(own.proposal_id, Viewer(by.account_id))
    if proposal is None:
        raise NotFound
    branch = Branch(post, (), 0)
    return await page(
        request,
        "pages/contributions/decide.html",
        422 if errors else 200,
        post=post,
        branches=[branch],
        differences=differences([branch], proposal, await wordings_of(proposal)),
        values=values,
        errors=errors,
    )


async def _page(
    request: Request, post: PostView, kind: ContributionKind, values: Form | dict[str, Any], errors: dict[str, str]
) -> Response:
    return await page(
        request,
        "pages/contributions/add.html",
        422 if errors else 200,
        post=post,
        kind=kind,
        values=values,
        errors=errors,
        here="proposals",
    )


async def _proposal(request: Request) -> PostView:
    signed_in = await member_of(request)
    viewer = Viewer(signed_in.member.account.id) if signed_in else Viewer()
    post = await posts.by_id(id_of(request), viewer)
    if post is None or post.proposal is None:
        raise NotFound
    return post


def _kind(request: Request) -> ContributionKind:
    kind = kind_of(request.path_params["kind"])
    if kind not in BY_FORM:
        raise NotFound
    return kind


ROUTES: list[BaseRoute] = [
    shows("/proposals/{id:int}/add/{kind}", write),
    takes("/proposals/{id:int}/add/{kind}", publish),
    shows("/posts/{id:int}/decide", ask_decision),
    does("/posts/{id:int}/decide", decide),
]
