"""Stopping digests, and what is followed by mail, by the link in a mail: with a button, or with one click in a mail
program (RFC 8058)."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from server.actions.mail_follows import PREFIX, end_follow
from server.actions.mailing import stop_mail
from server.rules.permissions import OPERATOR
from server.web.page import page, shown, shows


async def ask(request: Request) -> Response:
    return await page(request, "pages/unsubscribe/unsubscribe.html", stopped=False, follows=_follows(request))


async def stop(request: Request) -> Response:
    """The token in the address is all that is needed: mail programs send neither cookies nor our form's token."""
    token = request.path_params["token"]
    await (end_follow if token.startswith(PREFIX) else stop_mail)(OPERATOR, token)
    return await page(request, "pages/unsubscribe/unsubscribe.html", stopped=True, follows=_follows(request))


def _follows(request: Request) -> bool:
    return str(request.path_params["token"]).startswith(PREFIX)


ROUTES: list[BaseRoute] = [
    shows("/unsubscribe/{token}", ask),
    Route("/unsubscribe/{token}", shown(stop), methods=["POST"]),
]
