"""Whether the tests of the sixty attacks can fail: each guard is taken away in a copy of the program, and the tests
that README.md names for its row must see it.

`make guards` goes through all of them; `python -m tests.hostile.guards 4 19` through those of some rows. The guards are
in `guards.toml`: the file one is in, the text that is it, and what stands there instead when it is gone.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.hostile.table import TABLE, named

ROOT: Final = Path(__file__).parents[2]
TOO_LONG: Final = 900  # seconds; a test that never ends has seen that something is gone, too
_COPIED: Final = ("deploy", "federation", "server", "templates", "tests", "pyproject.toml", "Makefile", "README.md")
_PYTEST: Final = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=line", "-rf")
_FAILED: Final = re.compile(r"^FAILED (\S+?)(?:\[.*)?(?: - .*)?$", re.M)


@dataclass(frozen=True, slots=True)
class Guard:
    """One guard of a row: `text` in `file` keeps the attack out, `broken` does not."""

    row: int
    file: str
    text: str
    broken: str


GUARDS: Final = tuple(
    Guard(int(row), **each)
    for row, found in tomllib.loads((Path(__file__).parent / "guards.toml").read_text("utf-8")).items()
    for each in found
)


class Copy:
    """The program in a folder of its own, where one guard at a time is missing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._changes = 0
        for name in _COPIED:
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", ".*"))
            else:
                shutil.copy2(ROOT / name, folder / name)

    def without(self, guard: Guard) -> set[str]:
        """The tests of the row that fail without this guard, as the table names them; all of them when they hang."""
        tests = {f"{path}::{name}" for path, name in named(guard.row)}
        path = self._folder / guard.file
        before = path.read_text("utf-8")
        self._write(path, before.replace(guard.text, guard.broken))
        try:
            ran = subprocess.run(
                [*_PYTEST, *sorted(f"tests/{test}" for test in tests)],
                cwd=self._folder,
                env=os.environ | {"PYTHONPATH": str(self._folder)},
                capture_output=True,
                text=True,
                timeout=TOO_LONG,
            )
        except subprocess.TimeoutExpired:
            return tests
        finally:
            self._write(path, before)
        if ran.returncode not in (0, 1):
            raise SystemExit(f"The tests of row {guard.row} cannot be run:\n{ran.stdout}{ran.stderr}")
        return {test.removeprefix("tests/") for test in _FAILED.findall(ran.stdout)}

    def _write(self, path: Path, content: str) -> None:
        path.write_text(content, "utf-8")
        # Python compiles a file again when its time in seconds has changed.
        self._changes += 1
        os.utime(path, (self._changes, self._changes))


def main(rows: set[int]) -> int:
    """Go through the guards of these rows, of all if there are none; 1 when a test or a guard shows nothing."""
    guards = [guard for guard in GUARDS if not rows or guard.row in rows]
    unseen = {f"{path}::{name}" for guard in guards for path, name in named(guard.row)}
    hollow = 0
    with tempfile.TemporaryDirectory(prefix="folkmoot-guards-") as folder:
        copy = Copy(Path(folder))
        for guard in guards:
            failed = copy.without(guard)
            unseen -= failed
            hollow += not failed
            print(f"{guard.row:3} {guard.file}: {guard.text.strip().splitlines()[0].strip()}", flush=True)
            print("    " + ("\n    ".join(sorted(failed)) or "NOTHING FAILS WITHOUT IT"), flush=True)
    for test in sorted(unseen):
        print(f"NEVER FAILED: {test}")
    print(f"{len(guards)} guards of {len({guard.row for guard in guards})} rows of {len(TABLE)}")
    return 1 if hollow or unseen else 0


if __name__ == "__main__":
    sys.exit(main({int(row) for row in sys.argv[1:]}))
