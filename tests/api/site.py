"""A small site for tests of the API: the real routes, actions and queries on a database of its own. Nobody lives
elsewhere: `Alone` finds those who are here."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from server.actions import apps, members, sessions, topics
from server.api.routes import routes
from server.config import Settings
from server.http.cors import Cors
from server.http.errors import handlers
from server.http.limits import Limits
from server.live.hub import Hub
from server.queries import accounts
from server.queries import members as member_queries
from server.queries import sessions as session_queries
from server.rules.accounts import Role
from server.rules.drafts import KeyPairs, KnownMention
from server.rules.permissions import ANYONE, OPERATOR, Principal
from server.rules.text import find_mentions
from server.storage.database import Database
from server.views.accounts import AccountView
from tests.template import ready_url

DOMAIN = "127.0.0.1:8001"
ORIGIN = f"http://{DOMAIN}"
KEYS = KeyPairs("public", "private", "public", "private")
EVERYTHING = "read write follow push profile"


class Alone:
    """No other server can be reached."""

    async def find_account(self, handle_or_url: str) -> AccountView | None:
        return None

    async def find_post(self, url: str) -> int | None:
        return None

    async def resolve_mentions(self, source: str) -> tuple[KnownMention, ...]:
        found = []
        for key in find_mentions(source):
            name, _, domain = key.partition("@")
            account = await accounts.by_acct(name) if domain in ("", DOMAIN) else None
            if account is not None:
                found.append(KnownMention(account.id, key, account.uri, account.url))
        return tuple(found)


class Within:
    """Serves every request with this database in use."""

    def __init__(self, app: ASGIApp, database: Database) -> None:
        self.app, self.database = app, database

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self.database.use():
            await self.app(scope, receive, send)


async def draw_page(request: Request, template: str, status: int = 200, **values: Any) -> Response:
    """Pages are the web's; here their values are enough."""
    return HTMLResponse(f"{template} {values}", status)


@dataclass
class Person:
    """A member with a token that may do everything a member may."""

    by: Principal
    token: str
    client: httpx.AsyncClient

    @property
    def id(self) -> str:
        return str(self.by.account_id)

    async def get(self, path: str, **params: Any) -> httpx.Response:
        return await self.client.get(path, params=params)

    async def post(self, path: str, json: Mapping[str, Any] | None = None, **more: Any) -> httpx.Response:
        return await self.client.post(path, json=json or {}, **more)

    async def say(self, text: str, **more: Any) -> dict[str, Any]:
        """Publish a status and return it."""
        response = await self.post("/api/v1/statuses", {"status": text, **more})
        assert response.status_code == 200, response.text
        found: dict[str, Any] = response.json()
        return found


@dataclass
class Site:
    app: Starlette
    settings: Settings
    database: Database
    visitor: httpx.AsyncClient
    people: dict[str, Person] = field(default_factory=dict)

    async def join(self, name: str, role: Role = "member", scopes: str = EVERYTHING) -> Person:
        """A new member who uses an app."""
        with self.database.use():
            await members.create_member(
                OPERATOR, name, keys=KEYS, email=f"{name}@example.org", role=role, display_name=name.title()
            )
            member = await member_queries.by_name(name)
            assert member is not None
            app_id = await apps.register_app(ANYONE, "Test app", "", ["urn:ietf:wg:oauth:2.0:oob"], scopes)
            token = await apps.issue_token(ANYONE, app_id, member.id, scopes)
        by = Principal("member", member.account.id, role, member.id)
        self.people[name] = Person(by, token, self.client({"Authorization": f"Bearer {token}"}))
        return self.people[name]

    async def topic(self, slug: str, name: str) -> int:
        with self.database.use():
            return await topics.create_topic(OPERATOR, slug, name, keys=KEYS)

    async def browser(self, person: Person) -> tuple[httpx.AsyncClient, str]:
        """The same member signed in with a browser, and the token of its forms."""
        with self.database.use():
            token = await sessions.open_session(person.by, "")
            found = (await session_queries.of_member(person.by.member_id))[0]
        client = self.client({"Cookie": f"{self.settings.session_cookie}={token}", "Accept": "text/html"})
        return client, found.csrf

    def client(self, headers: Mapping[str, str] | None = None) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=headers)


@asynccontextmanager
async def open_site(folder: Path, **chosen: Any) -> AsyncIterator[Site]:
    values: dict[str, Any] = {"domain": DOMAIN, "data_dir": folder, "development": True, "rate_limits": False} | chosen
    async with ready_url(folder) as url:
        settings = Settings(**{"database_url": url, **values})
        async with _site(settings) as site:
            yield site


@asynccontextmanager
async def _site(settings: Settings) -> AsyncIterator[Site]:
    database = await Database.open(settings.database_url, data_dir=settings.data_dir, base_url=settings.base_url)
    app = Starlette(
        routes=routes(settings),
        middleware=[Middleware(Within, database=database), Middleware(Cors)],
        exception_handlers=handlers(),
    )
    app.state.settings = settings
    app.state.database = database
    app.state.hub = Hub()
    app.state.remote = Alone()
    app.state.limits = Limits(enabled=settings.rate_limits)
    app.state.draw_page = draw_page
    site = Site(app, settings, database, httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN))
    try:
        yield site
    finally:
        for person in site.people.values():
            await person.client.aclose()
        await site.visitor.aclose()
        await database.close()
