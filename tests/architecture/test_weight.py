"""What an idle server does not load: a small machine has a use for every megabyte."""

import subprocess
import sys

import asyncpg
import pytest

from server.storage.trouble import _POSTGRES

LATE = {
    "asyncpg": "only PostgreSQL needs it",
    "PIL": "only a picture needs it",
    "tests": "it is no part of the program",
}


def test_an_idle_server_has_not_loaded_what_it_may_never_need() -> None:
    script = "import sys, server.app, server.cli.serve; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout.split()
    assert "server.app" in loaded
    assert {each.partition(".")[0] for each in loaded} & set(LATE) == set(), LATE


@pytest.mark.parametrize("name", _POSTGRES)
def test_errors_that_are_known_by_their_names_exist(name: str) -> None:
    kind = getattr(asyncpg, name)
    assert issubclass(kind, Exception)
    assert kind.__module__.startswith("asyncpg.")
