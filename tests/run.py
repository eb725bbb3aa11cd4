"""Runs everything that must hold and says what it found: `make test`, or `make check` with `--fast`.

One section per step, each with its time. The exit code is 0 only if every step succeeded. The core tests run on
SQLite; those that touch the database run again on PostgreSQL where one is found (postgres_server.py). What could not
run on this machine is listed at the end, so that a green result never claims more than was tried.
"""

import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from postgres_server import postgres_server

ROOT = Path(__file__).resolve().parents[1]
TESTS = ROOT / "tests"
STEP_LIMIT = 900  # seconds; a step that takes longer hangs

LONG = ("browser", "peers", "clients", "faults", "fuzz")
WITHOUT_DATABASE = {*LONG, "architecture", "bench", "cli", "deploy", "federation", "payloads", "rules"} - {"faults"}
NOTHING_COLLECTED = 5  # pytest's exit code


@dataclass
class Tally:
    """What all steps together found."""

    passed: int = 0
    failed: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    steps: list[tuple[str, bool, float]] = field(default_factory=list)


def main(arguments: list[str]) -> int:
    fast = "--fast" in arguments
    tally = Tally()
    for title, *command in (
        ("format", "ruff", "format", "--check"),
        ("lint", "ruff", "check"),
        ("types", "mypy"),
        ("imports", "lint-imports"),
    ):
        _step(tally, title, command)
    if fast:
        skipped = [f"--ignore=tests/{name}" for name in LONG]
        _tests(tally, "tests on SQLite, the fast ones", ["-m", "not slow", *skipped, "tests"], {})
        tally.left_out["PostgreSQL, browsers, peers, apps and long runs: `make test` runs them"] += 1
    else:
        _tests(tally, "tests on SQLite", ["-m", "not browser", "tests"], {})
        # Processes of their own: what drives the browser leaves its event loop running there.
        _tests(tally, "pages in a browser", ["-m", "browser", "tests/browser"], {})
        _tests(tally, "hostile words in a browser", ["-m", "browser", "tests/hostile"], {})
        _on_postgres(tally)
    return _report(tally)


def _on_postgres(tally: Tally) -> None:
    chosen = sorted(
        f"tests/{path.name}"
        for path in TESTS.iterdir()
        if path.is_dir() and path.name not in WITHOUT_DATABASE and any(path.rglob("test_*.py"))
    )
    if not chosen:
        return
    with postgres_server() as server:
        if server.url is None:
            tally.left_out[f"PostgreSQL: {server.description}"] += 1
            return
        environ = {"FOLKMOOT_TEST_ENGINE": "postgres", "FOLKMOOT_TEST_DATABASE_URL": server.url}
        chosen = ["-m", "not browser", *chosen]
        _tests(tally, f"tests on PostgreSQL ({server.description})", chosen, environ)


def _tests(tally: Tally, title: str, chosen: list[str], environ: Mapping[str, str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = ["pytest", "-q", "-n", "2", "--dist", "loadfile", "--durations=5", f"--junitxml={report}", *chosen]
        _step(tally, title, command, {"FOLKMOOT_TEST_ENGINE": "sqlite", **environ})
        if report.exists():
            _count(tally, report)


def _count(tally: Tally, report: Path) -> None:
    for case in ElementTree.parse(report).iter("testcase"):
        skipped = case.find("skipped")
        if skipped is not None:
            tally.left_out[skipped.get("message") or "no reason given"] += 1
        elif case.find("failure") is not None or case.find("error") is not None:
            tally.failed += 1
        else:
            tally.passed += 1


def _step(tally: Tally, title: str, command: list[str], environ: Mapping[str, str] | None = None) -> None:
    print(f"\n== {title}", flush=True)
    program = Path(sys.executable).with_name(command[0])
    started = time.monotonic()
    try:
        code = subprocess.run(
            [str(program), *command[1:]],
            cwd=ROOT,
            env={**os.environ, **(environ or {})},
            timeout=STEP_LIMIT,
            check=False,
        ).returncode
    except FileNotFoundError:
        print(f"{program} is not installed. Run: make clean test")
        code = 1
    except subprocess.TimeoutExpired:
        print(f"stopped after {STEP_LIMIT} seconds")
        code = 1
    if code == NOTHING_COLLECTED:
        print("no tests were found where there should be some")
    tally.steps.append((title, code == 0, time.monotonic() - started))


def _report(tally: Tally) -> int:
    print("\n== summary")
    for title, good, seconds in tally.steps:
        print(f"{'ok    ' if good else 'FAILED'} {seconds:6.1f} s  {title}")
    for what, times in sorted(tally.left_out.items()):
        print(f"left out: {what}" + (f" ({times} tests)" if times > 1 else ""))
    broken = [title for title, good, _ in tally.steps if not good]
    if broken:
        print(f"failed steps: {', '.join(broken)}")
    print(f"{tally.passed} passed, {tally.failed} failed")
    return 1 if broken or tally.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
