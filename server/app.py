"""The composition root: the only place where the parts meet.

`Instance.open` puts one together from its settings. Several can live in one process, which the tests make use of.
"""

import asyncio
import contextlib
import resource
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx
from anyio import to_thread
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from federation.client import Client
from federation.signatures.keys import generate_ed25519, generate_rsa
from server import __version__
from server.actions.desk import ensure_desk
from server.actions.instance import ensure_instance_actor, remember_domain
from server.actions.voices import ensure_voice
from server.activitypub.routes import OBJECTS
from server.activitypub.routes import routes as activitypub_routes
from server.api.routes import routes as api_routes
from server.config import Settings
from server.effects.context import Context
from server.http.cors import Cors
from server.http.errors import handlers as error_handlers
from server.http.headers import SecurityHeaders
from server.http.limits import Limits
from server.http.negotiate import wants_activity
from server.http.routing import ByStart
from server.jobs import (
    calendar,
    comparing,
    deliver,
    digests,
    effects,
    fetch,
    inbox,
    live,
    mail,
    peers,
    prune,
    schedule,
    tell,
)
from server.jobs.worker import Worker
from server.ledger import queue
from server.ledger.peers import note_held
from server.live.hub import Hub
from server.media.store import Store
from server.queries import domains, members
from server.remote.elsewhere import Elsewhere
from server.remote.gateway import Budget
from server.remote.misses import Misses
from server.remote.signers import one_signer
from server.rules.drafts import KeyPairs
from server.rules.permissions import OPERATOR
from server.storage.database import Database
from server.storage.migrating import migrate
from server.storage.notices import Notices
from server.web.page import error_page
from server.web.page import page as draw_page
from server.web.routes import PAGES
from server.web.routes import routes as web_routes
from server.web.sign_up import new_code

Endpoint = Callable[[Request], Awaitable[Response]]


def make_keys() -> KeyPairs:
    """Two new key pairs: RSA for requests, Ed25519 for proofs. Takes a tenth of a second: see `new_keys`."""
    request_private, request_public = generate_rsa()
    proof_private, proof_public = generate_ed25519()
    return KeyPairs(request_public, request_private, proof_public, proof_private)


async def new_keys() -> KeyPairs:
    """New key pairs, made in a thread."""
    return await to_thread.run_sync(make_keys)


class InDatabase:
    """Each request works on the database of its instance (pure ASGI)."""

    def __init__(self, app: ASGIApp, database: Database) -> None:
        self._app = app
        self._database = database

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if "\x00" in scope["path"]:  # stands in nothing that is kept here, and PostgreSQL cannot even look for it
            scope = {**scope, "path": scope["path"].replace("\x00", "")}
        with self._database.use():
            await self._app(scope, receive, send)


def negotiated(path: str, page: Endpoint, document: Endpoint) -> Route:
    """One address with two faces: a page for people, an object for other servers; `Accept` decides."""

    async def endpoint(request: Request) -> Response:
        if wants_activity(request.headers.get("accept")):
            return await document(request)
        response = await page(request)
        response.headers.setdefault("Vary", "Accept")
        return response

    return Route(path, endpoint, methods=["GET"])


def two_faced() -> list[BaseRoute]:
    """The addresses that are pages and objects."""
    assert PAGES.keys() == OBJECTS.keys(), "a page without an object, or the other way round"
    return [negotiated(path, page, OBJECTS[path]) for path, page in PAGES.items()]


@dataclass(frozen=True, slots=True)
class Instance:
    """One instance, put together: what serves requests, what works in the background, and what both stand on."""

    settings: Settings
    database: Database
    hub: Hub
    elsewhere: Elsewhere
    worker: Worker
    app: ASGIApp
    set_up_code: str
    notices: Notices | None

    @classmethod
    async def open(
        cls,
        settings: Settings,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Callable[[], float] = time.time,
        deadline: float = 30.0,
        migrated: bool = False,
        serving: bool = True,
    ) -> "Instance":
        """Migrate, open the database, make sure the instance has its actor, and connect the parts.

        Args:
            transport: stands in for the network in tests.
            clock: Unix seconds.
            deadline: seconds that one request to another server may take.
            migrated: the database was brought up to date before.
            serving: requests come to this process. One that only works on SQLite leaves what follows from events to the
                one that serves: only there is somebody to be shown it at once.

        Raises:
            SettingsError: the data belongs to another domain.
        """
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        allow_many_connections()
        if not migrated:
            await migrate(settings.database_url, data_dir=settings.data_dir)

        def clock_ms() -> int:
            return int(clock() * 1000)

        database = await Database.open(
            settings.database_url, data_dir=settings.data_dir, base_url=settings.base_url, clock=clock_ms
        )
        try:
            with database.use():
                await remember_domain(OPERATOR, settings.domain)
                await queue.release_stale(clock_ms())
                await prune.begin(clock_ms())
                await calendar.begin(clock_ms())
                await comparing.begin(clock_ms())
                if serving:
                    await comparing.ask_all()
                if settings.smtp_url:
                    await digests.begin(clock_ms())
                instance_id = await ensure_instance_actor(OPERATOR, new_keys)
                await ensure_voice(OPERATOR, new_keys)
                await ensure_desk(OPERATOR, new_keys)
                set_up_code = "" if await members.any_admin() else new_code()
        except BaseException:
            await database.close()
            raise
        hub = Hub()
        notices = None
        if database.dialect == "postgres":
            notices = Notices(database, missed=hub.end_streams)
            hub.tell = notices.tell

        async def refuses(domain: str) -> bool:
            """Asked before every request to another server. One that waits for an admin is put on their list."""
            policy = await domains.verdict(domain)
            if policy == "held":
                await note_held(domain, clock_ms())
            return policy in domains.REFUSED

        client = Client(
            user_agent=f"Folkmoot/{__version__} (+{settings.base_url}/)",
            development=settings.development,
            transport=transport,
            clock=clock,
            deadline=deadline,
            domain_refused=refuses,
        )
        elsewhere = Elsewhere(client, settings, clock, one_signer(instance_id, clock_ms), Misses(clock), Budget())
        handlers = {
            "inbox": inbox.handler(elsewhere),
            "effects": effects.handler(settings, hub, clock_ms),
            "fetch": fetch.handler(elsewhere),
            "schedule": schedule.handler(clock_ms),
            "calendar": calendar.handler(clock_ms),
            "digests": digests.handler(settings, clock_ms),
            "mail": mail.handler(settings, clock_ms),
            "tell": tell.handler(settings, clock_ms),
            "peers": peers.handle,
            "prune": prune.handler(Store(settings.media_dir), clock_ms),
        }
        if database.dialect == "sqlite" and not serving:
            del handlers["effects"]
        worker = Worker(
            database,
            handlers,
            deliver=deliver.deliverer(client, clock_ms),
            rooms={
                "inbox": 8,
                "effects": 16,
                "fetch": 2,
                "prune": 1,
                "peers": 1,
                "calendar": 1,
                "tell": 1,
                "digests": 1,
                "mail": 2,
                "deliver": 200,
            },
        )
        app = compose(settings, database, hub, elsewhere, set_up_code)
        return cls(settings, database, hub, elsewhere, worker, app, set_up_code, notices)

    async def close(self) -> None:
        """Close connections to other servers and the database."""
        await self.elsewhere.client.aclose()
        await self.database.close()

    @contextlib.asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """The background work, for as long as the block runs; what is under way ends within ten seconds."""
        talking = asyncio.create_task(self._talk_with_other_processes())
        task = asyncio.create_task(self.worker.run())
        try:
            yield
        finally:
            await self.worker.stop()
            await task
            talking.cancel()
            await asyncio.wait([talking])

    async def _talk_with_other_processes(self) -> None:
        if self.notices is None:
            return
        context = Context(self.settings, self.hub, self.database.clock, job_id=0)
        with self.database.use():
            await asyncio.gather(self.notices.run(), live.follow(self.notices, context))


def compose(settings: Settings, database: Database, hub: Hub, elsewhere: Elsewhere, set_up_code: str) -> ASGIApp:
    """The ASGI application: routes in the order they are tried, and what every answer passes."""
    routes: list[BaseRoute] = [
        *activitypub_routes(),
        *api_routes(settings),
        *two_faced(),
        *web_routes(settings),
    ]
    app = Starlette(routes=[Mount("", app=ByStart(routes))], exception_handlers=error_handlers())
    state: dict[str, Any] = {
        "settings": settings,
        "database": database,
        "hub": hub,
        "remote": elsewhere,
        "new_keys": new_keys,
        "limits": Limits(enabled=settings.rate_limits),
        "draw_page": draw_page,
        "error_page": error_page,
        "set_up_code": set_up_code,
    }
    for name, value in state.items():
        setattr(app.state, name, value)
    return InDatabase(SecurityHeaders(Cors(app), secure=not settings.development), database)


def allow_many_connections() -> None:
    """Hundreds of deliveries are under way at once, each with a connection: take as many as the system gives us."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 65_536) if most > 0 else 65_536, most))
