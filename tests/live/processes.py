"""Several processes of one instance, and an app that listens to one of them."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[2]
LIMIT = 30.0  # seconds for anything that is waited for


@dataclass(frozen=True)
class Instance:
    """`first` is the port in its domain; another process may have any port."""

    folder: Path
    database_url: str
    first: int

    def command(self, *words: str, port: int = 0) -> list[str]:
        settings = {
            "--data-dir": str(self.folder),
            "--database-url": self.database_url,
            "--domain": f"127.0.0.1:{self.first}",
            "--port": str(port or self.first),
        }
        flags = [part for each in settings.items() for part in each]
        return [sys.executable, "-m", "server", *flags, "--development", *words]

    def run(self, *words: str) -> str:
        done = subprocess.run(
            self.command(*words), cwd=ROOT, env=_environment(), capture_output=True, text=True, check=True, timeout=60
        )
        return done.stdout.strip()

    @contextmanager
    def process(self, name: str, port: int = 0) -> Iterator["subprocess.Popen[bytes]"]:
        """A command that runs until the block ends, and then ends well."""
        with (self.folder / f"{name}-{port}.log").open("wb") as log:
            running = subprocess.Popen(
                self.command(name, port=port), cwd=ROOT, env=_environment(), stdout=log, stderr=log
            )
        try:
            yield running
            running.terminate()
            assert running.wait(timeout=LIMIT) == 0, (self.folder / f"{name}-{port}.log").read_text()
        finally:
            if running.poll() is None:
                running.kill()
                running.wait()

    def at(self, port: int, token: str) -> httpx.AsyncClient:
        """An app that talks to the process on this port."""
        headers = {"authorization": f"Bearer {token}", "host": f"127.0.0.1:{self.first}"}
        return httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=LIMIT)

    async def until_up(self, port: int) -> None:
        async with asyncio.timeout(LIMIT), httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            while True:
                with suppress(httpx.HTTPError):
                    if (await client.get("/api/v2/instance")).status_code == 200:
                        return
                await asyncio.sleep(0.05)


@asynccontextmanager
async def stream(app: httpx.AsyncClient, name: str) -> AsyncIterator[AsyncIterator[tuple[str, Any]]]:
    """What happens, as (event, what it is about), once the stream is open."""
    async with app.stream("GET", f"/api/v1/streaming/{name}") as answer:
        assert answer.status_code == 200
        lines = answer.aiter_lines()
        assert await anext(lines) == ":)"
        yield _events(lines)


async def _events(lines: AsyncIterator[str]) -> AsyncIterator[tuple[str, Any]]:
    event = ""
    async for line in lines:
        if line.startswith("event: "):
            event = line.removeprefix("event: ")
        elif line.startswith("data: "):
            data = line.removeprefix("data: ")
            yield event, json.loads(data) if data else None


async def taken(events: AsyncIterator[tuple[str, Any]], count: int) -> list[tuple[str, Any]]:
    """The next events. None comes before its time, so what is missing is missing for good."""
    async with asyncio.timeout(LIMIT):
        return [await anext(events) for _ in range(count)]


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("FOLKMOOT_")}
