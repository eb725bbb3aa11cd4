"""Other servers: whether they can be reached, one server's page, and what is on its way or was given up."""

from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.actions import deliveries as delivery_actions
from server.actions import domains as domain_actions
from server.ledger import deliveries
from server.queries import domains, peers
from server.queries.letters import letters
from server.rules.domains import check_domain
from server.rules.errors import CivicError, NotFound
from server.rules.ids import now_ms
from server.web.admin import admin
from server.web.page import Form, does, errors_of, id_from, page, see_other, shows

SHOWN = 50


async def all_peers(request: Request) -> Response:
    """The servers we have met, by a part of their name and by how they fare."""
    await admin(request)
    query = request.query_params
    containing, state = query.get("q", "").strip()[:255], query.get("state", "")
    at = int(text) if (text := query.get("page", "1")).isdigit() and 0 < len(text) < 6 else 1
    found = await peers.all_peers(containing=containing, state=state, limit=SHOWN + 1, skip=(max(at, 1) - 1) * SHOWN)
    further = urlencode({"q": containing, "state": state, "page": at + 1}) if len(found) > SHOWN else ""
    return await page(
        request,
        "pages/admin/peers.html",
        peers=found[:SHOWN],
        values={"q": containing, "state": state},
        next=f"/admin/peers?{further}" if further else "",
        here="admin",
    )


async def one_peer(request: Request) -> Response:
    return await _one(request, {})


async def retry(request: Request, form: Form) -> Response:
    by, domain = await admin(request), _domain(request)
    try:
        await delivery_actions.retry_host(by, domain)
    except CivicError as error:
        return await _one(request, errors_of(error))
    return see_other(_path(domain), "retried")


async def ping(request: Request, form: Form) -> Response:
    await admin(request)
    domain = _domain(request)
    try:
        await request.app.state.remote.ping(domain)
    except CivicError as error:
        return await _one(request, errors_of(error))
    return see_other(_path(domain), "answers")


async def purge(request: Request, form: Form) -> Response:
    """Forget all of it, after a tick that says so."""
    by, domain = await admin(request), _domain(request)
    if "sure" not in form:
        return see_other(_path(domain))
    try:
        await domain_actions.start_purge(by, domain)
    except CivicError as error:
        return await _one(request, errors_of(error))
    return see_other(_path(domain), "purging")


async def queue(request: Request) -> Response:
    """What was given up, or with `?state=waiting` what is on its way."""
    await admin(request)
    query = request.query_params
    waiting, host = query.get("state") == "waiting", query.get("host", "").strip()[:255]
    before = int(text) if (text := query.get("before", "")).isdigit() and len(text) < 19 else None
    found = await letters(dead=not waiting, host=host, limit=SHOWN + 1, before=before)
    next_query = {
        "state": "waiting" if waiting else "dead",
        "host": host,
        "before": found[SHOWN - 1].id if len(found) > SHOWN else 0,
    }
    return await page(
        request,
        "pages/admin/queue.html",
        letters=found[:SHOWN],
        counts=await deliveries.counts(now_ms()),
        waiting=waiting,
        host=host,
        next=f"/admin/queue?{urlencode(next_query)}" if len(found) > SHOWN else "",
        here="admin",
    )


async def retry_letter(request: Request, form: Form) -> Response:
    """One delivery, or all that were given up."""
    by = await admin(request)
    if "all" in form:
        await delivery_actions.retry_dead(by)
    else:
        await delivery_actions.retry_deliveries(by, [id_from(form.get("id", ""))])
    return see_other("/admin/queue", "retried")


async def drop_letter(request: Request, form: Form) -> Response:
    await delivery_actions.drop_deliveries(await admin(request), [id_from(form.get("id", ""))])
    return see_other("/admin/queue", "dropped")


async def _one(request: Request, errors: dict[str, str]) -> Response:
    await admin(request)
    domain = _domain(request)
    found = await peers.one(domain)
    if found is None:
        raise NotFound
    return await page(
        request,
        "pages/admin/peer.html",
        422 if errors else 200,
        peer=found,
        decision=await domains.one(domain),
        letters=await letters(host=domain, limit=SHOWN),
        work=[each for each in await domains.under_way() if each.subject == domain],
        errors=errors,
        here="admin",
    )


def _domain(request: Request) -> str:
    return check_domain(request.path_params["domain"])


def _path(domain: str) -> str:
    return f"/admin/peers/{quote(domain)}"


ROUTES: list[BaseRoute] = [
    shows("/admin/peers", all_peers),
    shows("/admin/queue", queue),
    does("/admin/queue/retry", retry_letter),
    does("/admin/queue/drop", drop_letter),
    shows("/admin/peers/{domain}", one_peer),
    does("/admin/peers/{domain}/retry", retry),
    does("/admin/peers/{domain}/ping", ping),
    does("/admin/peers/{domain}/purge", purge),
]
