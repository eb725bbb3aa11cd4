"""The servers that a member wants nothing from."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.actions.domain_blocks import block_for_oneself, unblock_for_oneself
from server.http.sessions import viewer_of
from server.queries.domain_blocks import blocked_by
from server.rules.errors import CivicError
from server.views.viewer import Page
from server.web.page import Form, does, errors_of, member, page, principal, see_other, shows

SHOWN = 1_000


async def all_of_them(request: Request) -> Response:
    return await _page(request, {}, {})


async def block(request: Request, form: Form) -> Response:
    try:
        await block_for_oneself(await principal(request), form.get("domain", ""))
    except CivicError as error:
        return await _page(request, form, errors_of(error))
    return see_other("/settings/servers", "saved")


async def unblock(request: Request, form: Form) -> Response:
    await unblock_for_oneself(await principal(request), form.get("domain", ""))
    return see_other("/settings/servers", "saved")


async def _page(request: Request, values: Form, errors: dict[str, str]) -> Response:
    await member(request)
    found = await blocked_by(await viewer_of(request), Page(limit=SHOWN))
    return await page(
        request,
        "pages/settings/servers.html",
        422 if errors else 200,
        domains=[domain for _, domain in found],
        values=values,
        errors=errors,
        here="settings",
    )


ROUTES: list[BaseRoute] = [
    shows("/settings/servers", all_of_them),
    does("/settings/servers", block),
    does("/settings/servers/remove", unblock),
]
