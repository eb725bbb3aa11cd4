"""`folkmoot serve` and `folkmoot worker`, each in a process of its own."""

import http.client
import signal
import socket
import time
from pathlib import Path

from tests.cli.terminal import LIMIT, Terminal, started


def test_a_new_instance_answers_and_says_how_to_set_it_up(empty: Terminal) -> None:
    with empty.process("serve") as server:
        empty.wait_until_up()
        assert empty.get("/set-up")[0] == 200
        asked = time.monotonic()
        result = server.stop()
        assert time.monotonic() - asked < 10
    assert (result.code, result.out) == (0, ""), result.err
    assert f"{empty.base}/set-up" in result.err
    assert "Set-up code: " in result.err


def test_commands_and_a_running_server_share_one_instance(here: Terminal) -> None:
    with here.process("serve") as server:
        here.wait_until_up()
        made = here("token", "create", "ada")
        assert here.get("/api/v1/accounts/verify_credentials", made.out.strip())[0] == 200
        assert here("topic", "create", "damp-homes").code == 0
        assert here.get("/topics/damp-homes")[0] == 200
        result = server.stop(signal.SIGINT)
    assert (result.code, result.out) == (0, ""), result.err
    assert "Set-up code" not in result.err


def test_an_open_stream_does_not_keep_it_from_stopping_and_a_second_signal_changes_nothing(here: Terminal) -> None:
    with here.process("serve") as server:
        here.wait_until_up()
        token = here("token", "create", "ada").out.strip()
        stream = http.client.HTTPConnection(here.domain, timeout=LIMIT)
        stream.request("GET", "/api/v1/streaming/user", headers={"Authorization": f"Bearer {token}"})
        assert stream.getresponse().readline() == b":)\n"
        server.running.send_signal(signal.SIGINT)
        time.sleep(0.2)
        result = server.stop(signal.SIGINT)
        stream.close()
    assert result.code == 0, result.err
    assert "Traceback" not in result.err


def test_a_port_in_use_is_named(here: Terminal) -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", here.port))
        other.listen()
        result = here("serve")
    assert (result.code, result.out) == (1, "")
    assert f"Port {here.port}" in result.err


def test_without_a_domain_nothing_starts(tmp_path: Path) -> None:
    with started("--data-dir", str(tmp_path), "serve") as server:
        result = server.end()
    assert (result.code, result.out) == (2, "")
    assert "FOLKMOOT_DOMAIN" in result.err


def test_logs_can_be_json(here: Terminal) -> None:
    with here.process("--log-format", "json", "serve") as server:
        here.wait_until_up()
        result = server.stop()
    assert '"level": "info"' in result.err


def test_a_worker_runs_beside_and_stops_cleanly(here: Terminal) -> None:
    with here.process("worker") as worker:
        assert worker.running.stderr is not None
        said = worker.running.stderr.readline()
        result = worker.stop()
    assert f"Working for {here.base}/" in said
    assert (result.code, result.out) == (0, "")
