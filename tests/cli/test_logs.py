"""Every log line goes to stderr, whoever writes it and however."""

import json
import logging

import pytest
import structlog

from server.cli.logs import log_to_stderr

early = structlog.get_logger("early")


def speak() -> None:
    logging.getLogger("plain").warning("the %s", "first", extra={"host": "elm.example"})
    early.warning("the second", kind="KeyError", exc_info=ValueError("no"))
    early.debug("never said")


def test_lines_for_people_go_to_stderr_alone(capsys: pytest.CaptureFixture[str]) -> None:
    log_to_stderr("info")
    speak()
    out, err = capsys.readouterr()
    assert out == ""
    assert "the first" in err
    assert "kind=KeyError" in err
    assert "ValueError: no" in err
    assert "never said" not in err


def test_lines_for_machines_are_json(capsys: pytest.CaptureFixture[str]) -> None:
    log_to_stderr("info", json=True)
    speak()
    out, err = capsys.readouterr()
    first, second = (json.loads(line) for line in err.splitlines())
    assert out == ""
    assert (first["event"], first["host"], first["logger"]) == ("the first", "elm.example", "plain")
    assert (second["level"], second["kind"], second["logger"]) == ("warning", "KeyError", "early")
    assert "ValueError: no" in second["exception"]
