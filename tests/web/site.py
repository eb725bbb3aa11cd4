"""A small site for tests of pages: the real routes, actions and queries on a database of its own. What needs other
servers is answered by `Alone`, which knows nobody."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from server.actions import instance, members
from server.api.routes import routes as api_routes
from server.config import Settings
from server.http.errors import handlers
from server.http.headers import SecurityHeaders
from server.http.limits import Limits
from server.http.passwords import hash_password
from server.queries import accounts as account_queries
from server.queries import members as member_queries
from server.rules.accounts import Role
from server.rules.drafts import KeyPairs, KnownMention
from server.rules.errors import NotFound
from server.rules.permissions import OPERATOR, Principal
from server.storage.database import Database
from server.views.accounts import AccountView
from server.web.page import error_page
from server.web.page import page as draw_page
from server.web.routes import PAGES, routes
from tests.template import ready_url

PASSWORD = "three quiet herons"
CODE = "code-from-the-log"


class Alone:
    """No other server can be reached."""

    async def find_account(self, text: str) -> AccountView | None:
        return None

    async def find_account_anew(self, text: str) -> AccountView | None:
        return await account_queries.by_acct(text.strip().removeprefix("@"))

    async def find_post(self, url: str) -> int | None:
        return None

    async def find_policy(self, url: str) -> str:
        return url

    async def link_topic(self, by: Principal, topic_account_id: int, url: str) -> None:
        raise NotFound("That server did not answer. Check the address and try again.")

    async def resolve_mentions(self, source: str) -> tuple[KnownMention, ...]:
        return ()


class Within:
    """Serves every request with this database in use, as `server.app` does."""

    def __init__(self, app: ASGIApp, database: Database) -> None:
        self.app, self.database = app, database

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self.database.use():
            await self.app(scope, receive, send)


async def no_keys() -> KeyPairs:
    return KeyPairs("public", "private", "public", "private")


@dataclass
class Site:
    """`app` is what a server would serve; `admin` and `rosa` are who is there after `furnish`."""

    app: Starlette
    settings: Settings
    database: Database
    people: dict[str, Principal] = field(default_factory=dict)

    async def set_up(self) -> None:
        """An organisation with an admin, a steward and a member."""
        await self.join("joyce", "admin", "Joyce Patterson")
        await self.join("tom", "steward", "Tom Asher")
        await self.join("rosa", "member", "Rosa Marchetti")
        await instance.set_up(
            OPERATOR,
            title="Canal Row Tenants’ Group",
            name="canal_row",
            description="We say what gets in the way of a decent home, and what should change",
            keys=await no_keys(),
        )

    async def join(self, name: str, role: Role, shown: str) -> None:
        """One more member, who signs in with `PASSWORD`."""
        member_id = await members.create_member(
            OPERATOR,
            name,
            keys=await no_keys(),
            email=f"{name}@example.org",
            password_hash=await hash_password(PASSWORD),
            role=role,
            display_name=shown,
        )
        member = await member_queries.by_id(member_id)
        assert member is not None
        self.people[name] = member_queries.principal(member)

    def browser(self) -> "Browser":
        transport = httpx.ASGITransport(app=self.app, client=("127.0.0.1", 5000))
        return Browser(httpx.AsyncClient(transport=transport, base_url=self.settings.origin))


@dataclass
class Browser:
    """Somebody at a screen: reads pages, fills in forms, follows where they lead."""

    client: httpx.AsyncClient

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    async def follow(self, path: str) -> httpx.Response:
        """Read the page that an address leads to."""
        answer = await self.get(path)
        return await self.get(answer.headers["location"]) if answer.status_code == 303 else answer

    async def token(self, path: str) -> str:
        """The form token on a page."""
        text = (await self.get(path)).text
        return text.partition('name="csrf" value="')[2].partition('"')[0]

    async def send(self, path: str, form: dict[str, str], page: str = "") -> httpx.Response:
        """Send a form from the page it stands on."""
        return await self.client.post(path, data={"csrf": await self.token(page or path), **form})

    async def sign_in(self, name: str, password: str = PASSWORD) -> httpx.Response:
        return await self.send("/sign-in", {"email": name, "password": password})


@asynccontextmanager
async def fresh_site(folder: Path, domain: str = "127.0.0.1:8901", **more: Any) -> AsyncIterator[Site]:
    """A site without people. `more` are settings of its own."""
    folder.mkdir(exist_ok=True)
    async with ready_url(folder) as url:
        settings = Settings(domain=domain, data_dir=folder, development=True, database_url=url, **more)
        database = await Database.open(url, data_dir=folder, base_url=settings.base_url)
        try:
            with database.use():
                yield Site(compose(settings, database), settings, database)
        finally:
            await database.close()


def compose(settings: Settings, database: Database) -> Starlette:
    """The pages and, for the consent page and for pictures, the API, as `server.app` puts them together."""
    app = Starlette(
        routes=[*api_routes(settings), *(Route(path, page) for path, page in PAGES.items()), *routes(settings)],
        middleware=[Middleware(Within, database=database), Middleware(SecurityHeaders, secure=False)],
        exception_handlers=handlers(),
    )
    state: dict[str, object] = {
        "settings": settings,
        "database": database,
        "limits": Limits(enabled=False),
        "remote": Alone(),
        "new_keys": no_keys,
        "set_up_code": CODE,
        "draw_page": draw_page,
        "error_page": error_page,
    }
    for name, value in state.items():
        setattr(app.state, name, value)
    return app
