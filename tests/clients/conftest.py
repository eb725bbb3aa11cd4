"""Real Mastodon clients, in an environment of their own, against a whole instance on a loopback port."""

import asyncio
import html
import os
import re
import socket
import subprocess
import sys
import venv
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx
import pytest
import uvicorn

from server.actions import members, topics
from server.actions.instance import set_up
from server.app import Instance
from server.config import Settings
from server.http.passwords import hash_password
from server.queries import topics as topic_queries
from server.rules.permissions import OPERATOR
from tests.world import key_pairs

CLIENTS = ("toot==0.52.1", "Mastodon.py==2.3.3")
PASSWORD = "three quiet herons"


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with `python` and `toot`. Left out, with the reason, where they cannot be installed.

    `FOLKMOOT_TEST_CLIENTS` may name an environment that has them already.
    """
    ready = os.environ.get("FOLKMOOT_TEST_CLIENTS")
    folder = Path(ready) if ready else tmp_path_factory.mktemp("clients")
    if not ready:
        venv.create(folder, with_pip=True)
        command = [str(folder / "bin/python"), "-m", "pip", "install", "--quiet", *CLIENTS]
        made = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        if made.returncode:
            pytest.skip(f"the clients cannot be installed here: {made.stderr.strip().splitlines()[-1]}")
    return folder / "bin"


@dataclass
class Served:
    """An instance that people can reach, with Rosa and Tom as members and a topic `housing`."""

    url: str
    instance: Instance

    async def allow(self, authorize: str, name: str) -> str:
        """What a person does in the browser when an app wants in: sign in, allow, copy the code."""
        async with httpx.AsyncClient(follow_redirects=True) as browser:
            page = await browser.get(authorize)
            assert urlsplit(str(page.url)).path == "/sign-in", page.text
            page = await browser.post(
                f"{self.url}/sign-in", data={**fields(page.text, "/sign-in"), "email": name, "password": PASSWORD}
            )
            assert page.status_code == 200, page.text
            sent = {**fields(page.text, "/oauth/authorize"), "decision": "allow"}
            page = await browser.post(urljoin(self.url, "/oauth/authorize"), data=sent)
        return parse_qs(urlsplit(str(page.url)).query)["code"][0]


def fields(page: str, action: str) -> dict[str, str]:
    """The hidden fields of the form on a page that is sent to `action`."""
    form = re.search(rf'<form[^>]*action="{action}"[^>]*>(.*?)</form>', page, re.DOTALL)
    assert form is not None, page
    inputs = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', form[1])
    return {name: html.unescape(value) for name, value in inputs}


@asynccontextmanager
async def opened(folder: Path, name: str) -> AsyncIterator[Served]:
    """An instance on a free port of loopback, at work."""
    folder.mkdir()
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    domain = f"127.0.0.1:{listener.getsockname()[1]}"
    settings = Settings(domain=domain, data_dir=folder, development=True, rate_limits=False)
    instance = await Instance.open(settings)
    with instance.database.use():
        await set_up(OPERATOR, title=name.title(), name=name, description="", keys=key_pairs())
        stored = await hash_password(PASSWORD)
        for person, role in (("joyce", "admin"), ("rosa", "member"), ("tom", "member")):
            await members.create_member(
                OPERATOR, person, keys=key_pairs(), email=f"{person}@example.org", password_hash=stored, role=role
            )
        await topics.create_topic(OPERATOR, "housing", "Housing", keys=key_pairs())
    config = uvicorn.Config(instance.app, log_level="warning", lifespan="off", ws="websockets-sansio")
    server = uvicorn.Server(config)
    async with instance.working():
        task = asyncio.create_task(server.serve(sockets=[listener]))
        for _ in range(500):
            if server.started:
                break
            await asyncio.sleep(0.01)
        yield Served(settings.base_url, instance)
        server.should_exit = True
        await task
    await instance.close()


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with opened(tmp_path / "oak", "oak") as oak:
        yield oak


@pytest.fixture
async def neighbour(served: Served, tmp_path: Path) -> AsyncIterator[Served]:
    """A second instance, whose topic `housing` is linked with the first one's."""
    async with opened(tmp_path / "ash", "ash") as ash:
        for here, there in ((ash, served), (served, ash)):
            with here.instance.database.use():
                await here.instance.elsewhere.join_topic(
                    OPERATOR, "housing", f"{there.url}/topics/housing", key_pairs()
                )
        for _ in range(200):
            with ash.instance.database.use():
                housing = await topic_queries.by_slug("housing")
            if housing and [chapter.state for chapter in housing.chapters] == ["linked"]:
                break
            await asyncio.sleep(0.05)
        yield ash


async def run(*command: str | Path, home: Path | None = None, given: str = "") -> str:
    """A program's output; it must end well."""
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    if home is not None:
        environment |= {"HOME": str(home), "XDG_CONFIG_HOME": str(home), "BROWSER": f"{sys.executable} -c pass"}
    process = await asyncio.create_subprocess_exec(
        *map(str, command),
        env=environment,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, error = await asyncio.wait_for(process.communicate(given.encode()), 120)
    assert process.returncode == 0, f"{command}\n{out.decode()}\n{error.decode()}"
    return out.decode()
