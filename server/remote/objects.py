"""Any address of another server, made into what it is here: a post or an account."""

from dataclasses import dataclass
from typing import Literal

from federation.errors import Malformed, ProtocolError, Unavailable
from federation.names import is_url
from federation.values import Json
from server.queries import actors
from server.remote.actors import is_actor, record_actor
from server.remote.gateway import Remote
from server.remote.posts import Coming, is_post, record_post
from server.remote.threads import record_with_parents


@dataclass(frozen=True, slots=True)
class Found:
    """What stands behind an address; `id` is ours."""

    kind: Literal["account", "post"]
    id: int


async def find(remote: Remote, url: str) -> Found | None:
    """The account or post at an address that somebody typed or followed; fetched if it is not known. None when there is
    nothing there that we could show. Never raises for what another server does.
    """
    if not is_url(url):
        return None
    if (account := await actors.by_uri(url)) is not None:
        return Found("account", account.id)
    if (post := await actors.post_by_uri(url)) is not None:
        return None if post[3] else Found("post", post[0])
    if remote.is_here(url):
        return None
    try:
        return await _recorded(remote, await remote.read(url))
    except (ProtocolError, Unavailable):
        return None


async def find_post(remote: Remote, url: str) -> int | None:
    """The id of the post at `url`, fetched if it is not known. None as for `find`, and when it is no post."""
    found = await find(remote, url)
    return found.id if found is not None and found.kind == "post" else None


async def fetch_post(remote: Remote, uri: str, coming: Coming) -> int | None:
    """Take in the post with this id from its origin, with what it answers.

    Raises `ProtocolError` or `Unavailable`: for jobs, which try again.
    """
    if (known := await actors.post_by_uri(uri)) is not None:
        return None if known[3] else known[0]
    document = await remote.read(uri)
    if not is_post(document):
        raise Malformed("there is no post at this address")
    return await record_with_parents(remote, document, coming)


async def _recorded(remote: Remote, document: Json) -> Found | None:
    if is_actor(document):
        return Found("account", (await record_actor(remote, document)).id)
    if not is_post(document):
        return None
    post_id = await record_with_parents(remote, document, Coming(fetched=True))
    return Found("post", post_id) if post_id is not None else None


__all__ = ["Found", "fetch_post", "find", "find_post", "record_post"]
