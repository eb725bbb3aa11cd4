"""The real command in a process of its own, that can be killed and started again."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from server.storage.database import Database


class Server:
    """One instance on a port of loopback."""

    def __init__(self, folder: Path, database_url: str, port: int) -> None:
        self.folder, self.port = folder, port
        self.database_url = database_url
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("FOLKMOOT_")},
            "FOLKMOOT_DOMAIN": f"127.0.0.1:{port}",
            "FOLKMOOT_DATA_DIR": str(folder),
            "FOLKMOOT_DATABASE_URL": database_url,
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

    @asynccontextmanager
    async def looked_into(self) -> AsyncIterator[None]:
        """Its database in use here, to ask it for what became of everything."""
        database = await Database.open(self.database_url, data_dir=self.folder, base_url=self.url)
        try:
            with database.use():
                yield
        finally:
            await database.close()
