"""Members write to the desk while the process is killed: each message is answered once, each proposal raised once."""

import asyncio
import random
from pathlib import Path

import httpx
import pytest

from server.storage import sql
from tests.cli.terminal import free_port
from tests.faults.server import Server
from tests.faults.test_kill import ROUNDS, at_rest, ready, until
from tests.template import ready_url

pytestmark = pytest.mark.faults


class Writer:
    """An app that writes one message after the other to the desk, each until it is acknowledged. Every other one is to
    be published at once."""

    def __init__(self, url: str, name: str, token: str) -> None:
        self.url, self.name, self.token = url, name, token
        self.drafted: list[str] = []
        self.published: list[str] = []

    async def run(self, over: asyncio.Event) -> None:
        number = 0
        while not over.is_set():
            number += 1
            title = f"{self.name} {number}"
            tag = " #publish" if number % 2 else ""
            values = {"status": f"@proposals {title}\nIt is broken.{tag}", "visibility": "direct"}
            while not await self.sent(values, f"{self.name}-{number}"):
                await asyncio.sleep(0.05)
            (self.published if tag else self.drafted).append(title)

    async def sent(self, values: dict[str, str], key: str) -> bool:
        headers = {"authorization": f"Bearer {self.token}", "idempotency-key": key}
        async with httpx.AsyncClient(base_url=self.url, headers=headers, timeout=5) as client:
            try:
                answer = await client.post("/api/v1/statuses", json=values)
            except httpx.HTTPError:
                return False
        assert answer.status_code == 200, answer.text
        return True


async def test_the_desk_answers_each_message_once_when_the_process_is_killed(tmp_path: Path) -> None:
    chance = random.Random(7)
    async with ready_url(tmp_path) as url:
        server = Server(tmp_path, url, free_port())
        writers = [Writer(server.url, name, token) for name, token in ready(server).items()]
        over = asyncio.Event()
        try:
            await server.start()
            work = [asyncio.create_task(each.run(over)) for each in writers]
            for _ in range(ROUNDS):
                await asyncio.sleep(chance.uniform(0.4, 1.6))
                server.kill()
                await server.start()
            await asyncio.sleep(0.5)
            over.set()
            await asyncio.gather(*work)
            async with server.looked_into():
                await until(at_rest, 60)
                assert await sql.rows("SELECT kind, last_error FROM jobs WHERE state = 2") == []
                published = sorted(title for each in writers for title in each.published)
                drafted = sorted(title for each in writers for title in each.drafted)
                found = await sql.rows("SELECT title FROM posts WHERE kind = 'proposal' ORDER BY title")
                assert [row["title"] for row in found] == published
                found = await sql.rows("SELECT title FROM proposal_drafts ORDER BY title")
                assert [row["title"] for row in found] == drafted
                found = await sql.rows(
                    "SELECT m.id, (SELECT COUNT(*) FROM posts a WHERE a.in_reply_to_id = m.id) AS answers FROM posts m"
                    " JOIN accounts w ON w.id = m.account_id WHERE m.visibility = 'direct' AND w.kind = 'person'"
                )
                assert {row["answers"] for row in found} == {1}
                assert len(found) == len(published) + len(drafted) > ROUNDS
        finally:
            server.stop()
