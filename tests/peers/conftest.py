"""A real instance on a loopback port, and a Fedify server beside it that a test tells what to do."""

import asyncio
import json
import socket
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, MutableMapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
import uvicorn

from server.actions import instance as instance_actions
from server.app import Instance
from server.config import Settings
from server.rules.permissions import OPERATOR
from tests.peers.fedify_program import Missing, fedify
from tests.template import ready_url
from tests.world import Site, key_pairs

PATIENCE = 15  # seconds
Json = dict[str, Any]
T = TypeVar("T")


async def eventually(look: Callable[[], Awaitable[T]], what: str) -> T:
    """What `look` finds as soon as it finds something."""
    end = time.monotonic() + PATIENCE
    while not (found := await look()):
        assert time.monotonic() < end, f"this did not happen within {PATIENCE} seconds: {what}"
        await asyncio.sleep(0.05)
    return found


@dataclass
class Fedify:
    """The other server. Every deed in `fedify/peer.mjs` is a call: `await peer.do("follow", actor=…)`."""

    origin: str
    control: httpx.AsyncClient

    @property
    def river(self) -> str:
        """The id of the person there."""
        return f"{self.origin}/users/river"

    @property
    def domain(self) -> str:
        return self.origin.removeprefix("http://")

    async def do(self, deed: str, **told: Any) -> Any:
        answer = await self.control.post(f"/{deed}", json=told)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def has(self, origin: str, wanted: Callable[[Json], bool], what: str) -> Json:
        """The first delivery from `origin` whose activity is the wanted one."""

        async def look() -> Json | None:
            entries: list[Json] = await self.do("received")
            ours = [entry for entry in entries if entry["activity"]["actor"].startswith(origin)]
            return next((entry for entry in ours if wanted(entry["activity"])), None)

        return await eventually(look, what) or {}


@dataclass
class Heard:
    """One request to an inbox of ours: how it was signed, what was in it, and what it was answered."""

    scheme: str
    activity: Json
    status: int


@dataclass
class Moot(Site):
    """A whole instance that others can reach, and what came to its inboxes."""

    heard: list[Heard] = field(default_factory=list)

    def schemes(self, verb: str) -> list[tuple[str, int]]:
        """How activities of this type were signed, and the answers."""
        return [(each.scheme, each.status) for each in self.heard if each.activity.get("type") == verb]


class Listening:
    """Notes what comes to the inboxes on its way to the application (pure ASGI)."""

    def __init__(self, app: Any, heard: list[Heard]) -> None:
        self.app, self.heard = app, heard

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["method"] != "POST" or not scope["path"].endswith("/inbox"):
            await self.app(scope, receive, send)
            return
        names = {name for name, _ in scope["headers"]}
        scheme = "rfc9421" if b"signature-input" in names else "cavage" if b"signature" in names else ""
        entry, body = Heard(scheme, {}, 0), bytearray()

        async def reading() -> Any:
            message = await receive()
            body.extend(message.get("body", b""))
            return message

        async def sending(message: Any) -> None:
            if message["type"] == "http.response.start":
                entry.status = message["status"]
            await send(message)

        await self.app(scope, reading, sending)
        entry.activity = json.loads(bytes(body) or b"{}")
        self.heard.append(entry)


@pytest.fixture(scope="session")
def fedify_addresses() -> Iterator[Json]:
    """The program on Fedify, for as long as the tests run. Left out, with the reason, where it cannot be had."""
    try:
        node, folder = fedify()
    except Missing as missing:
        pytest.skip(f"Fedify: {missing}")
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(
            [node, "peer.mjs"], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors
        ) as program,
    ):
        assert program.stdout is not None
        first = program.stdout.readline()
        if not first:
            errors.seek(0)
            raise AssertionError(f"the peer did not start: {errors.read().decode()}")
        try:
            yield json.loads(first)
        finally:
            program.terminate()


@pytest.fixture
async def peer(fedify_addresses: Json) -> AsyncIterator[Fedify]:
    async with httpx.AsyncClient(base_url=fedify_addresses["control"], timeout=PATIENCE) as control:
        made = Fedify(fedify_addresses["origin"], control)
        await made.do("be")
        yield made


@pytest.fixture
def secure_mode() -> bool:
    """Whether the instance shows what it has only to servers that sign their requests; tests may say otherwise."""
    return False


@pytest.fixture
async def moot(tmp_path: Path, peer: Fedify, secure_mode: bool) -> AsyncIterator[Moot]:
    """An instance in development mode, at work on a port of its own."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        domain = f"127.0.0.1:{listener.getsockname()[1]}"
        async with opened(tmp_path, domain, secure_mode) as instance, httpx.AsyncClient(timeout=PATIENCE) as web:
            web.base_url = instance.settings.base_url
            made = Moot(instance, web)
            async with instance.working(), serving(made, listener):
                yield made


@asynccontextmanager
async def opened(folder: Path, domain: str, secure_mode: bool) -> AsyncIterator[Instance]:
    async with ready_url(folder) as url:
        settings = Settings(
            domain=domain, data_dir=folder, database_url=url, development=True, rate_limits=False,
            secure_mode=secure_mode,
        )  # fmt: skip
        instance = await Instance.open(settings)
        try:
            with instance.database.use():
                await instance_actions.set_up(OPERATOR, title="Moot", name="moot", description="", keys=key_pairs())
            yield instance
        finally:
            await instance.close()


@asynccontextmanager
async def serving(moot: Moot, listener: socket.socket) -> AsyncIterator[None]:
    app = Listening(moot.instance.app, moot.heard)
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", ws="none", log_config=None))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        await task
