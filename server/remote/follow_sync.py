"""Comparing our books of who follows somebody elsewhere with theirs, and mending ours (FEP-8fcf).

Follows get lost: an Undo that never arrived, a backup that was restored. Then posts for followers alone reach servers
whose people do not follow any more, or fail to reach those who do.
"""

from federation.digest_sync import digest_of, parse_header
from federation.names import same_origin
from federation.values import id_of
from server.actions.follows import answer_follow, disown_follow, unfollow
from server.queries import actors
from server.queries.actors import WireAccount
from server.queries.follow_sync import followers_here
from server.remote.gateway import Remote
from server.remote.threads import items_of
from server.rules.errors import CivicError
from server.rules.permissions import Principal
from server.storage.unit import unit


async def compare(remote: Remote, account: WireAccount, header: str) -> None:
    """Have our books mended if `Collection-Synchronization` says that others follow an account from here than we think;
    at most once a minute for each. A header that is not about its followers, or leads elsewhere than to its own
    origin, says nothing."""
    said = parse_header(header)
    if said is None or said.collection != account.followers_uri or not same_origin(said.url, account.uri):
        return
    ours = [each.uri for each in await followers_here(account.id) if not each.pending]
    if digest_of(ours) == said.digest or remote.misses.refuses("address", f"followers {account.uri}"):
        return
    remote.misses.note("address", f"followers {account.uri}")
    payload = {"account_id": account.id, "url": said.url, "digest": said.digest}
    async with unit() as work:
        work.enqueue("fetch", f"followers:{account.id}", payload, kind="followers")


async def mend(remote: Remote, account_id: int, url: str, digest: str) -> None:
    """Read which of our members follow an account elsewhere, as its server has it, and make our books say the same.

    Whoever is not listed there follows no longer; whoever is listed without following here is taken off there by an
    Undo; a wish that was accepted without our hearing of it is accepted. Nothing happens unless the list has the
    `digest` that was told: a part of it must never end follows.
    """
    account = await actors.by_id(account_id)
    if account is None or account.local or account.state != "active":
        return
    listed = {uri async for item in items_of(remote, url) if (uri := id_of(item)) and remote.is_here(uri)}
    if digest_of(listed) != digest:
        return
    ours = {each.uri: each for each in await followers_here(account.id)}
    for uri, each in ours.items():
        if each.pending and uri in listed:
            await answer_follow(account.principal, each.account_id, accept=True)
        elif not each.pending and uri not in listed:
            await unfollow(Principal("member", each.account_id), account.id)
    for uri, member in (await actors.by_uris(sorted(listed - ours.keys()))).items():
        if member.local and uri not in ours:
            try:
                await disown_follow(Principal("member", member.id), account.id)
            except CivicError:
                continue
