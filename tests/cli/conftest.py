"""Commands called as a person calls them: words in, exit code, stdout and stderr out.

Most run in this process, which is faster; what is about processes runs in its own (`process.py`).
"""

import logging
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog

from server.actions.instance import set_up
from server.rules.permissions import OPERATOR
from tests.cli.terminal import Terminal, free_port, ground
from tests.make import key_pairs


@pytest.fixture(autouse=True)
def _own_log_handlers() -> Iterator[None]:
    """A command sends the log of its process to stderr; the next test has its own again."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DOMAIN", "DATA_DIR", "DATABASE_URL", "DEVELOPMENT", "HOST", "PORT"):
        monkeypatch.delenv(f"FOLKMOOT_{name}", raising=False)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """An instance with one admin, ada; made once."""
    made = Terminal(tmp_path_factory.mktemp("template") / "data", free_port())
    assert made("member", "create", "ada", "--role", "admin").code == 0
    return made


@pytest.fixture
def here(template: Terminal, tmp_path: Path) -> Terminal:
    """A copy of that instance, for one test."""
    shutil.copytree(template.data, tmp_path / "data")
    return Terminal(tmp_path / "data", template.port)


@pytest.fixture
def site(here: Terminal) -> Terminal:
    """An instance with ada, its admin, sam, a steward, and amina, a member; nothing is held by itself."""

    async def made() -> None:
        await set_up(OPERATOR, title="Oak", name="oak", description="", keys=key_pairs(), hold_first="no")
        there = await ground(here)
        await there.member("sam", "steward")
        await there.member("amina")

    here.ask(made)
    return here


@pytest.fixture
def empty(tmp_path: Path) -> Terminal:
    """A data directory that is not there yet."""
    return Terminal(tmp_path / "none", free_port())


@pytest.fixture
def stdin(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[[str], None]]:
    """Say what comes through the pipe."""
    opened = []

    def give(text: str) -> None:
        (tmp_path / "stdin").write_text(text, "utf-8")
        opened.append((tmp_path / "stdin").open(encoding="utf-8"))
        monkeypatch.setattr("sys.stdin", opened[-1])

    yield give
    for each in opened:
        each.close()
