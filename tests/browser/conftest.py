"""A furnished site on loopback and a real Chromium. Without one these tests are left out, and say so."""

import asyncio
import contextlib
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests.browser.ways import ALL, Way
from tests.web.furnish import Furnished, furnish
from tests.web.site import PASSWORD, Site, fresh_site

PHONE = Way(360, script=True)
PATIENCE = 120  # seconds for fetching a browser, or for a site to start on a busy machine
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass
class Served:
    """Where the site is, and what it holds; `things` is None where nobody has set it up."""

    origin: str
    content: Furnished | None

    @property
    def things(self) -> Furnished:
        assert self.content is not None
        return self.content


def new_page(browser: Browser, way: Way = PHONE) -> Page:
    """A browser with cookies of its own."""
    screen = ViewportSize(width=way.width, height=900)
    page = browser.new_context(viewport=screen, java_script_enabled=way.script).new_page()
    page.set_default_timeout(15_000)
    return page


def sign_in(page: Page, served: "Served", name: str) -> None:
    page.goto(f"{served.origin}/sign-in")
    page.fill("#email", name)
    page.fill("#password", PASSWORD)
    page.click("main button")
    page.wait_for_url(f"{served.origin}/")


class Running:
    """A site with its own loop, in a thread, so that tests may use the plain browser interface."""

    def __init__(self, folder: Path, *, furnished: bool) -> None:
        self.folder, self.furnished, self.ready = folder, furnished, threading.Event()
        self.served: Served | None = None
        self.failure: BaseException | None = None
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:
            self.failure = error
            self.ready.set()

    async def _serve(self) -> None:
        # Nothing listens there: with a mail server the pages offer all that they can.
        mail = {"smtp_url": "smtp://127.0.0.1:9", "mail_from": "news@here.example"}
        async with fresh_site(self.folder, f"127.0.0.1:{self.port}", **mail) as site:
            things = await self._fill(site) if self.furnished else None
            config = uvicorn.Config(site.app, port=self.port, log_level="error", lifespan="off", ws="none")
            self.server = uvicorn.Server(config)
            self.served = Served(site.settings.origin, things)
            started = asyncio.create_task(self.server.serve())
            while not self.server.started:
                await asyncio.sleep(0.02)
            self.ready.set()
            await started

    async def _fill(self, site: Site) -> Furnished:
        await site.set_up()
        return await furnish(site)


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with _running(tmp_path_factory.mktemp("site"), furnished=True) as found:
        yield found


@pytest.fixture
def untouched(tmp_path: Path) -> Iterator[Served]:
    """A site whose first visitor has not come yet."""
    with _running(tmp_path, furnished=False) as found:
        yield found


@pytest.fixture
def changing(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    """A furnished site for a journey that uses things up: one of its own wherever it is made more than once."""
    if not ALL:
        yield request.getfixturevalue("served")
        return
    with _running(tmp_path, furnished=True) as found:
        yield found


@contextlib.contextmanager
def _running(folder: Path, *, furnished: bool) -> Iterator[Served]:
    running = Running(folder, furnished=furnished)
    running.thread.start()
    assert running.ready.wait(PATIENCE)
    if running.failure is not None or running.served is None:
        raise AssertionError("the site did not start") from running.failure
    yield running.served
    running.server.should_exit = True
    running.thread.join(10)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = _found()
    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
        if not path and not own.exists():
            path = _fetched(own)
        browser = playwright.chromium.launch(executable_path=path or None, args=FLAGS)
        yield browser
        browser.close()


def _found() -> str:
    """A Chromium on this machine, or the one that FOLKMOOT_TEST_CHROMIUM names."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("FOLKMOOT_TEST_CHROMIUM") or next(filter(None, map(shutil.which, names)), "")


def _fetched(own: Path) -> str:
    """Playwright's own Chromium, fetched if that can be done soon."""
    if os.environ.get("FOLKMOOT_TEST_OFFLINE"):
        pytest.skip("no Chromium found, and FOLKMOOT_TEST_OFFLINE is set")
    command = [sys.executable, "-m", "playwright", "install", "chromium", "--only-shell"]
    with contextlib.suppress(subprocess.TimeoutExpired, OSError):
        subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False)
    if not own.exists():
        pytest.skip("no Chromium found, and it could not be fetched: install it, or name it in FOLKMOOT_TEST_CHROMIUM")
    return str(own)
