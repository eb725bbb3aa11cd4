"""The wheel alone is enough: it installs into an empty environment and carries everything the server needs."""

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
MOST_PACKAGES = 40
CARRIED = {"templates": "templates", "deploy": "deploy", "storage/migrations": "server/storage/migrations"}


def run(*command: str | Path, cwd: Path) -> str:
    """What the command prints; outside the checkout, so that nothing of it can be imported by accident."""
    environ = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    done = subprocess.run(
        [str(each) for each in command], cwd=cwd, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def kept(folder: Path) -> set[str]:
    """Files below a folder, without what Python writes itself."""
    return {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty environment with the wheel and what it asks for."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--outdir", folder, ROOT, cwd=folder)
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "venv", with_pip=True)
    run(folder / "venv/bin/python", "-m", "pip", "install", "-q", "--disable-pip-version-check", wheel, cwd=folder)
    return folder / "venv"


def test_the_command_answers(installed: Path) -> None:
    assert "demo" in run(installed / "bin/folkmoot", "--help", cwd=installed)


@pytest.mark.parametrize(("inside", "source"), CARRIED.items())
def test_everything_beside_the_code_is_in_the_wheel(installed: Path, inside: str, source: str) -> None:
    where = run(installed / "bin/python", "-c", "import server; print(server.__path__[0])", cwd=installed).strip()
    assert kept(ROOT / source), f"{source} is empty"
    assert kept(ROOT / source) - kept(Path(where) / inside) == set()


def test_tests_are_not_in_the_wheel(installed: Path) -> None:
    assert list(installed.glob("lib/python*/site-packages/tests")) == []


def test_few_packages_come_with_it(installed: Path) -> None:
    listed = run(
        installed / "bin/python", "-m", "pip", "list", "--format=freeze", "--disable-pip-version-check", cwd=installed
    )
    others = [line for line in listed.splitlines() if not line.startswith(("pip==", "setuptools==", "folkmoot=="))]
    assert len(others) <= MOST_PACKAGES, others
