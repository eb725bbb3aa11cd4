"""The operator's book, word for word: what `Back up` and `Restore` say in deploy/README.md is done here."""

import asyncio
import getpass
import grp
import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import pytest

from server.storage import sql
from tests.cli.terminal import LIMIT, free_port
from tests.faults.peer import Peer
from tests.faults.server import Server
from tests.storage.databases import ENGINE

BOOK = Path(__file__).parents[2] / "deploy" / "README.md"
pytestmark = [pytest.mark.slow, pytest.mark.skipif(ENGINE != "sqlite", reason="about SQLite alone")]


def followed(chapter: str, block: int, lib: Path) -> None:
    """Do what a block of commands in a chapter says, in another folder and as ourselves; the service we stop."""
    text = BOOK.read_text("utf-8").split(f"\n## {chapter}\n")[1].split("\n## ")[0]
    commands = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)[block].splitlines()
    us = f"{getpass.getuser()}:{grp.getgrgid(os.getgid()).gr_name}"
    for command in commands:
        command = re.sub(r"sudo (-u folkmoot )?", "", command).replace("/var/lib", str(lib))
        command = command.replace("folkmoot:folkmoot", us).replace("python3", shlex.quote(sys.executable))
        if not command.startswith("systemctl "):
            subprocess.run(["sh", "-euc", command], cwd=lib, check=True, timeout=60)


class Life:
    """An instance whose member has a follower on another server."""

    def __init__(self, lib: Path) -> None:
        self.lib = lib
        (lib / "folkmoot").mkdir(parents=True, mode=0o700)
        self.server = Server(lib / "folkmoot", f"sqlite://{lib}/folkmoot/folkmoot.sqlite3", free_port())
        self.peer = Peer(free_port())
        self.token = ""

    async def begin(self) -> None:
        self.server.run("member", "create", "amina")
        self.token = self.server.run("token", "create", "amina")
        await self.server.start()
        async with self.peer.open(), httpx.AsyncClient(timeout=LIMIT) as client:
            follow = self.peer.activity("Follow", "follow", f"{self.server.url}/users/amina")
            assert await self.peer.deliver(client, f"{self.server.url}/inbox", follow, time.time())
            await until(self._is_followed)

    async def _is_followed(self) -> bool:
        async with httpx.AsyncClient(base_url=self.server.url, timeout=LIMIT) as client:
            found = await client.get("/api/v1/accounts/lookup", params={"acct": "amina"})
        return bool(found.json()["followers_count"] == 1)

    async def post(self, text: str) -> dict[str, str]:
        headers = {"authorization": f"Bearer {self.token}"}
        async with httpx.AsyncClient(base_url=self.server.url, headers=headers, timeout=LIMIT) as client:
            answer = await client.post("/api/v1/statuses", json={"status": text})
        assert answer.status_code == 200, answer.text
        return {name: answer.json()[name] for name in ("id", "uri")}

    async def waiting(self) -> list[str]:
        """The addresses of what is written to be sent and not yet taken."""
        async with self.server.looked_into():
            found = await sql.rows(
                "SELECT a.uri FROM deliveries d JOIN activities a ON a.id = d.activity_id WHERE d.state = 0 ORDER BY 1"
            )
        return [each["uri"] for each in found]

    async def has_waiting(self) -> bool:
        return bool(await self.waiting())

    async def texts(self) -> list[str]:
        async with self.server.looked_into():
            return [each["source"] for each in await sql.rows("SELECT source FROM posts ORDER BY id")]


async def until(true: Callable[[], Awaitable[bool]]) -> None:
    end = time.monotonic() + LIMIT
    while not await true():
        assert time.monotonic() < end
        await asyncio.sleep(0.1)


async def test_the_folder_of_a_stopped_server_holds_everything_and_what_waited_is_sent(tmp_path: Path) -> None:
    life = Life(tmp_path / "lib")
    try:
        await life.begin()
        kept = await life.post("Before the backup")
        await until(life.has_waiting)
        life.server.stop()
        waiting = await life.waiting()
        followed("Back up", 0, life.lib)
        (life.lib / "folkmoot").rename(life.lib / "lost")
        followed("Restore", 0, life.lib)
        assert (life.lib / "folkmoot").stat().st_mode & 0o777 == 0o700
        assert await life.waiting() == waiting
        async with life.peer.open():
            await life.server.start()

            async def has_arrived() -> bool:
                return life.peer.received == [kept["uri"]]

            await until(has_arrived)
        assert await life.texts() == ["Before the backup"]
    finally:
        life.server.stop()


async def test_a_copy_of_the_running_database_is_whole_and_no_id_is_given_twice(tmp_path: Path) -> None:
    life = Life(tmp_path / "lib")
    try:
        await life.begin()
        await life.post("Before the copy")
        await until(life.has_waiting)
        waiting = await life.waiting()
        followed("Back up", 1, life.lib)
        lost = await life.post("After the copy")
        life.server.stop()
        followed("Restore", 1, life.lib)
        assert await life.texts() == ["Before the copy"]
        assert await life.waiting() == waiting
        await life.server.start()
        new = await life.post("After the restore")
        assert int(new["id"]) > int(lost["id"])
        assert await life.texts() == ["Before the copy", "After the restore"]
    finally:
        life.server.stop()
