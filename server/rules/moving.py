"""Moving an account from one server to another (the `Move` of Mastodon, FEP-7628)."""

from typing import Final

PAUSE_MS: Final = 7 * 24 * 3600 * 1000  # between two moves of one account, or one could send its followers round
ALIASES: Final = 10


def may_move_on(moved_at: int | None, now: int) -> bool:
    """Whether an account that last moved at `moved_at` (milliseconds; None: never) may move `now`."""
    return moved_at is None or now - moved_at >= PAUSE_MS
