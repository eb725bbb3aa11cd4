"""Accept and Reject: the answer to a Follow of ours, by the one who was asked."""

from federation.values import id_of
from server.actions.follows import answer_follow
from server.actions.topics import chapter_answered
from server.inbound.arrival import Arrived
from server.queries import actors
from server.remote.gateway import Remote
from server.rules.errors import NotFound


async def handle(remote: Remote, arrived: Arrived) -> None:
    """Note the answer. Some servers send our Follow back whole, some only its id, some with an id of their own: then
    who asked decides. An answer nobody waits for changes nothing."""
    accepted = arrived.activity.type == "Accept"
    follower = await _follower(arrived)
    if follower is None:
        return
    account = await actors.by_id(follower)
    if account is None or not account.local:
        return
    if account.kind == "topic" and arrived.account.kind == "topic":
        await chapter_answered(arrived.by, account.id, accepted)
        return
    try:
        await answer_follow(arrived.by, account.id, accepted)
    except NotFound:
        return


async def _follower(arrived: Arrived) -> int | None:
    activity = arrived.activity
    known = await actors.follow_by_uri(activity.object_id) if activity.object_id else None
    if known is not None:
        return known.account_id if known.target_id == arrived.account.id else None
    inner = activity.inner
    if inner is None or activity.inner_type != "Follow" or id_of(inner.get("object")) != arrived.account.uri:
        return None
    asker = await actors.by_uri(id_of(inner.get("actor")) or "")
    return asker.id if asker is not None else None
