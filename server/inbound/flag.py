"""Flag: another server's moderators pass a report on to our stewards."""

from typing import Final

from federation.values import text
from server.actions.reports import file_report
from server.inbound.arrival import Arrived
from server.queries import actors
from server.remote.gateway import Remote

_MOST: Final = 50
_COMMENT: Final = 5_000


async def handle(remote: Remote, arrived: Arrived) -> None:
    """File the report: about the account of ours that is named, or whose posts are. The sender is usually the other
    instance itself, so that whoever reported stays unnamed."""
    uris = arrived.activity.object_ids[:_MOST]
    target: int | None = None
    post_ids: list[int] = []
    for uri in uris:
        account = await actors.by_uri(uri)
        if account is not None:
            target = account.id if account.local and target is None else target
            continue
        post = await actors.post_by_uri(uri)
        if post is not None:
            post_ids.append(post[0])
            if target is None and post[2]:
                target = post[1]
    if target is None:
        return
    comment = text(arrived.activity.raw.get("content"), _COMMENT)
    await file_report(arrived.by, target, tuple(post_ids), comment=comment, uri=arrived.activity.id)
