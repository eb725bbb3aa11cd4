"""Follow: a person wants to follow somebody here, or a chapter of another instance our chapter of a topic."""

from federation.errors import Forged
from server.actions.follows import follow
from server.actions.topics import chapter_asked
from server.inbound.arrival import Arrived
from server.queries import actors
from server.remote.chapters import chapter_facts
from server.remote.gateway import Remote


async def handle(remote: Remote, arrived: Arrived) -> None:
    """Record the wish. Whether it is accepted at once, or waits for a person or an admin, is the action's to say.

    Raises `Forged` when a chapter claims a topic id that is not the hash of its genesis.
    """
    activity = arrived.activity
    target = await actors.by_uri(activity.object_id) if activity.object_id else None
    if target is None or not target.local or await actors.is_tombstoned(activity.id):
        return
    if target.kind == "topic" and arrived.account.kind == "topic":
        topic_id, true = chapter_facts(await remote.read(arrived.account.uri))
        if topic_id:
            if not true:
                raise Forged("the id of this chapter's topic does not fit its genesis")
            await chapter_asked(arrived.by, target.id, activity.id)
            return
    await follow(arrived.by, target.id, activity.id)
