"""Following a rule or a proposal by mail, without a log-in: asking for it, and saying yes in the mail that comes."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.actions.mail_follows import About, ask_to_follow, confirm_follow
from server.http.limits import SIGN_INS, address_of
from server.queries import policies, posts
from server.rules.errors import CivicError, NotFound
from server.rules.permissions import OPERATOR
from server.views.viewer import VISITOR
from server.web.page import Form, does, errors_of, id_of, page, see_other, shows


async def ask_about_policy(request: Request) -> Response:
    return await _page(request, "policy", {}, {})


async def ask_about_proposal(request: Request) -> Response:
    return await _page(request, "proposal", {}, {})


async def follow_policy(request: Request, form: Form) -> Response:
    return await _follow(request, "policy", form)


async def follow_proposal(request: Request, form: Form) -> Response:
    return await _follow(request, "proposal", form)


async def ask(request: Request) -> Response:
    """A button, because mail programs open links by themselves."""
    _check_mail(request)
    return await page(request, "pages/by_mail/confirm.html", confirmed=False)


async def confirm(request: Request, form: Form) -> Response:
    await confirm_follow(OPERATOR, request.path_params["token"])
    return await page(request, "pages/by_mail/confirm.html", confirmed=True)


async def _follow(request: Request, about: About, form: Form) -> Response:
    _check_mail(request)
    try:
        await request.app.state.limits.spend(SIGN_INS, f"by-mail {address_of(request)}")
        await ask_to_follow(OPERATOR, about, id_of(request), form.get("email", ""), form.get("language", ""))
    except NotFound:
        raise
    except CivicError as error:
        return await _page(request, about, form, errors_of(error))
    return see_other(_home(about, id_of(request)), "by-mail")


async def _page(request: Request, about: About, values: Form, errors: dict[str, str]) -> Response:
    _check_mail(request)
    if about == "policy":
        policy = await policies.by_id(id_of(request))
        title = policy.name if policy else None
    else:
        post = await posts.by_id(id_of(request), VISITOR)
        title = post.title if post and post.proposal else None
    if title is None:
        raise NotFound
    return await page(
        request,
        "pages/by_mail/ask.html",
        422 if errors else 200,
        title=title,
        back=_home(about, id_of(request)),
        about=about,
        values=values,
        errors=errors,
    )


def _home(about: About, about_id: int) -> str:
    return f"/policies/{about_id}" if about == "policy" else f"/proposals/{about_id}"


def _check_mail(request: Request) -> None:
    """Raises `NotFound` where there is no mail server."""
    if not request.app.state.settings.smtp_url:
        raise NotFound


ROUTES: list[BaseRoute] = [
    shows("/policies/{id:int}/by-mail", ask_about_policy),
    does("/policies/{id:int}/by-mail", follow_policy),
    shows("/proposals/{id:int}/by-mail", ask_about_proposal),
    does("/proposals/{id:int}/by-mail", follow_proposal),
    shows("/by-mail/{token}", ask),
    does("/by-mail/{token}", confirm),
]
