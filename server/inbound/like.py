"""Like: support for a proposal, a favourite for any other post; by an organisation that says its mandate, an
endorsement."""

from federation.values import text
from server.actions.endorsements import EndorsementDraft, endorse
from server.actions.likes import like_post
from server.inbound.arrival import Arrived
from server.queries import actors
from server.remote.gateway import Remote
from server.remote.objects import fetch_post
from server.remote.posts import Coming
from server.rules.endorsements import AUTHORISED, MANDATE
from server.rules.errors import Conflict, NotFound


async def handle(remote: Remote, arrived: Arrived) -> None:
    """Count it if we have the post. What a linked chapter passes on is for a post of its topic, which we fetch if we
    missed it; any other that nobody here has seen is not fetched. One with `content` is a reaction with an emoji, not
    support (FEP-c0e0)."""
    activity = arrived.activity
    if activity.raw.get("content"):
        return
    uri = activity.object_id
    post = await actors.post_by_uri(uri) if uri else None
    if post is None and uri and arrived.via is not None and not remote.is_here(uri):
        await fetch_post(remote, uri, Coming(via=arrived.via))
        post = await actors.post_by_uri(uri)
    if post is None or post[3] or await actors.is_tombstoned(activity.id):
        return
    mandate = activity.raw.get("civic:mandate")
    is_endorsement = arrived.account.kind == "organisation" and isinstance(mandate, str) and mandate.strip()
    try:
        if is_endorsement and await actors.kind_of(post[0]) == "proposal":
            authorised_by = text(activity.raw.get("civic:authorisedBy"), AUTHORISED)
            await endorse(arrived.by, post[0], EndorsementDraft(text(mandate, MANDATE), authorised_by, activity.id))
        else:
            await like_post(arrived.by, post[0], activity.id, told_by=arrived.via if arrived.told else None)
    except (Conflict, NotFound):
        return
