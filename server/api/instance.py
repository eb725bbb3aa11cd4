"""What apps learn of this instance."""

import hashlib

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.api.params import origin_of
from server.http.bearer import reader
from server.http.replies import Json
from server.queries import domains
from server.queries import instance as queries
from server.queries.moments import moment
from server.queries.search import domains_known
from server.render.accounts import stamp
from server.render.instance import SOURCE_URL, Place, as_instance_v1, as_instance_v2, as_rules
from server.rules.domain_lists import SEVERITIES
from server.rules.domains import obscured
from server.rules.errors import NotFound
from server.rules.ids import now_ms


async def v2(request: Request) -> Response:
    return Json(as_instance_v2(await queries.get(), await place_of(request)))


async def v1(request: Request) -> Response:
    return Json(as_instance_v1(await queries.get(), await place_of(request)))


async def rules(request: Request) -> Response:
    return Json(as_rules(await queries.get()))


async def peers(request: Request) -> Response:
    """Every domain we have heard of."""
    return Json(await domains_known())


async def extended_description(request: Request) -> Response:
    instance = await queries.get()
    return Json({"updated_at": None, "content": instance.about_html})


async def privacy_policy(request: Request) -> Response:
    """What the page says, for apps that show it before somebody joins."""
    content = await queries.setting("privacy_html")
    link = f'<p><a href="{origin_of(request)}/privacy">{origin_of(request)}/privacy</a></p>'
    return Json({"updated_at": stamp(moment(now_ms())), "content": content or link})


async def domain_blocks(request: Request) -> Response:
    """Who is blocked or limited, for those whom an admin lets read it; 404 for the others. The admins' own note stays
    with them."""
    _, shown = await domains.federation()
    me = await reader(request)
    if shown == "nobody" or (shown == "members" and not me.signed_in):
        raise NotFound
    return Json(
        [
            {
                "domain": obscured(each.domain) if each.rule.obfuscate else each.domain,
                "digest": hashlib.sha256(each.domain.encode()).hexdigest(),
                "severity": SEVERITIES[each.policy],
                "comment": each.rule.public_comment,
            }
            for each in await domains.blocked()
            if each.policy != "none"
        ]
    )


async def place_of(request: Request) -> Place:
    settings = request.app.state.settings
    return Place(settings.origin, settings.ws_url, await vapid_key(), settings.source_url or SOURCE_URL)


async def vapid_key() -> str:
    """The public half of the key that signs push messages (RFC 8292); empty until push is set up."""
    key = await queries.setting("vapid_public_key")
    return key if isinstance(key, str) else ""


ROUTES = [
    Route("/v2/instance", v2),
    Route("/v1/instance", v1),
    Route("/v1/instance/rules", rules),
    Route("/v1/instance/peers", peers),
    Route("/v1/instance/extended_description", extended_description),
    Route("/v1/instance/privacy_policy", privacy_policy),
    Route("/v1/instance/domain_blocks", domain_blocks),
]
