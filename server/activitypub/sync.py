"""`/topics/SLUG/sync`: our chapter's log, so that another chapter finds what it missed (FEDERATION.md, "Comparing").

Alone: the digest of each bucket. `?bucket=a7`: the items of one. `?item=URI`: the item, as our chapter passes it on.
"""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from federation.activities import announce_activity
from federation.names import is_url
from federation.topic_sync import BUCKETS, PER_PAGE, digest_of, item_of
from federation.values import Json, loads
from server.activitypub.answers import found, missing
from server.queries import actors, topic_items, topics
from server.queries.topic_items import KeptItem
from server.remote.gateway import Remote
from server.views.topics import TopicView


async def sync(request: Request) -> Response:
    topic = await topics.by_slug(str(request.path_params["name"]))
    if topic is None:
        return missing(request)
    remote: Remote = request.app.state.remote
    asked = request.query_params
    query = f"?{request.url.query}" if request.url.query else ""
    told: Json = {
        "id": f"{remote.settings.base_url}{request.url.path}{query}",
        "type": "Collection",
        "attributedTo": topic.account.uri,
    }
    if item := asked.get("item"):
        return await _item(request, topic, told, item)
    if bucket := asked.get("bucket"):
        return await _bucket(request, topic, told, bucket)
    digests = {at: digest_of(held) for at, held in (await topic_items.by_bucket(topic.account.id)).items()}
    buckets = {f"{at:02x}": [digest.count, digest.xor] for at, digest in digests.items()}
    total = sum(digest.count for digest in digests.values())
    return found(request, {**told, "totalItems": total, "civic:buckets": buckets})


async def _bucket(request: Request, topic: TopicView, told: Json, bucket: str) -> Response:
    try:
        number = int(bucket, 16)
    except ValueError:
        return missing(request)
    if not 0 <= number < BUCKETS:
        return missing(request)
    after = request.query_params.get("after", "")[:2048]
    held = await topic_items.in_bucket(topic.account.id, number, after, PER_PAGE + 1)
    more: dict[str, Any] = {"civic:after": held[PER_PAGE - 1][0]} if len(held) > PER_PAGE else {}
    return found(request, {**told, "civic:items": [list(entry) for entry in held[:PER_PAGE]], **more})


async def _item(request: Request, topic: TopicView, told: Json, uri: str) -> Response:
    """Nothing of what our stewards took away or hold: that is our own view, and others have theirs."""
    item = await topic_items.kept(topic.account.id, uri) if is_url(uri) else None
    if item is None or not await _may_be_shown(item):
        return missing(request)
    followers = f"{topic.account.uri}/followers"
    inside: Any = loads(item.body) if item.body is not None else item.uri
    return found(request, announce_activity(str(told["id"]), topic.account.uri, inside, followers=followers))


async def _may_be_shown(item: KeptItem) -> bool:
    if item.gone:
        return item.body is not None
    said = item_of(loads(item.body)) if item.body is not None else None
    post = await actors.post_by_uri(said.about if said is not None else item.uri)
    return post is not None and not post[3]
