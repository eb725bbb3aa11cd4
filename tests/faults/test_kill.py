"""`kill -9` at random moments while members post and other servers deliver: every acknowledged write is there, every
delivery takes effect exactly once, and the process answers again. Five rounds, fifty in `make faults`, which prints
how long that took at most."""

import asyncio
import os
import random
import sys
import time
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path

import httpx
import pytest

from server.storage import sql
from tests.cli.terminal import free_port
from tests.faults.peer import Peer
from tests.faults.server import Server
from tests.storage.databases import ENGINE
from tests.template import ready_url

pytestmark = pytest.mark.faults
ROUNDS = int(os.environ.get("FOLKMOOT_TEST_ROUNDS", "5"))
MEMBERS = ("amina", "bryn", "cem")


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


def ready(server: Server) -> dict[str, str]:
    """Three members and a token each; the instance is not yet started."""
    tokens = {}
    for name in MEMBERS:
        server.run("member", "create", name)
        tokens[name] = server.run("token", "create", name)
    return tokens


async def test_nothing_is_lost_and_nothing_doubled_when_the_process_is_killed(tmp_path: Path) -> None:
    async with ready_url(tmp_path) as url:
        await killed_again_and_again(Server(tmp_path, url, free_port()))


async def killed_again_and_again(server: Server) -> None:
    chance = random.Random(20_261_122)
    tokens = ready(server)
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
            async with server.looked_into():
                await until(lambda: all_received(written, (one, two)), 60)
                await until(at_rest, 60)
                for poster in posters:
                    await check_posts(poster)
                for deliverer in deliverers:
                    await check_deliveries(deliverer)
                assert await sql.rows("SELECT kind, last_error FROM jobs WHERE state = 2") == []
            for peer in (one, two):
                assert written <= set(peer.received), "an acknowledged post never reached a follower"
                assert len(peer.received) == len(set(peer.received)), "a post was sent under two ids"
    finally:
        server.stop()
    sys.stdout.write(
        f"\n{ENGINE}, {ROUNDS} kills: {len(written)} posts and {sum(len(d.accepted) for d in deliverers)} deliveries,"
        f" none lost or doubled; slowest return {slowest:.2f} s\n"
    )


async def until(true: Callable[[], Awaitable[bool]], seconds: float) -> None:
    """Wait for a condition, bounded."""
    end = time.monotonic() + seconds
    while not await true() and time.monotonic() < end:
        await asyncio.sleep(0.1)


async def all_received(written: set[str], peers: Iterable[Peer]) -> bool:
    return all(written <= set(peer.received) for peer in peers)


async def at_rest() -> bool:
    """Nothing is left to do but what has its own time, such as the nightly chores."""
    due = int(time.time() * 1000)
    return not await sql.rows("SELECT id FROM jobs WHERE state = 0 AND run_at <= ?", [due])


async def check_posts(poster: Poster) -> None:
    """Each post exactly once, under the address that was acknowledged."""
    mine = f"{poster.name}-%"
    stored = await sql.rows("SELECT idempotency_key, uri FROM posts WHERE idempotency_key LIKE ?", [mine])
    assert {each["idempotency_key"]: each["uri"] for each in stored} == poster.acknowledged
    texts = await sql.rows("SELECT source FROM posts WHERE source LIKE ?", [f"Post {mine}"])
    assert len(texts) == len({each["source"] for each in texts})


async def check_deliveries(deliverer: Deliverer) -> None:
    """Each note exactly once, and one notification for it."""
    for uri in deliverer.accepted:
        found = await sql.rows(
            "SELECT p.id, count(n.id) AS told FROM posts p LEFT JOIN notifications n ON n.post_id = p.id"
            " WHERE p.uri = ? GROUP BY p.id",
            [uri],
        )
        assert len(found) == 1, f"{uri} is there {len(found)} times"
        assert found[0]["told"] == 1, f"{uri} notified {found[0]['told']} times"
