"""Calling commands: in this process, and in their own."""

import asyncio
import contextlib
import http.client
import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from server.cli.commands import run
from server.config import Settings
from server.storage.database import Database, current
from tests.make import Ground

Found = TypeVar("Found")
LIMIT = 60.0  # seconds that a process may take to do what is waited for


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Terminal:
    """A data directory and the port its instance has in its domain."""

    data: Path
    port: int

    @property
    def domain(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def base(self) -> str:
        return f"http://{self.domain}"

    @property
    def flags(self) -> tuple[str, ...]:
        return ("--data-dir", str(self.data), "--domain", self.domain, "--development", "--port", str(self.port))

    def __call__(self, *words: str) -> Result:
        """Call a command in this process."""
        return call(*self.flags, *words)

    def ask(self, question: Callable[[], Awaitable[Found]]) -> Found:
        """Look into the database."""

        async def whole() -> Found:
            database = await Database.open(
                f"sqlite://{self.data}/folkmoot.sqlite3", data_dir=self.data, base_url=self.base
            )
            try:
                with database.use():
                    return await question()
            finally:
                await database.close()

        return asyncio.run(whole())

    @contextlib.contextmanager
    def process(self, *words: str) -> Iterator["Process"]:
        """Start a command in a process of its own; it is gone afterwards."""
        with started(*self.flags, *words) as process:
            yield process

    def get(self, path: str, token: str = "") -> tuple[int, bytes]:
        """Ask the running server."""
        line = http.client.HTTPConnection(self.domain, timeout=LIMIT)
        with contextlib.closing(line):
            line.request("GET", path, headers={"Authorization": f"Bearer {token}"} if token else {})
            answer = line.getresponse()
            return answer.status, answer.read()

    def wait_until_up(self) -> None:
        wait_for(self._is_up, "the server to answer")

    def _is_up(self) -> bool:
        try:
            return self.get("/api/v2/instance")[0] == 200
        except OSError:
            return False


@dataclass
class Process:
    running: "subprocess.Popen[str]"

    def stop(self, number: int = signal.SIGTERM) -> Result:
        """Send a signal, wait for the end, and return what it said."""
        self.running.send_signal(number)
        return self.end()

    def end(self) -> Result:
        out, err = self.running.communicate(timeout=LIMIT)
        return Result(self.running.returncode, out, err)


@contextlib.contextmanager
def started(*words: str) -> Iterator[Process]:
    running = subprocess.Popen(
        [sys.executable, "-m", "server", *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={name: value for name, value in os.environ.items() if not name.startswith("FOLKMOOT_")},
        cwd=Path(__file__).parents[2],
    )
    try:
        yield Process(running)
    finally:
        if running.poll() is None:
            running.kill()
        running.communicate()


def call(*words: str) -> Result:
    """Call a command in this process."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = run(words)
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0
    return Result(code, out.getvalue(), err.getvalue())


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def wait_for(true: Callable[[], bool], what: str, seconds: float = LIMIT) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"waited {seconds} seconds for {what}"
        time.sleep(0.05)


async def ground(here: Terminal) -> Ground:
    """What tests make things with, on the database of a terminal that is in use."""
    return Ground(current(), Settings(domain=here.domain, data_dir=here.data, development=True))
