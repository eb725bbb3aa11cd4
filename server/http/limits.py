"""How often one person may ask, counted in this process. Figures are Mastodon's, whose clients expect them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter
from starlette.requests import HTTPConnection

from server.rules.errors import TooFast

CALLS: Final = parse("300 per 5 minutes")
MEDIA: Final = parse("30 per 30 minutes")
APPS: Final = parse("5 per 10 minutes")
DELETES: Final = parse("30 per 30 minutes")
SIGN_INS: Final = parse("10 per 5 minutes")


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
    """The allowances of everyone who asks. `enabled=False` (development) counts nothing and refuses nobody."""

    def __init__(self, *, enabled: bool = True) -> None:
        self.enabled = enabled
        self._windows = FixedWindowRateLimiter(MemoryStorage())

    async def spend(self, item: RateLimitItem, who: str) -> Spent | None:
        """Count one call of `who`.

        Raises:
            TooFast: the allowance is used up.
        """
        if not self.enabled:
            return None
        allowed = await self._windows.hit(item, who)
        stats = await self._windows.get_window_stats(item, who)
        if not allowed:
            wait = max(1, int(stats.reset_time - datetime.now(UTC).timestamp()) + 1)
            raise TooFast("Too many requests. Wait a little and try again.", wait)
        return Spent(item.amount, stats.remaining, stats.reset_time)


def address_of(connection: HTTPConnection) -> str:
    """The address that is counted: for everything a password or a secret could be guessed with. What else a request
    says of itself is the sender's choice, and would be another one each time."""
    return "address:" + (connection.client.host if connection.client else "unknown")
