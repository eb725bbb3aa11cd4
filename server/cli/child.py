"""A server that the demo started: `serve`, and it ends with the one who started it.

The parent holds the other end of our stdin. When that closes, however the parent ended, we stop too.
"""

import os
import signal
import sys
import threading

from server.cli.commands import run


def _watch() -> None:
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    threading.Thread(target=_watch, daemon=True).start()
    sys.exit(run(["serve"]))
