"""What a member does not want to read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

CONTEXTS: Final = ("home", "notifications", "public", "thread", "account")
ACTIONS: Final = ("warn", "hide")


@dataclass(frozen=True, slots=True)
class KeywordView:
    id: int
    keyword: str
    whole_word: bool


@dataclass(frozen=True, slots=True)
class FilterStatusView:
    id: int
    post_id: int


@dataclass(frozen=True, slots=True)
class FilterView:
    """`contexts` are of `CONTEXTS`, `action` one of `ACTIONS`."""

    id: int
    title: str
    contexts: tuple[str, ...]
    action: str
    expires_at: datetime | None
    keywords: tuple[KeywordView, ...] = ()
    statuses: tuple[FilterStatusView, ...] = ()

    def hides_in(self, context: str) -> bool:
        """Whether what it matches is to be left out there, and not just folded away."""
        return self.action == "hide" and context in self.contexts
