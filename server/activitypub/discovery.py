"""How other servers find us: WebFinger, NodeInfo, host-meta (RFC 7033, RFC 6415, FEP-d556, FEP-2677)."""

from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from federation import nodeinfo, webfinger
from federation.errors import Malformed
from federation.names import Acct
from federation.values import dumps
from server.config import Settings
from server.http.replies import Json
from server.queries import accounts, instance
from server.remote.gateway import Remote

_OPEN: Final = {"Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=300", "Vary": "Accept"}
_NODEINFO_TYPE: Final = 'application/json; profile="http://nodeinfo.diaspora.software/ns/schema/{}#"'
_REPOSITORY_WORD: Final = "folkmoot"
_MAX_RESOURCE: Final = 2048


async def web_finger(request: Request) -> Response:
    """`/.well-known/webfinger?resource=…`: by handle, by address, or the instance's own actor by our address alone."""
    settings = _settings(request)
    asked = request.query_params.getlist("resource")
    if len(asked) != 1 or not asked[0] or len(asked[0]) > _MAX_RESOURCE:
        return Json({"error": "Ask with one resource=acct:name@domain."}, 400, _OPEN)
    try:
        resource = webfinger.parse_resource(asked[0], here=settings.domain, handles=settings.handle_domain)
    except Malformed:
        return Json({"error": "Nobody of that name is here."}, 404, _OPEN)
    account = await _address(resource, settings)
    if account is None:
        return Json({"error": "Nobody of that name is here."}, 404, _OPEN)
    document = webfinger.jrd_of(
        Acct(account.name, settings.handle_domain), account.uri, page=account.url, origin=settings.origin
    )
    return Response(dumps(document), 200, _OPEN, webfinger.JRD_TYPE)


async def node_info_links(request: Request) -> Response:
    """`/.well-known/nodeinfo`."""
    origin = _settings(request).origin
    return Json(nodeinfo.links(origin, f"{origin}/actor"), 200, _OPEN)


async def node_info(request: Request) -> Response:
    """`/nodeinfo/2.0` and `/nodeinfo/2.1`."""
    schema: nodeinfo.Version = "2.1" if request.url.path.endswith("2.1") else "2.0"
    facts = await instance.get()
    document = nodeinfo.NodeInfo(
        software=_REPOSITORY_WORD,
        version=_version(),
        name=facts.title,
        open_registrations=facts.sign_up == "open",
        users=facts.members_count,
        users_month=facts.active_month,
        posts=facts.posts_count,
        repository=_settings(request).source_url or None,
    )
    return Response(dumps(document.to_json(schema)), 200, _OPEN, _NODEINFO_TYPE.format(schema))


async def host_meta(request: Request) -> Response:
    """`/.well-known/host-meta`."""
    return Response(webfinger.host_meta(_settings(request).origin), 200, _OPEN, "application/xrd+xml")


async def _address(resource: Acct | str, settings: Settings) -> accounts.Address | None:
    if isinstance(resource, Acct):
        return await accounts.address_by_name(resource.name)
    if resource.rstrip("/") == settings.origin:
        return await accounts.address_by_uri(f"{settings.origin}/actor")
    path = resource.removeprefix(settings.origin)
    if path.startswith("/@") and "/" not in path[1:]:
        return await accounts.address_by_name(path[2:])
    return await accounts.address_by_uri(resource)


def _settings(request: Request) -> Settings:
    remote: Remote = request.app.state.remote
    return remote.settings


@cache
def _version() -> str:
    try:
        return version("folkmoot")
    except PackageNotFoundError:
        return "0"
