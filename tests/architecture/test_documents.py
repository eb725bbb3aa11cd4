"""What the documents promise is what the tree holds."""

import re
import tomllib
from pathlib import Path

import pytest

from server import __version__

ROOT = Path(__file__).parents[2]
NOT_OURS = {"dist", "build", "data", "node_modules"}
ROOT_DOCUMENTS = [
    "README.md", "ARCHITECTURE.md", "FEDERATION.md", "CONTRIBUTING.md", "DECISIONS.md", "CHANGELOG.md", "SECURITY.md",
]  # fmt: skip


def listed_folders() -> list[str]:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    _, _, rest = text.partition("<!-- folders -->")
    table, marker, _ = rest.partition("<!-- /folders -->")
    assert marker, "ARCHITECTURE.md needs <!-- folders --> … <!-- /folders --> around its list"
    return re.findall(r"^\| `([a-z/_]+)/` \|", table, flags=re.MULTILINE)


def real_folders() -> list[str]:
    """Folders at the root, and one level into the two packages; only what holds a file."""
    tops = [path for path in ROOT.iterdir() if path.is_dir() and path.name[0] != "." and path.name not in NOT_OURS]
    inner = [path for top in tops if top.name in {"server", "federation"} for path in top.iterdir() if path.is_dir()]
    return sorted(str(path.relative_to(ROOT)) for path in tops + inner if _holds_files(path))


def _holds_files(folder: Path) -> bool:
    return any(
        path.is_file() and "__pycache__" not in path.parts for path in folder.rglob("*")
    ) and not folder.name.endswith((".egg-info", "__pycache__"))


def test_the_folder_list_is_the_real_one() -> None:
    assert sorted(listed_folders()) == real_folders()


@pytest.mark.parametrize("name", ROOT_DOCUMENTS)
def test_links_between_documents_lead_somewhere(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    targets = re.findall(r"\]\((?!https?:|mailto:|#)([^)#]+)", text)
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_every_make_command_in_the_readme_exists() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    commands = set(re.findall(r"`?make ([a-z]+)", (ROOT / "README.md").read_text("utf-8")))
    assert {"demo", "test"} <= commands
    assert sorted(command for command in commands if f"\n{command}:" not in makefile) == []


def test_the_version_is_the_same_everywhere() -> None:
    assert tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"] == __version__


def test_federation_md_has_the_headings_of_fep_67ff() -> None:
    headings = re.findall(r"^## (.+)$", (ROOT / "FEDERATION.md").read_text("utf-8"), flags=re.MULTILINE)
    assert headings[:2] == ["Supported federation protocols and standards", "Supported FEPs"]
    assert {"ActivityPub", "Additional documentation"} <= set(headings)
