"""Add and Remove: a linked chapter tells whom else it is linked with."""

from federation.errors import ProtocolError
from server.actions.topics import link_chapter
from server.inbound.arrival import Arrived
from server.queries import topics
from server.remote.chapters import find_chapter
from server.remote.gateway import Remote
from server.rules.errors import CivicError
from server.rules.permissions import OPERATOR


async def handle(remote: Remote, arrived: Arrived) -> None:
    """Ask a chapter that was added to a linked chapter's roster to exchange the topic with us too, as when we linked
    (contract, "Topics across instances"). Whether that becomes a link is for the other side.

    What a chapter removes from its roster says nothing about ours: each keeps its own. Other collections are not
    ours to follow.
    """
    activity = arrived.activity
    if activity.type != "Add" or activity.object_id is None or remote.is_here(activity.object_id):
        return
    for topic in await topics.all_topics():
        linked = {chapter.account.id for chapter in topic.chapters if chapter.state == "linked"}
        known = {chapter.account.uri for chapter in topic.chapters}
        if arrived.account.id not in linked or activity.object_id in known:
            continue
        try:
            found = await find_chapter(remote, activity.object_id)
        except ProtocolError:
            continue
        if found.topic_id in (topic.topic_id, *topic.same) or topic.topic_id in found.same:
            try:
                await link_chapter(OPERATOR, topic.account.id, found.account_id, their_topic_id=found.topic_id)
            except CivicError:
                continue
