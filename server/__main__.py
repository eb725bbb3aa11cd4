"""The command `folkmoot`, and `python -m server`.

Our two packages have names that others use too, so the first thing is to make sure that both are ours.
"""

import gc
import importlib
import importlib.util
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def clash(beside: Path = HERE.parent) -> str:
    """What to say when another package was installed over ours; empty when all is well."""
    found = importlib.util.find_spec("federation")
    places = [Path(place).resolve() for place in (found.submodule_search_locations or ())] if found else []
    if beside / "federation" in places and (beside / "federation" / "client.py").is_file():
        return ""
    where = (
        f"The package `federation` in {places[0]} is not Folkmoot's" if places else "The package `federation` is gone"
    )
    return (
        f"{where}: another installed package uses the same name.\n"
        "Install Folkmoot again, in a virtual environment of its own (deploy/README.md, “Other ways”)."
    )


def main() -> None:
    """Run the command line. Exits with 0 when done, 1 when refused, 2 when the words or the settings are wrong."""
    if problem := clash():
        print(problem, file=sys.stderr)
        sys.exit(2)
    gc.disable()  # nothing that is loaded at the start is ever garbage, so looking for it is lost time
    commands = importlib.import_module("server.cli.commands")
    sys.exit(commands.run(sys.argv[1:]))


if __name__ == "__main__":
    main()
