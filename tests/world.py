"""Several whole instances in one process: real databases, real signatures, real routes. Only the wire between them is
replaced, and a clock that moves when told to.

    async with world(tmp_path, "oak", "ash") as all_of_them:
        oak, ash = all_of_them.instances
        ...
        await all_of_them.settle()
"""

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import httpx

from federation.signatures.keys import generate_ed25519, generate_rsa
from server.actions import instance as instance_actions
from server.actions import members as member_actions
from server.actions import sessions as session_actions
from server.actions import topics as topic_actions
from server.actions.apps import issue_token, register_app
from server.app import Instance
from server.config import Settings
from server.queries import members, sessions, topics
from server.rules.drafts import KeyPairs
from server.rules.permissions import OPERATOR, Principal
from tests.template import ready_url

ACTIVITY_JSON = "application/activity+json"


@cache
def key_pairs() -> KeyPairs:
    """Making keys takes a tenth of a second: all accounts of the tests share a pair. Whose key it is follows from the
    key's id, so signatures are as real as ever."""
    private, public = generate_rsa()
    proof_private, proof_public = generate_ed25519()
    return KeyPairs(public, private, proof_public, proof_private)


class Clock:
    """Unix seconds; stands still until told to move."""

    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += seconds


@dataclass
class Wire(httpx.AsyncBaseTransport):
    """The network between the instances. `down` are domains that cannot be reached; `seen` is what went over it."""

    apps: dict[str, httpx.ASGITransport] = field(default_factory=dict)
    down: set[str] = field(default_factory=set)
    seen: list[tuple[str, str]] = field(default_factory=list)
    before: Any = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        host = request.url.netloc.decode()
        self.seen.append((request.method, str(request.url)))
        if self.before is not None:
            await self.before(request)
        if host in self.down or host not in self.apps:
            raise httpx.ConnectError("no route to host", request=request)
        return await self.apps[host].handle_async_request(request)


@dataclass
class Site:
    """One instance of the world, with what a test does to it."""

    instance: Instance
    web: httpx.AsyncClient

    @property
    def domain(self) -> str:
        return self.instance.settings.domain

    @property
    def url(self) -> str:
        return self.instance.settings.base_url

    def use(self) -> Any:
        """`with site.use():` works on its database."""
        return self.instance.database.use()

    async def member(self, name: str, *, role: Any = "member", **more: Any) -> Principal:
        """A new member who can act."""
        with self.use():
            member_id = await member_actions.create_member(OPERATOR, name, keys=key_pairs(), role=role, **more)
            found = await members.by_id(member_id)
        assert found is not None
        return members.principal(found)

    async def topic(self, slug: str, name: str = "") -> int:
        """A new topic; returns its account id."""
        with self.use():
            return await topic_actions.create_topic(OPERATOR, slug, name or slug.replace("-", " "), keys=key_pairs())

    async def link(self, slug: str, other: "Site") -> str:
        """Ask the other's chapter of the same slug, as `folkmoot topic link` does."""
        with self.use():
            return await self.instance.elsewhere.join_topic(OPERATOR, slug, f"{other.url}/topics/{slug}", key_pairs())

    async def topic_view(self, slug: str) -> Any:
        with self.use():
            return await topics.by_slug(slug)

    async def app(self, by: Principal, scopes: str = "read write follow push") -> httpx.AsyncClient:
        """A Mastodon app signed in as this member."""
        with self.use():
            app_id = await register_app(OPERATOR, "Test app", "", ["urn:ietf:wg:oauth:2.0:oob"], scopes)
            token = await issue_token(OPERATOR, app_id, by.member_id, scopes)
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(app=self.instance.app, raise_app_exceptions=False),
            base_url=self.url,
            headers={"authorization": f"Bearer {token}"},
        )

    async def browser(self, by: Principal) -> tuple[httpx.AsyncClient, str]:
        """A browser signed in as this member, and the token its forms need."""
        with self.use():
            cookie = await session_actions.open_session(by, "")
            csrf = (await sessions.of_member(by.member_id))[0].csrf
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(app=self.instance.app, raise_app_exceptions=False),
            base_url=self.url,
            headers={"accept": "text/html"},
            cookies={self.instance.settings.session_cookie: cookie},
            follow_redirects=True,
        ), csrf

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.web.get(path, headers=headers)

    async def json(self, path: str) -> Any:
        """An API answer without a token, or an object."""
        answer = await self.web.get(path, headers={"accept": ACTIVITY_JSON} if "/api/" not in path else {})
        answer.raise_for_status()
        return answer.json()


@dataclass
class World:
    wire: Wire
    clock: Clock
    sites: dict[str, Site]

    @property
    def instances(self) -> tuple[Site, ...]:
        return tuple(self.sites.values())

    async def settle(self, rounds: int = 30) -> None:
        """Everything that is due, everywhere, until nothing is."""
        for _ in range(rounds):
            done = 0
            for site in self.instances:
                done += await site.instance.worker.drain()
            if not done:
                return
        raise AssertionError("the instances never come to rest")


@asynccontextmanager
async def world(folder: Path, *names: str, settings: Mapping[str, Any] | None = None) -> AsyncIterator[World]:
    """Instances at `NAME.example`, set up and at rest."""
    wire, clock = Wire(), Clock()
    made = World(wire, clock, {})
    async with AsyncExitStack() as stack:
        for name in names:
            made.sites[name] = await stack.enter_async_context(
                site(folder / name, f"{name}.example", wire, clock, settings)
            )
        yield made


@asynccontextmanager
async def site(
    folder: Path, domain: str, wire: Wire, clock: Clock, settings: Mapping[str, Any] | None = None
) -> AsyncIterator[Site]:
    """One instance on the wire."""
    folder.mkdir(parents=True, exist_ok=True)
    async with ready_url(folder) as url:
        instance = await Instance.open(
            Settings(domain=domain, data_dir=folder, database_url=url, rate_limits=False, **(settings or {})),
            transport=wire,
            clock=clock,
            deadline=5,
        )
        try:
            with instance.database.use():
                await instance_actions.set_up(
                    OPERATOR,
                    title=domain.partition(".")[0].title(),
                    name=domain.partition(".")[0],
                    description="",
                    keys=key_pairs(),
                )
            wire.apps[domain] = httpx.ASGITransport(app=instance.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(
                transport=httpx.ASGITransport(app=instance.app, raise_app_exceptions=False),
                base_url=instance.settings.base_url,
            ) as web:
                yield Site(instance, web)
        finally:
            await instance.close()
