"""A whole instance with people in every role, to be attacked: by strangers on other servers, by members with apps and
browsers, by visitors. What is attacked is what `serve` serves: the composed application, not a part of it."""

import asyncio
import importlib
import pkgutil
import re
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import uvicorn
from starlette.routing import BaseRoute, Route, compile_path

import server.api
from server.actions import instance as instance_actions
from server.actions import sessions
from server.actions.apps import issue_token, register_app
from server.actions.members import create_member
from server.api import oauth
from server.app import Instance
from server.cli.serve import configure
from server.config import Settings
from server.http.passwords import hash_password
from server.queries import members
from server.queries import sessions as session_queries
from server.rules.permissions import OPERATOR, Principal
from server.web.routes import routes as web_routes
from tests.elsewhere import Clock, Elsewhere, Here
from tests.template import ready_url
from tests.world import key_pairs

DOMAIN = "oak.example"
PASSWORD = "three quiet herons"
SCOPES = "read write follow push profile"


@dataclass
class Person:
    """A member, with an app and a browser that is signed in."""

    name: str
    by: Principal
    app: httpx.AsyncClient
    browser: httpx.AsyncClient
    csrf: str
    token: str

    async def send(self, path: str, **form: str) -> httpx.Response:
        """Send a form as one of our pages would: to an address that there is, or a refusal would mean nothing."""
        assert leads_somewhere("POST", path), f"there is no {path} any more"
        return await self.browser.post(path, data={"csrf": self.csrf, **form})

    async def say(self, text: str, **more: Any) -> dict[str, Any]:
        answer = await self.app.post("/api/v1/statuses", json={"status": text, **more})
        assert answer.status_code == 200, answer.text
        said: dict[str, Any] = answer.json()
        return said


@dataclass
class House:
    """The instance, and `here`: the same as strangers on other servers see it."""

    instance: Instance
    here: Here
    visitor: httpx.AsyncClient
    clients: list[httpx.AsyncClient] = field(default_factory=list)
    people: dict[str, Person] = field(default_factory=dict)

    def use(self) -> Any:
        return self.instance.database.use()

    def client(self, ip: str = "192.0.2.7", **headers: str) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.instance.app, raise_app_exceptions=False, client=(ip, 4000))
        made = httpx.AsyncClient(transport=transport, base_url=self.instance.settings.base_url, headers=headers)
        self.clients.append(made)
        return made

    async def join(self, name: str, role: Any = "member", *, scopes: str = SCOPES, password: str = "") -> Person:
        """A new member, signed in with an app and with a browser."""
        stored = await hash_password(password) if password else ""
        with self.use():
            member_id = await create_member(
                OPERATOR,
                name,
                keys=key_pairs(),
                role=role,
                email=f"{name}@example.org",
                display_name=name.title(),
                password_hash=stored,
            )
            found = await members.by_id(member_id)
            assert found is not None
            by = members.principal(found)
            token = await self.token(by, scopes)
            cookie = await sessions.open_session(by, "")
            csrf = (await session_queries.of_member(member_id))[0].csrf
        app = self.client(authorization=f"Bearer {token}")
        browser = self.client(cookie=f"{self.instance.settings.session_cookie}={cookie}", accept="text/html")
        self.people[name] = Person(name, by, app, browser, csrf, token)
        return self.people[name]

    async def token(self, by: Principal, scopes: str) -> str:
        with self.use():
            app_id = await register_app(OPERATOR, "Test app", "", ["urn:ietf:wg:oauth:2.0:oob"], scopes)
            return await issue_token(OPERATOR, app_id, by.member_id, scopes)

    async def topic(self, slug: str, name: str, **more: Any) -> int:
        with self.use():
            return await self.here.topic(slug, name, **more)

    async def work(self) -> None:
        """All work in the background that is due."""
        while await self.instance.worker.drain():
            pass


@asynccontextmanager
async def house(
    folder: Path, *, real_network: bool = False, deadline: float = 5, **settings: Any
) -> AsyncIterator[House]:
    """An instance at oak.example, set up and at rest. `settings` may turn it into one on a loopback port.

    Args:
        real_network: other servers are reached through sockets, and not among `here.elsewhere`.
        deadline: seconds that a request to one may take.
    """
    folder.mkdir(parents=True, exist_ok=True)
    clock, elsewhere = Clock(), Elsewhere()
    async with ready_url(folder) as url:
        values: dict[str, Any] = {"domain": DOMAIN, "data_dir": folder, "database_url": url, "rate_limits": False}
        chosen = Settings(**(values | settings))
        instance = await Instance.open(
            chosen, transport=None if real_network else elsewhere, clock=clock, deadline=deadline
        )
        made = House(instance, None, None)  # type: ignore[arg-type]  # both need the instance and follow at once
        try:
            with instance.database.use():
                await instance_actions.set_up(OPERATOR, title="Oak", name="oak", description="", keys=key_pairs())
            made.visitor = made.client()
            made.here = Here(instance.database, instance.app, instance.elsewhere, elsewhere, clock, made.visitor)  # type: ignore[arg-type]  # only ever called
            yield made
        finally:
            for client in made.clients:
                await client.aclose()
            await instance.close()


@asynccontextmanager
async def on_a_port(folder: Path, **more: Any) -> AsyncIterator[House]:
    """The same on a real loopback port, served as `folkmoot serve` does."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen(100)
        domain = f"127.0.0.1:{taken.getsockname()[1]}"
        real: dict[str, Any] = {"domain": domain, "development": True, "log_level": "error"}
        async with house(folder, **(real | more)) as made:
            server = uvicorn.Server(configure(made.instance.settings, made.instance))
            serving = asyncio.create_task(server.serve(sockets=[taken]))
            while not server.started:
                await asyncio.sleep(0.01)
            made.visitor = httpx.AsyncClient(base_url=made.instance.settings.base_url, trust_env=False)
            made.clients.append(made.visitor)
            try:
                yield made
            finally:
                server.should_exit = True
                await serving


def api_modules() -> Iterator[ModuleType]:
    for found in pkgutil.iter_modules(server.api.__path__):
        yield importlib.import_module(f"server.api.{found.name}")


def api_routes() -> list[tuple[str, str]]:
    """Every (method, path) of the API, whoever adds one."""
    every: list[tuple[str, str]] = []
    for module in api_modules():
        prefix = "/oauth" if module is oauth else "/api"
        for name, start in (("ROUTES", prefix), ("FILES", ""), ("METADATA", "")):
            every += flat(getattr(module, name, ()), start)
    assert len(every) > 120, "the routes of the API are no longer found"
    return every


def page_routes(settings: Settings) -> list[tuple[str, str]]:
    """Every (method, path) of the web."""
    every = flat(web_routes(settings), "")
    assert len(every) > 60, "the routes of the web are no longer found"
    return every


@cache
def addresses() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Every method and path of ours, as a pattern."""
    settings = Settings(domain=DOMAIN, data_dir=Path(), database_url="sqlite:///none")
    return tuple((method, compile_path(path)[0]) for method, path in [*api_routes(), *page_routes(settings)])


def leads_somewhere(method: str, path: str) -> bool:
    """Whether there is such an address, whoever may ask it."""
    bare = path.partition("?")[0]
    return any(method == known and pattern.match(bare) for known, pattern in addresses())


async def check_address(request: httpx.Request) -> None:
    """For clients that try what they may not: what they try to change must be there."""
    path = request.url.path
    assert request.method == "GET" or leads_somewhere(request.method, path), f"there is no {request.method} {path}"


def flat(routes: Any, start: str) -> list[tuple[str, str]]:
    found: list[BaseRoute] = list(routes)
    return [
        (method, start + route.path)
        for route in found
        if isinstance(route, Route)
        for method in sorted((route.methods or {"GET"}) - {"HEAD"})
    ]


def filled(path: str, value: Callable[[str], str]) -> str:
    """A path with its parameters filled in: `value` is asked by name."""
    parts = path.split("{")
    return parts[0] + "".join(value(part.partition("}")[0]) + part.partition("}")[2] for part in parts[1:])
