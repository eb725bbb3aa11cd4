"""What a policy owner can answer: a code, always with reasons (civic model, "answer code")."""

from collections.abc import Mapping
from typing import Final, Literal

AnswerCode = Literal["accepted", "partly", "trial", "already_allowed", "under_consideration", "not_ours", "declined"]

CODE_WORDS: Final[Mapping[AnswerCode, str]] = {
    "accepted": "Accepted",
    "partly": "Partly accepted",
    "trial": "Try it out",
    "already_allowed": "Already allowed",
    "under_consideration": "Under consideration",
    "not_ours": "Not ours to decide",
    "declined": "Declined",
}
CODES: Final[tuple[AnswerCode, ...]] = tuple(CODE_WORDS)
LEADS_TO_ACTION: Final[frozenset[str]] = frozenset({"accepted", "partly", "trial"})

# The verb of an ask: one thing, requested of the policy owner.
VERB_WORDS: Final[Mapping[str, str]] = {
    "clear_up": "Clear up what the rule means",
    "let_us_try": "Let us try it differently, until a date",
    "change_rule": "Change the rule",
    "change_target": "Change the target",
    "change_funding": "Change the funding",
    "stop": "Stop doing it",
    "publish": "Publish the data",
    "meet": "Meet us",
}
