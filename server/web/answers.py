"""The page where a policy owner answers and says what is being done, with a personal link and without an account; and
where a steward records an answer that came by letter."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.actions.asks import acknowledge, ask_of_token, asked_back, confirm_answer
from server.actions.comments import publish_comment
from server.actions.milestones import add_milestone, begin_work, decide_milestone
from server.queries import asks, hearing, instance, posts
from server.queries.lifecycle import acts_of, standing_of
from server.rules.answers import CODES
from server.rules.contributions import KINDS
from server.rules.drafts import PostDraft
from server.rules.errors import CivicError, NotFound
from server.rules.permissions import CLOCK, Principal
from server.views.posts import PostView
from server.views.viewer import VISITOR
from server.web.page import Form, does, errors_of, id_from, member, page, principal, see_other, shows
from server.web.proposals import seen

DOING = ("begin", "milestone", "done", "dropped")


async def owner_page(request: Request) -> Response:
    return await _page(request, *await _asked(request), {}, {})


async def from_owner(request: Request, form: Form) -> Response:
    """What the policy owner does: say that it has arrived, ask back, answer, or say what is being done."""
    by, post = await _asked(request)
    do = form.get("do", "")
    try:
        if do in DOING:
            await _what_is_done(by, post, do, form)
            return see_other(request.url.path, f"link-{do}")
        if do == "acknowledge":
            await acknowledge(by, post.id)
        elif do == "confirm":
            await confirm_answer(by, post.id, id_from(form.get("answer", "")))
        elif do == "ask":
            question = PostDraft(source=form.get("question", ""), in_reply_to_id=post.id, stance="question")
            await asked_back(by, post.id, await publish_comment(by, question))
        else:
            await publish_comment(by, _answer(post, form, "link"))
    except CivicError as error:
        errors = errors_of(error)
        own = {"ask": "question", "milestone": "milestone"}.get(do)
        if own and "text" in errors:
            errors = {own: errors["text"]}
        return await _page(request, by, post, form, errors)
    back = f"/answer/{request.path_params['token']}"
    return await page(request, "pages/answers/done.html", post=post, act=do, back=back)


async def _what_is_done(by: Principal, post: PostView, do: str, form: Form) -> None:
    """Work begins; a milestone is set; one is reached, or dropped."""
    if do == "begin":
        await begin_work(by, post.id)
    elif do == "milestone":
        await add_milestone(by, post.id, form.get("milestone", ""), form.get("due", ""))
    else:
        await decide_milestone(by, post.id, id_from(form.get("id", "")), "done" if do == "done" else "dropped")


def _is_milestone(post: PostView) -> bool:
    return post.contribution is not None and post.contribution.kind == "action"


async def member_page(request: Request) -> Response:
    """For a member: the answer of whoever was asked, from their own account; or one that came by letter."""
    await member(request)
    return await _member_page(request, {}, {})


async def from_member(request: Request, form: Form) -> Response:
    by, post = await principal(request), await seen(request)
    via = "actor" if await _was_asked(by, post) else "letter"
    try:
        await publish_comment(by, _answer(post, form, via))
    except CivicError as error:
        return await _member_page(request, form, errors_of(error))
    return see_other(f"/proposals/{post.id}#asked", "answered")


async def _was_asked(by: Principal, post: PostView) -> bool:
    _, parts = await standing_of(by, post.id)
    return "owner" in parts


async def _recorded(post: PostView) -> PostView | None:
    """The newest answer, if a steward has recorded it and whoever gave it has not confirmed it."""
    answer = (await hearing.outcome_of(post)).answer
    given = answer.contribution if answer else None
    waits = given is not None and given.facts.get("via") == "letter" and given.state == "counted"
    return answer if waits else None


def _answer(post: PostView, form: Form, via: str) -> PostDraft:
    facts: dict[str, Any] = {fact.name: form.get(fact.name, "") for fact in KINDS["answer"].facts}
    facts["via"] = via
    return PostDraft(
        source=form.get("text", ""), in_reply_to_id=post.id, language=post.language, record="answer", facts=facts
    )


async def _asked(request: Request) -> tuple[Principal, PostView]:
    """Who acts with a personal link, and the proposal it is for. What they say stands under the organisation's
    account, with their name beside it."""
    ask = await ask_of_token(CLOCK, request.path_params["token"])
    post = await posts.by_id(ask.proposal_id, VISITOR)
    site = await instance.get()
    if post is None or site.organisation is None:
        raise NotFound
    return Principal("owner", site.organisation.id), post


async def _page(request: Request, by: Principal, post: PostView, values: Form, errors: dict[str, str]) -> Response:
    newest = (await asks.of_proposal(post.id))[-1]
    _, thread = await posts.with_thread(post.id, VISITOR)
    response = await page(
        request,
        "pages/answers/answer.html",
        422 if errors else 200,
        post=post,
        ask=newest,
        awaited=newest.clock is not None,
        acts=await acts_of(by, post),
        doing=post.proposal is not None and post.proposal.state == "in_action",
        milestones=[each for each in thread.descendants if _is_milestone(each)],
        recorded=await _recorded(post),
        codes=CODES,
        letter=False,
        values={"givenBy": newest.owner_name, **values},
        errors=errors,
    )
    # The address is the key to the answer. With no referrer at all the browser would not say whence the form comes.
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


async def _member_page(request: Request, values: Form, errors: dict[str, str]) -> Response:
    by, post = await principal(request), await seen(request)
    if "answer" not in await acts_of(by, post):
        raise NotFound
    asked = await asks.of_proposal(post.id)
    if not asked:
        raise NotFound
    mine = await _was_asked(by, post)
    return await page(
        request,
        "pages/answers/answer.html",
        422 if errors else 200,
        post=post,
        ask=asked[-1],
        awaited=False,
        recorded=None,
        acts=[],
        doing=False,
        codes=CODES,
        letter=not mine,
        values=values if mine else {"givenBy": asked[-1].owner_name, **values},
        errors=errors,
    )


ROUTES: list[BaseRoute] = [
    shows("/answer/{token}", owner_page),
    does("/answer/{token}", from_owner),
    shows("/proposals/{id:int}/answer", member_page),
    does("/proposals/{id:int}/answer", from_member),
]
