"""The keys that accounts of ours sign with, for admins."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.actions.keys import rotate_keys
from server.queries.keys import signing_accounts
from server.rules.errors import CivicError
from server.web.admin import admin
from server.web.page import Form, does, errors_of, page, see_other, shows

OLDEST = 20


async def keys(request: Request) -> Response:
    return await _page(request, {"name": request.query_params.get("name", "")}, {})


async def rotate(request: Request, form: Form) -> Response:
    by = await admin(request)
    try:
        fresh = await request.app.state.new_keys()
        await rotate_keys(by, form.get("name", ""), fresh, stolen="stolen" in form)
    except CivicError as error:
        return await _page(request, form, {"name": error.text} if "" in errors_of(error) else errors_of(error))
    return see_other("/admin/keys", "keys")


async def _page(request: Request, values: Form, errors: dict[str, str]) -> Response:
    await admin(request)
    found = await signing_accounts()
    return await page(
        request,
        "pages/admin/keys.html",
        422 if errors else 200,
        oldest=found[:OLDEST],
        total=len(found),
        values=values,
        errors=errors,
        here="admin",
    )


ROUTES: list[BaseRoute] = [shows("/admin/keys", keys), does("/admin/keys", rotate)]
