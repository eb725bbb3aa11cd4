"""What could not be fetched a moment ago, and who was new: no stranger can make us try again and again."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Final

_KEPT: Final = 4096
_WINDOW: Final = 60.0
# `below`: new names below one that was registered; a wildcard gives its owner as many as they like. `newcomers`: people
# from one registered name whom nobody knew. Ten names a minute are Mastodon's figure, too.
_REFUSALS: Final = {"address": 1, "host": 8, "source": 20, "below": 10, "newcomers": 120}


class Misses:
    """Failed attempts of the last minute, by address, by host and by who made us try, and what was new. Holds at most
    4,096 names.

    `clock` gives Unix seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._seen: OrderedDict[tuple[str, str], tuple[float, int]] = OrderedDict()

    def refuses(self, kind: str, name: str) -> bool:
        """Whether there were too many: one for an `address`, eight for a `host` (by its registered name), twenty for a
        `source`, ten names `below` a registered one, a hundred and twenty `newcomers`."""
        since, count = self._seen.get((kind, name), (0.0, 0))
        return count >= _REFUSALS[kind] and self._clock() - since < _WINDOW

    def note(self, kind: str, name: str) -> None:
        """Count one more. A minute after the first the counting starts anew."""
        since, count = self._seen.pop((kind, name), (self._clock(), 0))
        if self._clock() - since >= _WINDOW:
            since, count = self._clock(), 0
        self._seen[kind, name] = (since, count + 1)
        while len(self._seen) > _KEPT:
            self._seen.popitem(last=False)
