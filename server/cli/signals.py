"""SIGTERM and Ctrl-C: the first asks for a clean stop; another one within ten seconds changes nothing."""

import asyncio
import contextlib
import signal
from collections.abc import Callable, Iterator

PATIENCE = 10.0  # seconds


@contextlib.contextmanager
def stopping(stop: Callable[[], None], at_once: Callable[[], None]) -> Iterator[None]:
    """Call `stop` at the first signal, and `at_once` at one that comes ten seconds later or more."""
    loop = asyncio.get_running_loop()
    asked: list[float] = []

    def heard() -> None:
        asked.append(loop.time())
        if len(asked) == 1:
            stop()
        elif asked[-1] - asked[0] >= PATIENCE:
            at_once()

    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, heard)
    try:
        yield
    finally:
        for each in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(each)
            if asked:  # it is on its way out: whoever presses Ctrl-C once more must not turn that into a crash
                signal.signal(each, signal.SIG_IGN)
