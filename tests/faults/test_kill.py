"""`kill -9` at random moments while members post and other servers deliver: every acknowledged write is there, every
delivery takes effect exactly once, and the process answers again soon. Five rounds, fifty in `make faults`."""

import asyncio
import contextlib
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from server.config import Settings
from tests.faults.peer import Peer
from tests.template import sqlite_template
from tests.world import key_pairs

pytestmark = pytest.mark.faults
ROUNDS = int(os.environ.get("FOLKMOOT_TEST_ROUNDS", "5"))
MEMBERS = ("amina", "bryn", "cem")
SOON = 5.0  # seconds until the process must answer again


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Server:
    """The real command in a process of its own, that can be killed and started again."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("FOLKMOOT_")},
            "FOLKMOOT_DOMAIN": f"127.0.0.1:{port}",
            "FOLKMOOT_DATA_DIR": str(folder),
            "FOLKMOOT_DEVELOPMENT": "1",
            "FOLKMOOT_PORT": str(port),
        }
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def run(self, *arguments: str) -> str:
        """A command of the instance; its result."""
        done = subprocess.run(
            [sys.executable, "-m", "server", *arguments],
            env=self.environment,
            capture_output=True,
            check=True,
            timeout=60,
        )
        return done.stdout.decode().strip()

    async def start(self) -> float:
        """Start, and wait for the first answer; the seconds it took."""
        began = time.perf_counter()
        with (self.folder / "serve.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "server", "serve"], env=self.environment, stdout=log, stderr=log
            )
        async with httpx.AsyncClient(base_url=self.url) as client:
            while True:
                with contextlib.suppress(httpx.HTTPError):
                    if (await client.get("/api/v2/instance")).status_code == 200:
                        return time.perf_counter() - began
                assert self.process.poll() is None, (self.folder / "serve.log").read_text()
                assert time.perf_counter() - began < 30
                await asyncio.sleep(0.02)

    def kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=20)


class Poster:
    """A member's app: posts one status after the other, each until it is acknowledged, with the same key each time."""

    def __init__(self, url: str, name: str, token: str) -> None:
        self.url, self.name, self.token = url, name, token
        self.acknowledged: dict[str, str] = {}
        self.number = 0

    async def run(self, over: asyncio.Event) -> None:
        while not over.is_set():
            self.number += 1
            key = f"{self.name}-{self.number}"
            while key not in self.acknowledged:
                await self.post(key)

    async def post(self, key: str) -> None:
        headers = {"authorization": f"Bearer {self.token}", "idempotency-key": key}
        async with httpx.AsyncClient(base_url=self.url, headers=headers, timeout=5) as client:
            try:
                answer = await client.post("/api/v1/statuses", json={"status": f"Post {key}"})
            except httpx.HTTPError:
                await asyncio.sleep(0.05)
                return
        assert answer.status_code == 200, answer.text
        self.acknowledged[key] = answer.json()["uri"]


class Deliverer:
    """A peer that delivers one note after the other, each until it is accepted, and some of them twice."""

    def __init__(self, server: Server, peer: Peer) -> None:
        self.server, self.peer = server, peer
        self.accepted: set[str] = set()
        self.number = 0

    async def run(self, over: asyncio.Event) -> None:
        async with httpx.AsyncClient(timeout=5) as client:
            while not over.is_set():
                self.number += 1
                name = MEMBERS[self.number % len(MEMBERS)]
                note = self.peer.note(self.number, f"{self.server.url}/users/{name}")
                await self.until_accepted(client, note)
                if self.number % 3 == 0:
                    await self.until_accepted(client, note)
                self.accepted.add(note["object"]["id"])

    async def until_accepted(self, client: httpx.AsyncClient, activity: dict[str, object]) -> None:
        while not await self.peer.deliver(client, f"{self.server.url}/inbox", activity, time.time()):
            await asyncio.sleep(0.05)


async def ready(folder: Path) -> tuple[Server, dict[str, str]]:
    """An instance with three members and a token each, not yet started."""
    server = Server(folder, free_port())
    (folder / "folkmoot.sqlite3").write_bytes((await sqlite_template()).read_bytes())
    assert Settings(domain=f"127.0.0.1:{server.port}", data_dir=folder, development=True).sqlite_path == (
        folder / "folkmoot.sqlite3"
    )
    assert key_pairs()
    tokens = {}
    for name in MEMBERS:
        server.run("member", "create", name)
        tokens[name] = server.run("token", "create", name)
    return server, tokens


async def test_nothing_is_lost_and_nothing_doubled_when_the_process_is_killed(tmp_path: Path) -> None:
    chance = random.Random(20_261_122)
    server, tokens = await ready(tmp_path)
    slowest = 0.0
    try:
        await server.start()
        async with Peer(free_port()).open() as one, Peer(free_port()).open() as two:
            posters = [Poster(server.url, name, token) for name, token in tokens.items()]
            deliverers = [Deliverer(server, one), Deliverer(server, two)]
            async with httpx.AsyncClient(timeout=5) as client:
                for peer in (one, two):
                    for name in MEMBERS:
                        follow = peer.activity("Follow", f"follow-{name}", f"{server.url}/users/{name}")
                        assert await peer.deliver(client, f"{server.url}/inbox", follow, time.time())
            over = asyncio.Event()
            work = [asyncio.create_task(each.run(over)) for each in (*posters, *deliverers)]
            for _ in range(ROUNDS):
                await asyncio.sleep(chance.uniform(0.4, 1.6))
                server.kill()
                slowest = max(slowest, await server.start())
            await asyncio.sleep(0.5)
            over.set()
            await asyncio.gather(*work)
            written = {uri for poster in posters for uri in poster.acknowledged.values()}
            await until(lambda: all(written <= set(peer.received) for peer in (one, two)), 60)
            await until(lambda: at_rest(tmp_path), 60)
            check_posts(tmp_path, posters)
            check_deliveries(tmp_path, deliverers)
            for peer in (one, two):
                assert written <= set(peer.received), "an acknowledged post never reached a follower"
                assert len(peer.received) == len(set(peer.received)), "a post was sent under two ids"
    finally:
        server.stop()
    assert slowest <= SOON, f"it took {slowest:.1f} s to answer again"
    sys.stdout.write(
        f"\n{ROUNDS} kills: {len(written)} posts and {sum(len(d.accepted) for d in deliverers)} deliveries,"
        f" none lost or doubled; slowest return {slowest:.2f} s\n"
    )


async def until(true: object, seconds: float) -> None:
    """Wait for a condition, bounded."""
    assert callable(true)
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        await asyncio.sleep(0.1)


def ask(folder: Path, sql: str, *values: object) -> list[tuple[object, ...]]:
    with contextlib.closing(sqlite3.connect(folder / "folkmoot.sqlite3", timeout=10)) as connection:
        return connection.execute(sql, values).fetchall()


def at_rest(folder: Path) -> bool:
    """Nothing is left to do but what has its own time, such as the nightly chores."""
    due = int(time.time() * 1000)
    return ask(folder, "SELECT count(*) FROM jobs WHERE state = 0 AND run_at <= ?", due)[0][0] == 0


def check_posts(folder: Path, posters: list[Poster]) -> None:
    """Each post exactly once, under the address that was acknowledged."""
    for poster in posters:
        stored = dict(
            ask(folder, "SELECT idempotency_key, uri FROM posts WHERE idempotency_key LIKE ?", f"{poster.name}-%")
        )
        assert stored == poster.acknowledged
        texts = ask(
            folder, "SELECT source, count(*) FROM posts WHERE source LIKE ? GROUP BY source", f"Post {poster.name}-%"
        )
        assert all(count == 1 for _, count in texts)


def check_deliveries(folder: Path, deliverers: list[Deliverer]) -> None:
    """Each note exactly once, and one notification for it."""
    for deliverer in deliverers:
        for uri in deliverer.accepted:
            found = ask(
                folder,
                "SELECT p.id, count(n.id) FROM posts p LEFT JOIN notifications n ON n.post_id = p.id"
                " WHERE p.uri = ? GROUP BY p.id",
                uri,
            )
            assert len(found) == 1, f"{uri} is there {len(found)} times"
            assert found[0][1] == 1, f"{uri} notified {found[0][1]} times"
    parked = ask(folder, "SELECT kind, last_error FROM jobs WHERE state = 2")
    assert parked == []
