"""The life of a proposal: its states, what moves it from one to the next, who may, and what must be so first.

The whole of it is the table `ACTS`; `check_act` reads it. States and words are those of the civic model.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from server.rules.answers import LEADS_TO_ACTION
from server.rules.errors import Conflict, Invalid, Refused, Text
from server.rules.proposals import STATE_WORDS, State

Act = Literal[
    "hold", "release", "agree", "talk_again", "send", "answer", "ask_again", "take_further", "begin", "close",
    "disagree", "reopen", "link", "unlink", "rest", "wake", "withdraw",
]  # fmt: skip
Part = Literal["author", "steward", "owner", "clock"]
Outcome = Literal["changed", "partly_changed", "tried", "cleared_up", "not_changed", "no_answer"]
CheckState = Literal["none", "open", "passed", "failed"]

OUTCOME_WORDS: Final[Mapping[Outcome, str]] = {
    "changed": "Changed",
    "partly_changed": "Partly changed",
    "tried": "Tried",
    "cleared_up": "Cleared up",
    "not_changed": "Not changed",
    "no_answer": "No answer",
}
OUTCOMES: Final[tuple[Outcome, ...]] = tuple(OUTCOME_WORDS)

PART_WORDS: Final[Mapping[Part, str]] = {
    "author": "its author",
    "steward": "a steward",
    "owner": "whoever owns the rule",
    "clock": "the calendar",
}

# The evidence floor: what a proposal needs before it counts as agreed (civic model, "Life cycle").
CORROBORATIONS: Final = 3
PLACES: Final = 2
ENDORSEMENTS: Final = 1


@dataclass(frozen=True, slots=True)
class Facts:
    """What the guards look at. `before` is the state a side state goes back to; `check` is how the newest consent check
    stands; `answer` the newest answer's code; `asked` how often it was sent to whom the newest ask goes; `given_up`
    whether an answer is so long overdue that the proposal may be closed without one."""

    state: State
    before: State = "raised"
    corroborations: int = 0
    places: int = 0
    endorsements: int = 0
    check: CheckState = "none"
    objections_open: int = 0
    ask_ready: bool = False
    answer: str = ""
    asked: int = 0
    given_up: bool = False
    sent_ever: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table. `target` None: back to the state before the side state. `reason`: a sentence is asked
    for."""

    sources: frozenset[State]
    target: State | None
    parts: frozenset[Part]
    reason: bool = False


def _rule(sources: str, target: State | None, parts: str, *, reason: bool = False) -> Rule:
    states = frozenset(state for state in STATE_WORDS if state in sources.split())
    return Rule(states, target, frozenset(part for part in PART_WORDS if part in parts.split()), reason)


ACTS: Final[Mapping[Act, Rule]] = {
    "hold": _rule("raised agreed linked dormant", "held", "steward clock", reason=True),
    "release": _rule("held", None, "steward"),
    "agree": _rule("raised linked", "agreed", "author steward"),
    "talk_again": _rule("agreed", "raised", "author steward", reason=True),
    "send": _rule("agreed", "sent", "steward"),
    "answer": _rule("sent answered in_action closed", "answered", "owner steward"),
    "ask_again": _rule("answered", "sent", "steward", reason=True),
    # To another body: the one it was passed on to, or one that stands above. Its clock begins anew.
    "take_further": _rule("answered", "sent", "steward"),
    "begin": _rule("answered", "in_action", "steward owner"),
    "close": _rule("raised agreed linked sent answered in_action dormant", "closed", "steward clock", reason=True),
    # Its author need not agree with how it was closed, and says so in public.
    "disagree": _rule("closed", "closed", "author", reason=True),
    "reopen": _rule("closed withdrawn", "raised", "author steward", reason=True),
    "link": _rule("raised", "linked", "author steward clock"),
    "unlink": _rule("linked", "raised", "author steward"),
    "rest": _rule("raised", "dormant", "clock steward"),
    "wake": _rule("dormant", "raised", "author steward clock"),
    # Not while it is held: then its author takes it back for good, for nobody but stewards has read it.
    "withdraw": _rule("raised agreed linked sent answered in_action dormant", "withdrawn", "author"),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asks for with an act: a `reason` in their words, the `outcome` of a closing, `waived` to agree
    without the floor or a consent check, openly and with the reason; to hold, the `code` of the reason."""

    reason: str = ""
    outcome: str = ""
    waived: bool = False
    code: str = "other"


NOTHING_MORE: Final = Wanted()


def check_act(act: Act, facts: Facts, parts: frozenset[Part], wanted: Wanted = NOTHING_MORE) -> State:
    """The state that an act leads to.

    Raises:
        Refused: none of the parts this person has in the proposal may do it.
        Conflict: the proposal is in no state for it, perhaps since a moment ago.
        Invalid: something must be there first; the text says what.
    """
    rule = ACTS[act]
    if not parts & rule.parts:
        may = " or ".join(PART_WORDS[part] for part in PART_WORDS if part in rule.parts and part != "clock")
        raise Refused("Only %(who)s may do this.", who=may)
    if facts.state not in rule.sources:
        raise Conflict(
            "This proposal is “%(state)s” now, so this cannot be done. Read the page again.",
            state=Text(STATE_WORDS[facts.state]),
        )
    needs_reason = rule.reason or wanted.waived or (act == "withdraw" and facts.sent_ever)
    if needs_reason and not wanted.reason.strip():
        raise Invalid("reason", "Say why, in a sentence: everybody who took part will read it.")
    if act == "agree":
        _check_agreed(facts, parts, wanted)
    elif act == "send" and not facts.ask_ready:
        raise Invalid("owner", "Say who is asked, and for what, before it is sent.")
    elif act == "take_further" and (not facts.ask_ready or facts.asked):
        raise Invalid("owner", "Say who else can decide it, and what you ask of them.")
    elif act == "ask_again" and facts.asked > 1:
        raise Conflict("They were asked again before. You can ask somebody else, or close the proposal.")
    elif act == "ask_again" and not facts.ask_ready:
        raise Invalid("owner", "Say what is new, and what you ask for now.")
    elif act == "begin" and facts.answer not in LEADS_TO_ACTION:
        raise Conflict("Action follows an answer that says yes, partly, or let us try.")
    elif act == "close":
        _check_closed(facts, parts, wanted)
    return facts.before if rule.target is None else rule.target


def may_act(act: Act, facts: Facts, parts: frozenset[Part]) -> bool:
    """Whether a button for this act has a place on the page of somebody with these parts: they may do it, in this
    state and after this answer; what else it needs the form says."""
    follows = act != "begin" or facts.answer in LEADS_TO_ACTION
    return follows and bool(parts & ACTS[act].parts) and facts.state in ACTS[act].sources


def floor_reached(facts: Facts) -> bool:
    """Enough people in enough places see it, or an organisation endorses it."""
    seen = facts.corroborations >= CORROBORATIONS and facts.places >= PLACES
    return seen or facts.endorsements >= ENDORSEMENTS


def _check_agreed(facts: Facts, parts: frozenset[Part], wanted: Wanted) -> None:
    if facts.check == "open":
        raise Conflict("A consent check is open. Wait until it closes, or close it first.")
    if facts.objections_open:
        raise Conflict("Answer each objection in words first. Whoever objected should read why.")
    if wanted.waived:
        if "steward" not in parts:
            raise Refused("Only a steward may go on without a consent check.")
        return
    if not floor_reached(facts):
        raise Conflict(
            "It needs %(people)s people who see this too, from %(places)s places, or an organisation that endorses it."
            " A steward may go on without, and says why.",
            people=CORROBORATIONS,
            places=PLACES,
        )
    if facts.check != "passed":
        raise Conflict("Ask for consent first. A steward may go on without a consent check, and says why.")


def _check_closed(facts: Facts, parts: frozenset[Part], wanted: Wanted) -> None:
    if wanted.outcome not in OUTCOMES:
        raise Invalid("outcome", "Say how it ended.")
    if wanted.outcome == "no_answer" and not facts.given_up:
        raise Invalid("outcome", "It can be closed as “no answer” once the answer is very long overdue.")
    if facts.state == "sent" and wanted.outcome != "no_answer":
        raise Conflict("An answer is still awaited. It can be closed after the answer, or once that is long overdue.")
