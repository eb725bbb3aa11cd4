"""The servers of the demo: processes that end when we do. We are the only one who hears signals."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any, TypeVar

from server.cli.seed.app import is_up
from server.cli.signals import PATIENCE
from server.config import PREFIX, Settings
from server.rules.errors import Refused

Result = TypeVar("Result")
START_SECONDS = 90.0
STOP_SECONDS = 25.0


class Children:
    """One process for each of the settings; a context that stops them all at its end."""

    def __init__(self, settings: Sequence[Settings]) -> None:
        self._settings = settings
        self._running: list[subprocess.Popen[bytes]] = []
        self._asked = 0.0
        self._task: asyncio.Task[Any] | None = None

    def __enter__(self) -> "Children":
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, self._hear)
        return self

    def __exit__(self, *_: object) -> None:
        self._asked = self._asked or time.monotonic()
        for child in self._running:
            child.terminate()
        end = time.monotonic() + STOP_SECONDS
        for child in self._running:
            with suppress(subprocess.TimeoutExpired):
                child.wait(max(end - time.monotonic(), 0.1))
            if child.poll() is None:
                child.kill()
                child.wait()

    def start(self) -> None:
        """Start them and wait until each answers.

        Raises:
            Refused: one ended or did not answer; says what it wrote last.
        """
        for settings in self._settings:
            self._running.append(_start(settings))
        end = time.monotonic() + START_SECONDS
        for settings in self._settings:
            while not is_up(settings.domain):
                self.check()
                if time.monotonic() > end:
                    raise Refused(f"{settings.base_url} does not answer. Its log: {log_of(settings)}")
                time.sleep(0.05)

    def meanwhile(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Do something in a loop of its own. A signal cancels it, so that it leaves nothing open."""

        async def whole() -> Result:
            self._task = asyncio.current_task()
            try:
                return await work
            finally:
                self._task = None

        try:
            return asyncio.run(whole())
        except asyncio.CancelledError:
            raise KeyboardInterrupt from None

    def check(self) -> None:
        """Raises `Refused` when one has ended by itself."""
        for settings, child in zip(self._settings, self._running, strict=True):
            if child.poll() is not None:
                last = log_of(settings).read_text("utf-8", "replace").splitlines()[-5:]
                raise Refused("\n".join([f"The server at {settings.base_url} has ended. It wrote last:", *last]))

    def watch(self) -> None:
        """Until a signal comes, or one of them ends."""
        while True:
            self.check()
            time.sleep(0.5)

    def _hear(self, number: int, frame: FrameType | None) -> None:
        """The first signal ends what we do. Later ones change nothing for ten seconds, then they end everything."""
        if not self._asked:
            self._asked = time.monotonic()
            if self._task is None:
                raise KeyboardInterrupt
            self._task.get_loop().call_soon_threadsafe(self._task.cancel)
        elif time.monotonic() - self._asked >= PATIENCE:
            for child in self._running:
                child.kill()


def log_of(settings: Settings) -> Path:
    """Where a server of the demo writes its log."""
    return settings.data_dir.with_suffix(".log")


def _start(settings: Settings) -> subprocess.Popen[bytes]:
    ours = {
        "DOMAIN": settings.domain,
        "DATA_DIR": str(settings.data_dir),
        "HOST": settings.host,
        "PORT": str(settings.port),
        "DEVELOPMENT": "1",
    }
    others = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    with log_of(settings).open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "server.cli.child"],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            env=others | {PREFIX + name: value for name, value in ours.items()},
            start_new_session=True,
        )
