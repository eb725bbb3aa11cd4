"""Flag: another server's moderators pass a report on to our stewards."""

from typing import Final

from federation.values import text
from server.actions.reports import file_report
from server.inbound.arrival import Arrived
from server.queries import actors, topics
from server.queries.domains import stance
from server.remote.gateway import Remote

_MOST: Final = 50
_COMMENT: Final = 5_000


async def handle(remote: Remote, arrived: Arrived) -> None:
    """File the report: about the account of ours that is named, or whose posts are; or about somebody elsewhere whose
    posts are in a topic of ours, which our stewards look after. The sender is usually the other instance itself, so
    that whoever reported stays unnamed. Those of a domain whose reports are not wanted are passed over."""
    if (await stance(arrived.account.domain)).reject_reports:
        return
    uris = arrived.activity.object_ids[:_MOST]
    accounts: list[int] = []
    authors: list[int] = []
    post_ids: list[int] = []
    for uri in uris:
        account = await actors.by_uri(uri)
        if account is not None:
            accounts += [account.id] if account.local else []
            continue
        post = await actors.post_by_uri(uri)
        if post is not None:
            post_ids.append(post[0])
            if post[2] or await topics.is_in_topic(post[0]):
                authors.append(post[1])
    target = next(iter([*accounts, *authors]), None)
    if target is None:
        return
    comment = text(arrived.activity.raw.get("content"), _COMMENT)
    await file_report(arrived.by, target, tuple(post_ids), comment=comment, uri=arrived.activity.id)
