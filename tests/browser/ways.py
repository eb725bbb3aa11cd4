"""How pages are looked at and journeys made. An ordinary run takes one way of each, another one every day; a long run
(`make faults`) takes them all. FOLKMOOT_TEST_TURN repeats the way of another day."""

import os
import time
from dataclasses import dataclass
from typing import Final, Literal

import pytest

ROUNDS: Final = int(os.environ.get("FOLKMOOT_TEST_ROUNDS", "5"))
ALL: Final = ROUNDS > 5
TURN: Final = int(os.environ.get("FOLKMOOT_TEST_TURN") or time.time() // 86_400)


@dataclass(frozen=True)
class Variant:
    """How somebody looks at a page. `dir` turns it around as Arabic would, whatever its words are."""

    width: int
    scheme: Literal["light", "dark"]
    direction: Literal["ltr", "rtl"] = "ltr"

    def __str__(self) -> str:
        return f"{self.width}-{self.scheme}" + ("-rtl" if self.direction == "rtl" else "")


WIDE: Final = (Variant(1280, "dark"), Variant(1280, "light"))
NARROW: Final = (Variant(360, "light"), Variant(360, "dark"), Variant(320, "light"), Variant(360, "light", "rtl"))
ALWAYS: Final = (NARROW[0], WIDE[0])


@dataclass(frozen=True)
class Way:
    """How somebody goes through pages: on what screen, and whether scripts run in their browser."""

    width: int
    script: bool

    def __str__(self) -> str:
        return f"{self.width}-{'script' if self.script else 'no-script'}"


WAYS: Final = (Way(360, False), Way(1280, True), Way(1280, False), Way(360, True))


def variants(number: int, turn: int = TURN, *, every: bool = ALL) -> tuple[Variant, ...]:
    """How the page of this number is looked at: wide and narrow. What turns the page around stands last."""
    if every:
        return (*WIDE, *NARROW)
    # Narrow moves on after both wide ones were seen, so that after eight days each page was seen in every pair.
    return WIDE[(number + turn) % len(WIDE)], NARROW[(number + turn) // len(WIDE) % len(NARROW)]


def ways(number: int, turn: int = TURN, *, at_once: int = 1, every: bool = ALL) -> tuple[Way, ...]:
    """How the journey of this number is made; two at once are one with scripts and one without."""
    return tuple(WAYS[(number + turn + each) % len(WAYS)] for each in range(len(WAYS) if every else at_once))


TURNS: Final = range(len(WAYS)) if ALL else (TURN % len(WAYS),)  # for what takes part in a story of several people


def in_ways(number: int, *, at_once: int = 1) -> pytest.MarkDecorator:
    """Makes a journey in the ways of this run; give each journey of a file a number of its own."""
    return pytest.mark.parametrize("way", ways(number, at_once=at_once), ids=str)
