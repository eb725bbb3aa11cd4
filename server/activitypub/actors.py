"""What is behind the id of an account of ours. Always readable without a signature: others need the keys in it to check
our signatures."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from federation.contexts import standalone
from federation.values import dumps
from server.activitypub.answers import frozen, gone, missing, unchanged
from server.http.kept import Kept, kept_in
from server.queries import accounts, topics
from server.queries.keys import published_of
from server.queries.organisations import uris_of
from server.remote.gateway import Remote
from server.render.actors import TYPES, as_object
from server.rules.accounts import Kind
from server.views.accounts import AccountView

KEPT: Final = 500
_KINDS: Final[dict[str, tuple[Kind, ...]]] = {
    "users": ("person", "service"),
    "organisations": ("organisation",),
    "topics": ("topic",),
    "actor": ("instance",),
}


async def actor(request: Request) -> Response:
    """`/users/NAME`, `/organisations/NAME`, `/topics/SLUG`, and `/@NAME` for people."""
    account = await _named(request)
    if account is not None and account.state == "gone":
        return gone(request, {"id": account.uri, "type": "Tombstone", "formerType": TYPES[account.kind]})
    if account is None or account.suspended:
        return missing(request)
    return await _document(request, account)


async def instance_actor(request: Request) -> Response:
    """`/actor`: the instance itself, which signs what nobody in particular asks."""
    return await actor(request)


async def local_account(request: Request) -> AccountView | None:
    """The account of ours that the address names, whichever part of it is asked for; None unless it is active."""
    account = await _named(request)
    return account if account is not None and not account.suspended else None


def name_in(request: Request) -> str:
    """The name that an address holds, whatever that part of it is called."""
    parts = request.path_params
    return str(parts.get("name") or parts.get("slug") or parts.get("handle") or "")


async def _named(request: Request) -> AccountView | None:
    remote: Remote = request.app.state.remote
    folder = request.url.path.split("/")[1]
    if folder == "actor":
        return await accounts.by_uri(f"{remote.settings.base_url}/actor")
    account = await accounts.local_by_name(name_in(request))
    if account is None or account.domain:
        return None
    kinds = ("person", "service") if folder.startswith("@") else _KINDS.get(folder, ())
    return account if account.kind in kinds else None


async def _document(request: Request, account: AccountView) -> Response:
    remote: Remote = request.app.state.remote
    topic = await topics.by_account_id(account.id) if account.kind == "topic" else None
    same_ids = "-".join(topic.same)[-64:] if topic else ""
    etag = f"{account.id}-{account.rev}-{len(topic.same) if topic else 0}{same_ids}"
    same = unchanged(request, etag)
    if same is not None:
        return same
    kept: Kept[bytes] = kept_in(request, "actors", KEPT)
    body = kept.get(etag)
    if body is not None:
        return frozen(request, body, etag)
    keys = await published_of(account.id)
    if not keys:
        return missing(request)
    document = as_object(
        account,
        remote.settings.origin,
        keys=keys,
        handles=remote.settings.handle_domain,
        organisations=await uris_of(account.id),
        topic=topic,
    )
    body = dumps(standalone(document))
    kept.put(etag, body)
    return frozen(request, body, etag)
