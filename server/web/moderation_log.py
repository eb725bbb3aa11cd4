"""What was decided, to be read: by everybody without names, by whom it concerns with an appeal, by admins in full."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.actions import appeals
from server.http.sessions import SignedIn, even_suspended, principal_of
from server.ledger.audit import broken_at
from server.queries import audit, moderation
from server.rules.errors import Conflict, Invalid
from server.rules.moderation import APPEAL_DAYS, WITH_SENTENCE
from server.views.viewer import Viewer
from server.web.admin import admin
from server.web.page import Form, SignInFirst, does, drawn, errors_of, id_of, page, see_other, shows

NEWEST = 50


async def log(request: Request) -> Response:
    """The public summary: what was removed, declined or held, by reason; no names."""
    return await page(
        request,
        "pages/moderation/log.html",
        decisions=await moderation.public_log(limit=NEWEST),
        counts=await moderation.log_counts(),
        with_sentence=WITH_SENTENCE,
    )


async def log_feed(request: Request) -> Response:
    found = await moderation.public_log(limit=NEWEST)
    text = await drawn(request, "pages/moderation/log.xml", decisions=found, with_sentence=WITH_SENTENCE)
    return Response(text, media_type="application/atom+xml", headers={"Cache-Control": "max-age=60"})


async def yours(request: Request) -> Response:
    """What stewards decided about the reader; also while their account is suspended."""
    return await _yours(request, await _anyone(request), {}, 0)


async def ask(request: Request, form: Form) -> Response:
    """Ask that another steward looks at a decision."""
    signed_in, decision_id = await _anyone(request), id_of(request)
    try:
        await appeals.file_appeal(principal_of(signed_in.member), decision_id, form.get("text", ""))
    except (Invalid, Conflict) as error:
        return await _yours(request, signed_in, errors_of(error), decision_id)
    return see_other("/moderation/yours", "appealed")


async def audit_log(request: Request) -> Response:
    """The newest entries of the audit log, and whether it is whole."""
    await admin(request)
    return await page(
        request,
        "pages/moderation/audit.html",
        entries=(await audit.newest(NEWEST))[::-1],
        broken=await broken_at(),
        here="admin",
    )


async def _anyone(request: Request) -> SignedIn:
    found = await even_suspended(request)
    if found is None:
        raise SignInFirst("/moderation/yours")
    return found


async def _yours(request: Request, signed_in: SignedIn, errors: dict[str, str], wrong: int) -> Response:
    return await page(
        request,
        "pages/moderation/yours.html",
        422 if errors else 200,
        account=signed_in.member.account,
        decisions=await moderation.decisions_for(Viewer(signed_in.member.account.id)),
        days=APPEAL_DAYS,
        errors=errors,
        wrong=wrong,
        here="settings",
    )


ROUTES: list[BaseRoute] = [
    shows("/moderation/log", log),
    shows("/moderation/log/feed.atom", log_feed),
    shows("/moderation/yours", yours),
    does("/moderation/yours/{id:int}", ask),
    shows("/moderation/audit", audit_log),
]
