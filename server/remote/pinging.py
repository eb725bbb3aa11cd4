"""Asking another server whether it is there, and what it runs (NodeInfo)."""

from federation import nodeinfo
from federation.errors import Malformed
from server.ledger import deliveries, peers
from server.remote.gateway import Remote


async def ping(remote: Remote, host: str) -> str:
    """The software of a server and its version, empty where it does not say. It is noted to be up: what waits for it
    goes out.

    Raises `ProtocolError` or `Unavailable` when it does not answer.
    """
    loopback = remote.settings.development and host.startswith(("127.", "localhost"))
    url = f"{'http' if loopback else 'https'}://{host}/.well-known/nodeinfo"
    remote.check_away(url)
    where, _ = nodeinfo.parse_links(await remote.client.get_json(url, "application/json"), url)
    now = int(remote.clock() * 1000)
    await deliveries.host_answered(host, now)
    if where is None:
        return ""
    try:
        found = nodeinfo.parse(await remote.client.get_json(where, "application/json"))
    except Malformed:
        return ""
    software = f"{found.software} {found.version}".strip()
    await peers.note_software(host, software, now)
    return software
