"""The page where a policy owner answers, with a personal link and without an account; and where a steward records an
answer that came by letter."""

from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.actions.asks import acknowledge, ask_of_token, asked_back
from server.actions.comments import publish_comment
from server.queries import asks, instance, posts
from server.rules.answers import CODES
from server.rules.contributions import KINDS
from server.rules.drafts import PostDraft
from server.rules.errors import CivicError, NotFound
from server.rules.permissions import CLOCK, Principal, check_steward
from server.views.posts import PostView
from server.views.viewer import VISITOR
from server.web.page import Form, does, errors_of, member, page, principal, see_other, shows
from server.web.proposals import seen


async def owner_page(request: Request) -> Response:
    return await _page(request, *await _asked(request), {}, {})


async def from_owner(request: Request, form: Form) -> Response:
    """What the policy owner does: say that it has arrived, ask back, or answer."""
    by, post = await _asked(request)
    do = form.get("do", "")
    try:
        if do == "acknowledge":
            await acknowledge(by, post.id)
        elif do == "ask":
            question = PostDraft(source=form.get("question", ""), in_reply_to_id=post.id, stance="question")
            await asked_back(by, post.id, await publish_comment(by, question))
        else:
            await publish_comment(by, _answer(post, form, "link"))
    except CivicError as error:
        errors = errors_of(error)
        if do == "ask" and "text" in errors:
            errors = {"question": errors["text"]}
        return await _page(request, by, post, form, errors)
    back = f"/answer/{request.path_params['token']}"
    return await page(request, "pages/answers/done.html", post=post, act=do, back=back)


async def letter_page(request: Request) -> Response:
    check_steward(await principal(request))
    return await _letter(request, {}, {})


async def from_letter(request: Request, form: Form) -> Response:
    by, post = await principal(request), await seen(request)
    try:
        check_steward(by)
        await publish_comment(by, _answer(post, form, "letter"))
    except CivicError as error:
        return await _letter(request, form, errors_of(error))
    return see_other(f"/proposals/{post.id}#asked", "answered")


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
    response = await page(
        request,
        "pages/answers/answer.html",
        422 if errors else 200,
        post=post,
        ask=newest,
        awaited=newest.clock is not None,
        codes=CODES,
        letter=False,
        values={"givenBy": newest.owner_name, **values},
        errors=errors,
    )
    response.headers["Referrer-Policy"] = "no-referrer"  # the address is the key to the answer
    response.headers["X-Robots-Tag"] = "noindex"
    return response


async def _letter(request: Request, values: Form, errors: dict[str, str]) -> Response:
    await member(request)
    post = await seen(request)
    newest = next(reversed(await asks.of_proposal(post.id)), None)
    if newest is None:
        raise NotFound
    return await page(
        request,
        "pages/answers/answer.html",
        422 if errors else 200,
        post=post,
        ask=replace(newest, clock=None),
        awaited=False,
        codes=CODES,
        letter=True,
        values={"givenBy": newest.owner_name, **values},
        errors=errors,
    )


ROUTES: list[BaseRoute] = [
    shows("/answer/{token}", owner_page),
    does("/answer/{token}", from_owner),
    shows("/proposals/{id:int}/answer", letter_page),
    does("/proposals/{id:int}/answer", from_letter),
]
