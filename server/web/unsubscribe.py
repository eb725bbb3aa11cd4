"""Stopping digests by the link in one of them: with a button, or with one click in a mail program (RFC 8058)."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from server.actions.mailing import stop_mail
from server.rules.permissions import OPERATOR
from server.web.page import page, shown, shows


async def ask(request: Request) -> Response:
    return await page(request, "pages/unsubscribe/unsubscribe.html", stopped=False)


async def stop(request: Request) -> Response:
    """The token in the address is all that is needed: mail programs send neither cookies nor our form's token."""
    await stop_mail(OPERATOR, request.path_params["token"])
    return await page(request, "pages/unsubscribe/unsubscribe.html", stopped=True)


ROUTES: list[BaseRoute] = [
    shows("/unsubscribe/{token}", ask),
    Route("/unsubscribe/{token}", shown(stop), methods=["POST"]),
]
