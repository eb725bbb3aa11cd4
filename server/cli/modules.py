"""Whether what Python finds under our names is ours. Others use the names `server` and `federation` too."""

import importlib.util
from pathlib import Path

BESIDE = Path(__file__).resolve().parents[2]


def clash(beside: Path = BESIDE) -> str:
    """What to say when another package stands where ours should; empty when all is well.

    `beside` is the folder our `server` lies in: our `federation` lies there too.
    """
    found = importlib.util.find_spec("federation")
    places = [Path(place).resolve() for place in (found.submodule_search_locations or ())] if found else []
    if beside / "federation" in places and (beside / "federation" / "digest_sync.py").is_file():
        return ""
    where = f"{places[0]} is not Folkmoot's" if places else "the package `federation` is missing"
    return (
        f"Another installed package has overwritten a part of Folkmoot: {where}.\n"
        "Install Folkmoot again, in a virtual environment of its own (see deploy/README.md, “Other ways”)."
    )
