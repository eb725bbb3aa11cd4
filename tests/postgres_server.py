"""Finds a PostgreSQL for the tests, or starts one for as long as they run.

In this order: `FOLKMOOT_TEST_DATABASE_URL`; a server on 127.0.0.1:5432 that lets us in without a password and lets us
create databases; `initdb` on this machine, run as an ordinary user in a temporary folder. The address leads to a
maintenance database: tests create databases of their own and touch no others.
"""

import asyncio
import glob
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

TRUSTING = (
    "postgres://postgres@127.0.0.1:5432/postgres",
    f"postgres://{os.environ.get('USER', 'root')}@127.0.0.1:5432/postgres",
)


@dataclass(frozen=True)
class Server:
    """`url` is None where there is no PostgreSQL; `description` then says why, else which one it is."""

    url: str | None
    description: str


@contextmanager
def postgres_server() -> Iterator[Server]:
    """The server to test against, stopped afterwards if it was started here."""
    named = os.environ.get("FOLKMOOT_TEST_DATABASE_URL")
    if named:
        yield Server(named, "FOLKMOOT_TEST_DATABASE_URL")
        return
    for url in TRUSTING:
        if asyncio.run(_lets_us_create(url)):
            yield Server(url, "the server on 127.0.0.1:5432")
            return
    programs = _programs()
    if programs is None:
        yield Server(None, "no server on 127.0.0.1:5432 lets us in, and initdb is not installed")
        return
    with tempfile.TemporaryDirectory(prefix="folkmoot-postgres-", ignore_cleanup_errors=True) as folder:
        try:
            url = _start(programs, Path(folder))
        except (OSError, subprocess.SubprocessError) as error:
            yield Server(None, f"initdb or the server would not start: {error}")
            return
        try:
            yield Server(url, f"started from {programs}")
        finally:
            _run(programs / "pg_ctl", "stop", "-D", f"{folder}/data", "-m", "immediate")


async def _lets_us_create(url: str) -> bool:
    try:
        connection = await asyncpg.connect(url, timeout=3)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return False
    try:
        return bool(
            await connection.fetchval(
                "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user", timeout=3
            )
        )
    finally:
        await connection.close()


def _programs() -> Path | None:
    """The folder with initdb and pg_ctl; Debian keeps them off the PATH."""
    on_path = shutil.which("initdb")
    candidates = [Path(on_path).resolve().parent] if on_path else []
    candidates += [Path(each) for each in sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True)]
    return next((each for each in candidates if (each / "initdb").exists() and (each / "pg_ctl").exists()), None)


def _start(programs: Path, folder: Path) -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    if os.geteuid() == 0:
        shutil.chown(folder, "nobody")
    data = folder / "data"
    _run(programs / "initdb", "-D", str(data), "-U", "folkmoot", "-A", "trust", "-E", "UTF8", "--no-locale", "-N")
    options = (
        f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off -c max_connections=200"
    )
    _run(programs / "pg_ctl", "start", "-w", "-D", str(data), "-o", options, "-l", str(folder / "log"))
    return f"postgres://folkmoot@127.0.0.1:{port}/postgres"


def _run(program: Path, *arguments: str) -> None:
    """As an ordinary user: PostgreSQL refuses to run as root."""
    subprocess.run(
        [str(program), *arguments],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        timeout=60,
        user="nobody" if os.geteuid() == 0 else None,
        extra_groups=[] if os.geteuid() == 0 else None,
    )
