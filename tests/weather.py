"""A network that loses, doubles, holds back and cuts off what travels between the instances of a world; and how far
their views of a topic agree."""

import random
from dataclasses import dataclass, field
from typing import Any

import httpx

from server.jobs import comparing
from server.queries import topics
from server.storage.sql import rows
from tests.world import Site, World

HELD_AT_MOST = 20


@dataclass
class Weather:
    """Stands before every instance of a world. `lost`, `doubled` and `held` are chances; `cut` are pairs of domains
    between which nothing passes."""

    world: World
    chance: random.Random = field(default_factory=lambda: random.Random(0))
    lost: float = 0.0
    doubled: float = 0.0
    held: float = 0.0
    cut: set[frozenset[str]] = field(default_factory=set)
    waiting: list[tuple[httpx.AsyncBaseTransport, httpx.Request]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for domain, app in list(self.world.wire.apps.items()):
            self.world.wire.apps[domain] = Front(self, domain, app)  # type: ignore[assignment]

    def clear(self) -> None:
        """The sun comes out; what was held back still is."""
        self.lost = self.doubled = self.held = 0.0
        self.cut.clear()

    async def let_through(self) -> None:
        """What was held back arrives, in any order."""
        self.chance.shuffle(self.waiting)
        late, self.waiting = self.waiting, []
        for app, request in late:
            await app.handle_async_request(request)


@dataclass
class Front(httpx.AsyncBaseTransport):
    weather: Weather
    domain: str
    app: httpx.AsyncBaseTransport

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        weather = self.weather
        if frozenset({self.domain, sender_of(request)}) in weather.cut:
            raise httpx.ConnectError("the line is cut", request=request)
        if request.method != "POST":
            return await self.app.handle_async_request(request)
        request = httpx.Request(request.method, request.url, headers=request.headers, content=await request.aread())
        luck = weather.chance.random()
        if luck < weather.lost:
            return httpx.Response(202)
        if luck < weather.lost + weather.held and len(weather.waiting) < HELD_AT_MOST:
            weather.waiting.append((self.app, request))
            return httpx.Response(202)
        if luck < weather.lost + weather.held + weather.doubled:
            await self.app.handle_async_request(request)
        return await self.app.handle_async_request(request)


def sender_of(request: httpx.Request) -> str:
    """The domain whose key signed a request."""
    signature = request.headers.get("signature", "") + request.headers.get("signature-input", "")
    return next((part.split("/")[2] for part in signature.split('"') if part.startswith("https://")), "")


async def repair(world: World, slug: str = "damp-homes") -> int:
    """Every chapter compares with every other, until all agree; returns how many rounds that took."""
    for number in range(1, 9):
        for site in world.instances:
            with site.use():
                await comparing.ask_all()
        await world.settle()
        if len({str(await log_of(site, slug)) for site in world.instances}) == 1:
            return number
    logs = [set(await log_of(site, slug)) for site in world.instances]
    apart = sorted(set.union(*logs) - set.intersection(*logs))
    raise AssertionError(f"the chapters never agree on {apart}: {[sorted(log & set(apart)) for log in logs]}")


async def log_of(site: Site, slug: str = "damp-homes") -> list[tuple[str, str]]:
    """What its chapter knows of each item; of what is gone, only that."""
    with site.use():
        topic = await topics.by_slug(slug)
        assert topic is not None
        found = await rows(
            "SELECT uri, version, gone FROM topic_items WHERE topic_id = ? ORDER BY uri", [topic.account.id]
        )
    return [(each["uri"], "gone" if each["gone"] else str(each["version"])) for each in found]


async def view_of(site: Site, slug: str = "damp-homes") -> dict[str, Any]:
    """What readers see of a topic: each post with its words, what it belongs to, and who supports it."""
    with site.use():
        topic = await topics.by_slug(slug)
        assert topic is not None
        found = await rows(
            "SELECT p.uri, p.title, p.content_html, r.uri AS proposal_uri FROM posts p"
            " LEFT JOIN posts r ON r.id = p.proposal_id"
            " WHERE COALESCE(p.topic_id, r.topic_id) = ? AND p.deleted_at IS NULL AND p.removed_by IS NULL"
            " ORDER BY p.uri",
            [topic.account.id],
        )
        likes = await rows(
            "SELECT p.uri, a.uri AS who FROM likes l JOIN posts p ON p.id = l.post_id"
            " JOIN accounts a ON a.id = l.account_id WHERE p.topic_id = ? AND p.kind = 'proposal'"
            " AND p.deleted_at IS NULL ORDER BY p.uri, a.uri",
            [topic.account.id],
        )
    posts = {each["uri"]: (each["title"], each["content_html"], each["proposal_uri"]) for each in found}
    return {"posts": posts, "support": [(each["uri"], each["who"]) for each in likes]}
