"""Moderation: why something is taken away or held, what stewards can decide, and who may disagree with it until when.

The reasons are codes with a sentence, so that they can be counted, translated and shown where something was.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from server.rules.clock import add_working_days
from server.rules.errors import Conflict, Invalid, Refused
from server.rules.permissions import Principal, check_steward, may_appeal

REASONS: Final[Mapping[str, str]] = {
    "identifies_someone": "It could identify someone",
    "about_one_case": "It is about one person’s case",
    "safeguarding": "Somebody may be at risk, and we have acted",
    "not_about_policy": "It is not about a rule or how things are done",
    "already_raised": "It has been raised before",
    "abuse": "It attacks or insults people",
    "spam": "It is advertising or spam",
    "unlawful": "It may break the law",
    "other": "Another reason",
}

# Why the instance itself holds something new until a steward has read it.
HOLDS: Final[Mapping[str, str]] = {
    "first_post": "It is your first one here, and a steward reads that first",
    "details": "It may say who somebody is",
    "limited": "A steward reads what this account writes first",
    "stranger": "It is the first from this account in this topic, and a steward reads that first",
}

Act = Literal[
    "hold", "publish", "ask_change", "decline", "remove", "keep", "warn", "limit", "lift", "suspend", "restore",
    "uphold", "undo",
]  # fmt: skip

# What a steward can do about a report, in the order of the keys that do it.
REPORT_ACTS: Final[tuple[Act, ...]] = ("keep", "remove", "hold", "limit", "suspend")
# What a steward can do about something that is held.
HELD_ACTS: Final[tuple[Act, ...]] = ("publish", "ask_change", "decline")
# What everybody may read about in the public log; the sentence only where it stands on a tombstone as well.
LOGGED: Final[tuple[Act, ...]] = ("remove", "decline", "hold")
WITH_SENTENCE: Final[tuple[Act, ...]] = ("remove", "decline")
APPEALABLE: Final[tuple[Act, ...]] = ("hold", "decline", "remove", "limit", "suspend")

APPEAL_DAYS: Final = 20  # working days
READ_DAYS: Final = 1  # working days until something held should be read
SENTENCE: Final = 500  # characters


@dataclass(frozen=True, slots=True)
class Why:
    """A reason: its code, and a sentence of the steward's own. Without one, the code's own sentence stands."""

    code: str
    sentence: str = ""


NO_MORE: Final = Why("")  # what a sanction was for is over


def check_why(why: Why) -> Why:
    """The reason as it is kept.

    Raises:
        Invalid: no known code, "other" without a sentence, or too long a one.
    """
    if why.code not in REASONS:
        raise Invalid("reason", "Choose one of the reasons.")
    sentence = " ".join(why.sentence.replace("\x00", "").split())
    if why.code == "other" and not sentence:
        raise Invalid("sentence", "Say the reason in a sentence of your own.")
    if len(sentence) > SENTENCE:
        raise Invalid("sentence", "Please use %(limit)s characters or fewer.", limit=SENTENCE)
    return Why(why.code, sentence)


def words_of(code: str) -> str:
    """The sentence that a code stands for, of a reason or of a hold."""
    return REASONS.get(code) or HOLDS.get(code) or REASONS["other"]


def appeal_until(decided: date, holidays: frozenset[date] = frozenset()) -> date:
    """The last day on which somebody may appeal against a decision of this day."""
    return add_working_days(decided, APPEAL_DAYS, holidays)


def check_appeal(by: Principal, account_id: int, act: str, until: date, today: date) -> None:
    """Whether somebody may appeal against a decision about `account_id`, also while suspended.

    Raises:
        Refused: it does not concern them.
        Conflict: nothing was taken from them by it, or it is too late.
    """
    if not may_appeal(by, account_id):
        raise Refused("Only whom it concerns can ask another steward to look.")
    if act not in APPEALABLE:
        raise Conflict("There is nothing to take back in this decision.")
    if today > until:
        raise Conflict("This could be asked for %(days)s working days. They are over.", days=APPEAL_DAYS)


def check_judge(by: Principal, first_id: int) -> None:
    """Another steward than the first decides about an appeal; the operator may decide about each.

    Args:
        first_id: the account of the steward whose decision it is against, 0 where the instance decided by itself.

    Raises:
        Refused: not a steward, or the same one.
    """
    check_steward(by)
    if by.standing != "operator" and by.account_id == first_id:
        raise Refused("You made this decision. Another steward looks at the appeal, or the operator of this site.")
