"""The processes a run needs: the server on a database of its own, the peers, and the hands that seed it."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg

from federation.signatures.keys import generate_ed25519, generate_rsa
from tests.bench.peers import address
from tests.bench.wire import Answer, Connection

ACTIVITY_JSON = "application/activity+json"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Stage:
    """A seeded instance and those around it. `people` are the tokens of its members and the id of a proposal."""

    folder: Path
    environ: dict[str, str]
    port: int
    peer_port: int
    keys: dict[str, str]
    people: dict[str, Any] = field(default_factory=dict)
    web: Connection = field(init=False)
    server: subprocess.Popen[bytes] = field(init=False)

    @property
    def domain(self) -> str:
        return f"127.0.0.1:{self.port}"

    def python(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", *arguments]

    def seed(self, what: str, number: int = 0) -> str:
        """Fill the instance with more."""
        keys = str(self.folder / "keys.json")
        command = self.python("tests.bench.seed", what, str(number), keys, str(self.peer_port))
        done = subprocess.run(command, env=self.environ, check=True, stdout=subprocess.PIPE, timeout=120)
        return done.stdout.decode()

    def run(self, *command: str) -> subprocess.Popen[bytes]:
        log = (self.folder / "server.log").open("ab")
        return subprocess.Popen(self.python(*command), env=self.environ, stdout=log, stderr=log)

    async def reached(self, process: subprocess.Popen[bytes], seconds: float = 30) -> Connection:
        """A connection as soon as the server takes one."""
        until = time.monotonic() + seconds
        while process.poll() is None and time.monotonic() < until:
            try:
                return await Connection.open("127.0.0.1", self.port)
            except OSError:
                await asyncio.sleep(0.01)
        raise RuntimeError(f"The server did not start:\n{(self.folder / 'server.log').read_text()[-3000:]}")

    async def gauge(self) -> dict[str, float]:
        return dict(json.loads((await self.web.request("GET", "/-/gauge")).body))

    async def settle(self) -> None:
        """Until the server has nothing left to do."""
        left = json.loads((await self.web.request("GET", "/-/settled")).body)
        if any(left.values()):
            raise RuntimeError(f"The server was not done in a minute: {left}\n{self.log()}")

    async def arrived(self) -> int:
        """How many deliveries the peers took so far."""
        peer = await Connection.open(address(0), self.peer_port)
        count = int((await peer.request("GET", "/-/count")).body)
        await peer.close()
        return count

    async def get(self, path: str, token: str = "", **headers: str) -> Answer:
        if token:
            headers["authorization"] = f"Bearer {token}"
        answer = await self.web.request("GET", path, headers)
        if answer.status != 200:
            raise RuntimeError(f"GET {path} answered {answer.status}: {answer.body[:300]!r}\n{self.log()}")
        return answer

    async def say(self, token: str, text: str) -> None:
        body = json.dumps({"status": text, "visibility": "public"}).encode()
        headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
        answer = await self.web.request("POST", "/api/v1/statuses", headers, body)
        if answer.status != 200:
            raise RuntimeError(f"A status was answered {answer.status}: {answer.body[:300]!r}\n{self.log()}")

    def log(self) -> str:
        return (self.folder / "server.log").read_text()[-3000:]


@asynccontextmanager
async def stage(server: str = "") -> AsyncIterator[Stage]:
    """An instance with people, not yet running, and its peers. On SQLite, or on the PostgreSQL at `server`."""
    with tempfile.TemporaryDirectory(prefix="folkmoot-bench-") as name:
        folder = Path(name)
        private, public = generate_rsa()
        proof_private, proof_public = generate_ed25519()
        pairs = {"private": private, "public": public, "proof_private": proof_private, "proof_public": proof_public}
        (folder / "keys.json").write_text(json.dumps(pairs))
        async with database(server, folder) as url:
            port, peer_port = free_port(), free_port()
            environ = {
                **{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
                "PYTHONPYCACHEPREFIX": str(folder / "bytecode"),  # an installation has it all; the seed makes most here
                "FOLKMOOT_DOMAIN": f"127.0.0.1:{port}",
                "FOLKMOOT_PORT": str(port),
                "FOLKMOOT_DATA_DIR": name,
                "FOLKMOOT_DATABASE_URL": url,
                "FOLKMOOT_DEVELOPMENT": "1",
                "FOLKMOOT_LOG_LEVEL": "warning",
            }
            made = Stage(folder, environ, port, peer_port, pairs)
            command = made.python("tests.bench.peers", str(peer_port), str(folder / "keys.json"))
            peers = subprocess.Popen(command, stdout=subprocess.PIPE)
            try:
                assert peers.stdout is not None
                assert await asyncio.to_thread(peers.stdout.readline) == b"ready\n"
                made.people = json.loads(made.seed("people"))
                yield made
            finally:
                peers.kill()
                peers.wait()


@asynccontextmanager
async def serving(made: Stage) -> AsyncIterator[None]:
    """The server with its gauge."""
    keys = str(made.folder / "keys.json")
    made.server = made.run("tests.bench.server", keys, f"{address(0)}:{made.peer_port}")
    try:
        made.web = await made.reached(made.server)
        yield
        await made.web.close()
    finally:
        made.server.terminate()
        try:
            await asyncio.to_thread(made.server.wait, 20)
        except subprocess.TimeoutExpired:
            made.server.kill()


@asynccontextmanager
async def database(server: str, folder: Path) -> AsyncIterator[str]:
    """The address of an empty database that is gone afterwards."""
    if not server:
        yield f"sqlite://{folder}/bench.sqlite3"
        return
    connection = await asyncpg.connect(server, timeout=5)
    name = f"folkmoot_bench_{os.getpid()}"
    await connection.execute(f'CREATE DATABASE "{name}"')
    try:
        yield f"{server.rpartition('/')[0]}/{name}"
    finally:
        await connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        await connection.close()
