"""What goes wrong on real machines: each time one plain sentence says what to do, and nothing is harmed."""

import http.client
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.terminal import LIMIT, Terminal, free_port, started, wait_for

WITHOUT_ROOT = ["setpriv", "--inh-caps=-all", "--bounding-set=-all"] if os.geteuid() == 0 else []
ROOT = Path(__file__).parents[2]


def database(here: Terminal) -> sqlite3.Connection:
    return sqlite3.connect(here.data / "folkmoot.sqlite3", isolation_level=None)


@pytest.mark.skipif(bool(WITHOUT_ROOT) and shutil.which("setpriv") is None, reason="root may write anywhere")
def test_a_data_folder_that_cannot_be_written_is_named(here: Terminal, tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    for folder in (closed, closed / "below"):
        flags = Terminal(folder, here.port).flags
        command = [*WITHOUT_ROOT, sys.executable, "-m", "server", *flags, "serve"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=LIMIT)
        assert (done.returncode, done.stdout) == (1, "")
        assert str(folder) in done.stderr
        assert "must belong to that user" in done.stderr
        assert "Traceback" not in done.stderr


def test_data_of_another_domain_is_left_alone(here: Terminal) -> None:
    with Terminal(here.data, free_port()).process("serve") as server:
        result = server.end()
    assert (result.code, result.out) == (1, "")
    assert f"This data belongs to {here.domain}" in result.err


def test_a_database_of_a_newer_version_is_left_alone(here: Terminal) -> None:
    with closing(database(here)) as line:
        line.execute("INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ('folkmoot', '0999_later', 1)")
        before = line.execute("SELECT count(*) FROM sqlite_master").fetchone()
    with here.process("serve") as server:
        result = server.end()
    assert (result.code, result.out) == (1, "")
    assert result.err.startswith("A newer version of Folkmoot has changed this database (0999_later).")
    assert here("member", "list").code == 1
    said = {each["what"]: each for each in here("doctor", "--json").json}
    assert "Install that version again" in said["database"]["to_do"]
    with closing(database(here)) as line:
        assert line.execute("SELECT count(*) FROM sqlite_master").fetchone() == before


def test_a_damaged_database_is_not_touched(here: Terminal) -> None:
    file = here.data / "folkmoot.sqlite3"
    file.write_bytes(b"This is a letter, and no database." * 100)
    with here.process("serve") as server:
        result = server.end()
    assert (result.code, result.out) == (1, "")
    assert result.err.startswith("The database file is damaged.")
    assert file.read_bytes() == b"This is a letter, and no database." * 100


@pytest.mark.slow
def test_a_database_that_somebody_else_has_locked_is_waited_for_and_then_said(here: Terminal) -> None:
    with closing(database(here)) as line:
        line.execute("BEGIN EXCLUSIVE")
        result = here("member", "create", "bryn")
    assert (result.code, result.out) == (1, "")
    assert result.err.startswith("Another program has locked the database")
    assert here("member", "create", "bryn").code == 0


def test_a_postgresql_that_does_not_answer_is_said(empty: Terminal) -> None:
    with started(*empty.flags, "--database-url", f"postgres://x@127.0.0.1:{free_port()}/x", "serve") as server:
        result = server.end()
    assert (result.code, result.out) == (1, "")
    assert result.err.startswith("The database does not answer.")


@pytest.mark.slow
def test_on_a_full_disk_it_keeps_reading_refuses_writing_and_goes_on_when_there_is_room(here: Terminal) -> None:
    token = here("token", "create", "ada").out.strip()
    small = here.data.with_name("small")
    small.mkdir()
    flags = Terminal(small, here.port).flags
    inside = f'mount -t tmpfs -o size=8m,mode=700 tmpfs {small} && cp -r {here.data}/. {small} && exec "$@"'
    command = ["unshare", "--mount", "sh", "-c", inside, "sh", sys.executable, "-m", "server", *flags, "serve"]
    if os.geteuid() != 0 or subprocess.run(["unshare", "--mount", "true"], check=False).returncode:
        pytest.skip("only root can make a small disk")
    running = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        here.wait_until_up()
        filler = Path(f"/proc/{running.pid}/root{small}/filler")
        fill(filler)
        assert [post(here, token, f"{number} " + "x" * 4_000) for number in range(3)] == [503] * 3
        assert here.get("/api/v1/timelines/public")[0] == 200
        filler.unlink()
        wait_for(lambda: post(here, token, "There is room again.") == 200, "writing to work again")
        running.terminate()
        out, err = running.communicate(timeout=LIMIT)
        assert (running.returncode, out) == (0, "")
        assert "The disk is full. Make room" in err
        assert "Traceback" not in err
    finally:
        if running.poll() is None:
            running.kill()
            running.communicate()


def fill(filler: Path) -> None:
    """Write until there is no room left."""
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 16, 1 << 12):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue


def post(here: Terminal, token: str, text: str) -> int:
    line = http.client.HTTPConnection(here.domain, timeout=LIMIT)
    with closing(line):
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/x-www-form-urlencoded"}
        line.request("POST", "/api/v1/statuses", f"status={text.replace(' ', '+')}", headers)
        return line.getresponse().status
