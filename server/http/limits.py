"""How often one person may ask, counted in this process. Figures are Mastodon's, whose clients expect them."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, NamedTuple

from starlette.requests import HTTPConnection

from server.rules.errors import TooFast

KNOWN: Final = 20_000  # windows that are counted at once


class Allowance(NamedTuple):
    """So many times in so many seconds, from the first time on."""

    times: int
    seconds: int


CALLS: Final = Allowance(300, 5 * 60)
MEDIA: Final = Allowance(30, 30 * 60)
APPS: Final = Allowance(5, 10 * 60)
DELETES: Final = Allowance(30, 30 * 60)
ARCHIVES: Final = Allowance(4, 60 * 60)
SIGN_INS: Final = Allowance(10, 5 * 60)


@dataclass(frozen=True, slots=True)
class Spent:
    """What is left of an allowance after a call."""

    limit: int
    remaining: int
    reset: float

    def headers(self) -> dict[str, str]:
        at = datetime.fromtimestamp(self.reset, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Reset": at,
        }


class Limits:
    """The allowances of everyone who asks. `enabled=False` (development) counts nothing and refuses nobody.

    Args:
        clock: Unix seconds.
    """

    def __init__(self, *, enabled: bool = True, clock: Callable[[], float] = time.time) -> None:
        self.enabled = enabled
        self._clock = clock
        self._windows: dict[tuple[Allowance, str], tuple[float, int]] = {}

    async def spend(self, allowance: Allowance, who: str) -> Spent | None:
        """Count one call of `who`.

        Raises:
            TooFast: the allowance is used up.
        """
        if not self.enabled:
            return None
        now, key = self._clock(), (allowance, who)
        ends, count = self._windows.get(key, (0.0, 0))
        if ends <= now:
            ends, count = now + allowance.seconds, 0
            self._forget(now)
        self._windows[key] = ends, count + 1
        if count >= allowance.times:
            raise TooFast("Too many requests. Wait a little and try again.", max(1, int(ends - now) + 1))
        return Spent(allowance.times, allowance.times - count - 1, ends)

    def _forget(self, now: float) -> None:
        """Make room for one more: what is over goes, and if nothing is, whoever has waited longest."""
        if len(self._windows) < KNOWN:
            return
        self._windows = {key: window for key, window in self._windows.items() if window[0] > now}
        for key in list(self._windows)[: len(self._windows) - KNOWN + 1]:
            del self._windows[key]


def address_of(connection: HTTPConnection) -> str:
    """The address that is counted: for everything a password or a secret could be guessed with. What else a request
    says of itself is the sender's choice, and would be another one each time."""
    return "address:" + (connection.client.host if connection.client else "unknown")
