"""The shape of the source tree: small files, empty package files, imports at the top, nothing half done."""

import ast
import re
from pathlib import Path

import pytest

import federation
import server

ROOT = Path(__file__).parents[2]
PYTHON = sorted(path for folder in ("server", "federation") for path in (ROOT / folder).rglob("*.py"))
MIGRATIONS = ROOT / "server" / "storage" / "migrations"
TEXTS = PYTHON + sorted(
    path
    for folder in ("templates", "deploy")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in {".html", ".css", ".js", ".md"}
)
LONGEST = 400
# Pillow costs 30 ms and 5 MB, asyncpg 2.5 MB that SQLite has no use for, the commands' modules a little each.
MAY_COME_LATE = ("PIL", "server.media.pixels", "asyncpg", "server.cli")
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK|NotImplementedError)\b")


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def late_imports(source: str) -> list[str]:
    """Modules imported inside a function."""
    found: list[str] = []
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Import):
                    found += [alias.name for alias in node.names]
                elif isinstance(node, ast.ImportFrom):
                    found.append(node.module or ".")
    return [name for name in found if not name.startswith(MAY_COME_LATE)]


@pytest.mark.parametrize("path", [path for path in PYTHON if MIGRATIONS not in path.parents], ids=named)
def test_no_file_holds_two_ideas(path: Path) -> None:
    lines = len(path.read_text("utf-8").splitlines())
    assert lines <= LONGEST, f"{named(path)} has {lines} lines: there is a second idea inside, give it a file"


@pytest.mark.parametrize("path", [path for path in PYTHON if path.name == "__init__.py"], ids=named)
def test_a_package_file_holds_a_docstring_at_most(path: Path) -> None:
    body = ast.parse(path.read_text("utf-8")).body
    rest = body[1:] if body and ast.get_docstring(ast.parse(path.read_text("utf-8"))) is not None else body
    allowed = ["__version__"] if path == ROOT / "server" / "__init__.py" else []
    assert [ast.unparse(node).split(" =")[0] for node in rest] == allowed


@pytest.mark.parametrize("path", PYTHON, ids=named)
def test_imports_stand_at_the_top(path: Path) -> None:
    assert late_imports(path.read_text("utf-8")) == []


def test_a_late_import_would_be_seen() -> None:
    assert late_imports("def f():\n    from server.rules import ids\n    import PIL.Image\n") == ["server.rules"]


@pytest.mark.parametrize("path", TEXTS, ids=named)
def test_nothing_is_left_half_done(path: Path) -> None:
    assert UNFINISHED.findall(path.read_text("utf-8")) == []


def test_every_folder_of_code_is_a_package() -> None:
    folders = {path.parent for path in PYTHON}
    assert sorted(named(folder) for folder in folders if not (folder / "__init__.py").exists()) == []


def test_the_federation_beside_the_server_is_ours() -> None:
    assert Path(federation.__file__ or "").parents[1] == Path(server.__file__ or "").parents[1], (
        "another package named federation is installed over ours: use a virtual environment of its own"
    )


def test_the_licence_is_the_whole_agpl() -> None:
    text = (ROOT / "LICENSE").read_text("utf-8")
    assert "GNU AFFERO GENERAL PUBLIC LICENSE" in text
    assert [number for number in range(18) if f"\n  {number}. " not in text] == []
    assert "END OF TERMS AND CONDITIONS" in text
