"""What is known of a conversation that others have more of."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ThreadElsewhere:
    """`known` is how many comments its home lists, None while it did not say; `asked_at` when we last asked."""

    known: int | None
    asked_at: datetime
