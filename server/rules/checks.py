"""Deciding together: who may open a check and when, how votes and objections are counted, and what comes of it.

A check is a poll about one version of a proposal. A consent check decides: it passes when somebody consents and no
objection stands. A sense check only shows where people are. The place of an option is its meaning, its words are in the
proposal's language.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from server.rules.errors import Conflict, Invalid, Refused
from server.rules.lifecycle import Part
from server.rules.limits import POLL_SECONDS_MAX, POLL_SECONDS_MIN

Method = Literal["consent", "sense"]
Result = Literal["open", "passed", "failed"]

METHODS: Final[tuple[Method, ...]] = ("consent", "sense")
RESULTS: Final[tuple[Result, ...]] = ("open", "passed", "failed")
OPTIONS: Final[Mapping[Method, tuple[str, ...]]] = {
    "consent": ("Consent", "Stand aside", "Object"),
    "sense": ("Agree", "Unsure", "Disagree"),
}
CONSENT, ASIDE, OBJECT = range(3)
OPENED_IN: Final = ("raised", "linked")  # the states in which a wording may still be decided about
DAYS_FOR_A_REASON: Final = 5  # working days after which an objection without a reason is a standing aside


@dataclass(frozen=True, slots=True)
class Tally:
    """How a consent check stands, each person once. `aside` includes the `silent`: those who object and gave no reason
    in time. `awaited` object and may still say why. `objections` stand unanswered, `answered` were answered in text."""

    consent: int = 0
    aside: int = 0
    silent: int = 0
    awaited: int = 0
    objections: int = 0
    answered: int = 0


def check_opening(state: str, parts: frozenset[Part], *, another_open: bool) -> None:
    """Whether a check may be opened now, by somebody with these parts.

    Raises:
        Refused: neither its author nor a steward.
        Conflict: the proposal is in no state for it, or a check is open.
    """
    if not parts & {"author", "steward"}:
        raise Refused("Only its author or a steward may ask for consent.")
    if state not in OPENED_IN:
        raise Conflict(
            "Consent is asked for while a proposal is being talked about: not before it is raised, or later."
        )
    if another_open:
        raise Conflict("A check is open already. Wait until it closes, or close it first.")


def method_of(name: str) -> Method:
    """Raises `Invalid` for a method we do not have."""
    found = next((method for method in METHODS if method == name), None)
    if found is None:
        raise Invalid("method", "Choose what kind of check it is.")
    return found


def check_end(closes_at: int, now: int) -> None:
    """Raises `Invalid` unless a check ends between five minutes and 31 days from `now` (milliseconds)."""
    if not POLL_SECONDS_MIN * 1000 <= closes_at - now <= POLL_SECONDS_MAX * 1000:
        raise Invalid("days", "Choose an end between five minutes and 31 days from now.")


def tally(votes: Mapping[int, int], objections: Iterable[tuple[int, str]], awaited: frozenset[int]) -> Tally:
    """Count a consent check.

    Args:
        votes: the place of the option by who chose it.
        objections: who gave a reason, and the state of that contribution: `open`, or decided about.
        awaited: those who voted to object so lately that they may still say why.
    """
    stands: dict[int, bool] = {}
    for account_id, state in objections:
        stands[account_id] = stands.get(account_id, False) or state == "open"
    silent = [who for who, choice in votes.items() if choice == OBJECT and who not in stands]
    waiting = sum(who in awaited for who in silent)
    aside = sum(choice == ASIDE for who, choice in votes.items() if who not in stands)
    return Tally(
        consent=sum(choice == CONSENT for who, choice in votes.items() if who not in stands),
        aside=aside + len(silent) - waiting,
        silent=len(silent) - waiting,
        awaited=waiting,
        objections=sum(stands.values()),
        answered=len(stands) - sum(stands.values()),
    )


def result_of(method: Method, counted: Tally) -> Result:
    """What comes of a check that is over. A sense check always passes: it only informs."""
    if method == "sense":
        return "passed"
    return "passed" if counted.consent and not counted.objections else "failed"
