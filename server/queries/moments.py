"""From the milliseconds in the database to the moments in views."""

from datetime import UTC, datetime


def moment(ms: int) -> datetime:
    """The aware time, in UTC, of milliseconds since 1970."""
    return datetime.fromtimestamp(ms / 1000, UTC)


def maybe_moment(ms: int | None) -> datetime | None:
    return None if ms is None else moment(ms)
