"""What stewards decided, for scripts."""

from typing import Any

from server.render.accounts import stamp
from server.rules.moderation import WITH_SENTENCE, words_of
from server.views.moderation import DecisionView


def as_decision(decision: DecisionView, *, public: bool = False) -> dict[str, Any]:
    """`reason` is the code, `words` what it stands for. The public log names nobody, links nothing, and has the
    sentence only where it stands on a tombstone as well."""
    hidden = public and decision.act not in WITH_SENTENCE
    return {
        "id": str(decision.id),
        "act": decision.act,
        "reason": decision.code,
        "words": words_of(decision.code),
        "sentence": None if hidden else decision.sentence or None,
        "at": stamp(decision.at),
        "about": decision.post_kind or None,
        "record_id": str(decision.post_id) if decision.post_id and not public else None,
        "appeal_until": decision.until.isoformat() if decision.until and not public else None,
        "may_appeal": decision.open and not public,
        "appeal": None if public else decision.appeal or None,
    }
