"""In whose name a member acts on the web: their own, or an organisation's that they may speak for."""

from starlette.requests import Request

from server.actions.organisations import speaking_for
from server.http.sessions import viewer_of
from server.queries import organisations
from server.rules.permissions import Principal
from server.views.accounts import AccountView
from server.web.page import Form, id_from, principal


async def voices(request: Request) -> list[AccountView]:
    """The organisations that the reader may speak for."""
    viewer = await viewer_of(request)
    return await organisations.voices_of(viewer.account_id) if viewer.signed_in else []


async def speaker(request: Request, form: Form) -> Principal:
    """The member who sent a form, in the name that they chose in it (`as`)."""
    by = await principal(request)
    wanted = form.get("as", "")
    return by if wanted in ("", str(by.account_id)) else await speaking_for(by, id_from(wanted))


async def principal_for(request: Request, account: AccountView) -> Principal:
    """The member, in the name of the author of something where that is an organisation they may speak for."""
    by = await principal(request)
    if account.local and account.kind == "organisation" and account.id in {one.id for one in await voices(request)}:
        return await speaking_for(by, account.id)
    return by
