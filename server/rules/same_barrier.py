"""Two proposals about the same barrier: who may say so, and when it holds."""

from collections.abc import Collection
from typing import Final

from server.rules.errors import Conflict, Refused
from server.rules.lifecycle import Part
from server.rules.proposals import STATE_WORDS, State

TOLD_DAYS: Final = 5  # working days between a steward telling the author and saying it for them
NOT_NOW: Final = frozenset({"draft", "held", "closed", "withdrawn"})


def may_say(parts: Collection[Part]) -> bool:
    """Whether somebody with these parts in a proposal may say what it is the same as."""
    return bool({"author", "steward", "clock"} & set(parts))


def check_say(state: State, parts: Collection[Part]) -> None:
    """Raises `Refused` for people who have no say in it, `Conflict` in a state where nothing is added."""
    if not may_say(parts):
        raise Refused("Only its author or a steward may say so.")
    if state in NOT_NOW:
        raise Conflict("This proposal is “%(state)s” now, so nothing is linked to it.", state=STATE_WORDS[state])


def holds(parts: Collection[Part], told_days: int | None) -> bool:
    """Whether it is said at once: by its author; by a steward only once the author has known for `TOLD_DAYS` working
    days. `told_days` is None where the author has not been told yet."""
    return "author" in parts or (told_days is not None and told_days >= TOLD_DAYS)
