"""`folkmoot` as it runs where only its own packages are installed: `python -m tests.bench.as_installed serve`.

Some libraries load others because they happen to be there: httpx takes rich and Tortoise takes pydantic, which only
developers have. They are hidden, so that memory and start are those that an operator gets.
"""

import re
import runpy
import sys
from importlib.abc import MetaPathFinder
from importlib.metadata import PackageNotFoundError, packages_distributions, requires


def needed(name: str, extras: frozenset[str] = frozenset(), seen: set[str] | None = None) -> set[str]:
    """Names of the distributions that one cannot run without, itself included."""
    seen = set() if seen is None else seen
    seen.add(name)
    try:
        lines = requires(name) or []
    except PackageNotFoundError:  # for another system
        return seen
    for line in lines:
        asked = re.search(r"extra\s*==\s*['\"]([^'\"]+)", line)
        other = re.match(r"([\w.-]+)(?:\[([^\]]*)\])?", line)
        if other and (asked is None or asked[1] in extras):
            plain = _plain(other[1])
            if plain not in seen:
                needed(plain, frozenset(filter(None, re.split(r"[,\s]+", other[2] or ""))), seen)
    return seen


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


class Hidden(MetaPathFinder):
    """Finds nothing, and says so, for the modules of packages that are not needed."""

    def __init__(self) -> None:
        ours = needed("folkmoot")
        owners = packages_distributions()
        self._names = {module for module, of in owners.items() if not ours & {_plain(each) for each in of}}
        self._names -= sys.stdlib_module_names | {"server", "federation", "tests", "templates"}

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> None:
        if fullname.partition(".")[0] in self._names:
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)


if __name__ == "__main__":
    sys.meta_path.insert(0, Hidden())
    sys.argv[0] = "folkmoot"
    runpy.run_module("server", run_name="__main__")
