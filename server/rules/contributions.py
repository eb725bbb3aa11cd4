"""What people add to a proposal beyond a comment: each is a comment with facts, and `KINDS` says which.

The same table checks a form, a call of the API and what arrives from another server, whose `civic:` keys are the names
of the facts in camel case.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from server.rules.answers import CODES
from server.rules.errors import Invalid, too_long
from server.rules.facts import NUMBERS, Fact, checked
from server.rules.proposals import sections_of
from server.rules.text import find_hashtags

ContributionKind = Literal[
    "corroboration", "evidence", "trial", "amendment", "supplement", "objection", "answer", "action", "check_in"
]
ContributionState = Literal["waiting", "counted", "open", "accepted", "declined", "planned", "done", "dropped"]

RESULTS: Final = ("better", "same", "worse", "unclear")
SO: Final = ("yes", "partly", "no", "unknown")  # is it so where you are?
EVIDENCE: Final = ("experience", "case", "practice_data", "research", "document", "link")

_WORDING: Final = re.compile(r"^[ \t]*(?:\*\*|__)?wording:?(?:\*\*|__)?:?[ \t]*$", re.I | re.M)
SEEN_TOO: Final = "weseethistoo"  # the hashtag that says so from any app
# Steps of a timeline that decide about a contribution, and the state they leave it in.
DECISIONS: Final[Mapping[str, ContributionState]] = {
    "amendment_accepted": "accepted",
    "amendment_declined": "declined",
    "objection_answered": "accepted",
    "answer_confirmed": "accepted",
    "corroboration_counted": "counted",
    "action_done": "done",
    "action_dropped": "dropped",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind: its facts, the state it begins in, whether words must go with it, and how long they may be."""

    facts: tuple[Fact, ...]
    state: ContributionState
    words: str = ""
    limit: int = 5_000


KINDS: Final[Mapping[ContributionKind, Kind]] = {
    "corroboration": Kind(
        (
            Fact("role", "line", 80),
            Fact("place", "line", 80, needed="Say roughly where you see it: a town or district is enough."),
            Fact("number", "choice", choices=NUMBERS),
        ),
        "counted",
        limit=500,
    ),
    "evidence": Kind(
        (
            Fact("type", "choice", choices=EVIDENCE, needed="Say what kind of evidence this is."),
            Fact("link", "link"),
            Fact("quote", "yes"),
        ),
        "counted",
        "Say in a sentence what it shows.",
    ),
    "trial": Kind(
        (
            Fact("place", "line", 80, needed="Say where it was tried."),
            Fact("since", "date"),
            Fact("until", "date"),
            Fact("before", "line"),
            Fact("after", "line"),
            Fact("result", "choice", choices=RESULTS, needed="Say how it went: better, the same, worse or unclear."),
            Fact("measured", "line", 200),
            Fact("cost", "line"),
            Fact("contact", "yes"),
        ),
        "counted",
        "Say what you changed.",
    ),
    "amendment": Kind((Fact("version", "number"), Fact("sections", "sections")), "open"),
    "supplement": Kind((), "counted", "Write what you want to add."),
    "objection": Kind(
        (Fact("check", "line", 2048),), "open", "Say what your objection is, so that it can be answered."
    ),
    "answer": Kind(
        (
            Fact("code", "choice", choices=CODES, needed="Choose what the answer is."),
            Fact("until", "date"),
            Fact("passedTo", "line", 200),
            Fact("changeMind", "line", 1_000),
            Fact("givenBy", "line", 200),
            Fact("via", "choice", choices=("actor", "link", "letter")),
        ),
        "counted",
        "Give the reasons: everybody who took part will read them.",
        10_000,
    ),
    "action": Kind(
        (Fact("due", "date"), Fact("done", "date"), Fact("percent", "number"), Fact("givenBy", "line", 200)),
        "planned",
        "Say what is being done.",
    ),
    "check_in": Kind(
        (Fact("so", "choice", choices=SO, needed="Say whether it is so where you are."), Fact("place", "line", 80)),
        "counted",
        limit=500,
    ),
}


def kind_of(name: str) -> ContributionKind | None:
    """The kind with this name; None for a comment and for what we do not know."""
    return next((kind for kind in KINDS if kind == name), None)


def meant_by(source: str, hashtags: Iterable[str]) -> tuple[ContributionKind | None, dict[str, Any]]:
    """What a reply from any app means to be: with `#WeSeeThisToo` "we see this too", with a line `Wording:` an
    amendment, whose words follow, under the labels of a proposal or else as what should change."""
    if SEEN_TOO in {tag.casefold() for tag in (*hashtags, *find_hashtags(source))}:
        return "corroboration", {}
    label = _WORDING.search(source)
    if label is None:
        return None, {}
    sections = sections_of(source[label.end() :], otherwise="change")
    return ("amendment", {"sections": {each.key: each.source for each in sections}}) if sections else (None, {})


def checked_facts(kind: ContributionKind, given: Mapping[str, Any], *, strict: bool = True) -> dict[str, Any]:
    """The facts of this kind out of `given`, cleaned; empty ones are left out.

    Args:
        strict: for people here. What arrives from elsewhere keeps what can be read of it instead.

    Raises:
        Invalid: names the fact that is missing or wrong, if `strict`.
    """
    found = checked(KINDS[kind].facts, given, strict=strict)
    if strict:
        _check_together(kind, found)
    return found


def check_words(kind: ContributionKind, source: str) -> None:
    """Raises `Invalid` when this kind needs words and has none, or has too many."""
    rules = KINDS[kind]
    if rules.words and not source.strip():
        raise Invalid("text", rules.words)
    if len(source) > rules.limit:
        raise too_long("text", len(source), rules.limit)


def _check_together(kind: ContributionKind, facts: Mapping[str, Any]) -> None:
    if kind == "answer" and facts["code"] == "under_consideration" and "until" not in facts:
        raise Invalid("until", "Say until when it is being considered.")
    if kind == "answer" and facts["code"] == "not_ours" and "passedTo" not in facts:
        raise Invalid("passedTo", "Say who can decide it.")
    if kind == "trial" and facts.get("since", "") > facts.get("until", "9999"):
        raise Invalid("until", "It cannot end before it began.")
    if kind == "amendment" and not facts.get("sections"):
        raise Invalid("sections", "Change at least one part of the wording.")
