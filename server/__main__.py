"""The command `folkmoot`, and `python -m server`."""

import importlib
import sys

from server.cli.modules import clash


def main() -> None:
    """Run the command line. Exits with 0 when done, 1 when refused, 2 when the words or the settings are wrong."""
    if problem := clash():
        print(problem, file=sys.stderr)
        sys.exit(2)
    commands = importlib.import_module("server.cli.commands")  # only now that all modules are known to be ours
    sys.exit(commands.run(sys.argv[1:]))


if __name__ == "__main__":
    main()
