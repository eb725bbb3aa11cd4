"""What has become of a proposal, as its home tells it: steps of its timeline, and what was asked of whom.

They travel inside the proposal, so that a proof over it covers them; `civic:history` is where all of them can be read.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Self

from federation.values import MAX_NAME, Json, id_of, integer, many, stamp, text, time_of, without_none

MAX_STEPS: Final = 100
MAX_ASKS: Final = 10
_MAX_NOTE: Final = 4_000
_MAX_DAYS: Final = 3_660


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One dated step. `post` is the id of what was said with it (an answer, an amendment), `content` a short note."""

    id: str
    kind: str
    published: datetime
    state: str = ""
    actor: str | None = None
    name: str = ""
    post: str | None = None
    version: int = 0
    content: str = ""

    @classmethod
    def parse(cls, document: object) -> Self | None:
        """None for what is no step: without id, kind or time."""
        if not isinstance(document, dict):
            return None
        uri, kind, at = id_of(document), text(document.get("kind"), 32), time_of(document.get("published"))
        if uri is None or not kind or at is None:
            return None
        return cls(
            id=uri,
            kind=kind,
            published=at,
            state=text(document.get("state"), 16),
            actor=id_of(document.get("actor")),
            name=text(document.get("name"), 255),
            post=id_of(document.get("object")),
            version=integer(document.get("version")),
            content=text(document.get("content"), _MAX_NOTE),
        )

    def to_json(self) -> Json:
        return without_none(
            {
                "id": self.id,
                "kind": self.kind,
                "published": stamp(self.published),
                "state": self.state or None,
                "actor": self.actor,
                "name": self.name or None,
                "object": self.post,
                "version": self.version or None,
                "content": self.content[:_MAX_NOTE] or None,
            }
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What was asked of a policy owner. `actor` is their account, `days` the working days to acknowledge, to answer,
    and until the answer is long overdue."""

    name: str
    verb: str
    sent: datetime
    actor: str | None = None
    content: str = ""
    by: date | None = None
    acknowledged: datetime | None = None
    answered: datetime | None = None
    days: tuple[int, int, int] = (10, 30, 60)

    @classmethod
    def parse(cls, document: object) -> Self | None:
        """None for what is no ask: without a name or the time it was sent."""
        if not isinstance(document, dict):
            return None
        name, sent = text(document.get("name"), 255), time_of(document.get("sent"))
        if not name or sent is None:
            return None
        given = [min(integer(item), _MAX_DAYS) for item in many(document.get("days"))[:3]]
        return cls(
            name=name,
            verb=text(document.get("verb"), 16),
            sent=sent,
            actor=id_of(document.get("actor")),
            content=text(document.get("content"), _MAX_NOTE),
            by=_date(document.get("by")),
            acknowledged=time_of(document.get("acknowledged")),
            answered=time_of(document.get("answered")),
            days=(given[0], given[1], given[2]) if len(given) == 3 else (10, 30, 60),
        )

    def to_json(self) -> Json:
        return without_none(
            {
                "name": self.name,
                "actor": self.actor,
                "verb": self.verb or None,
                "content": self.content[:_MAX_NOTE] or None,
                "by": self.by.isoformat() if self.by else None,
                "sent": stamp(self.sent),
                "acknowledged": stamp(self.acknowledged) if self.acknowledged else None,
                "answered": stamp(self.answered) if self.answered else None,
                "days": list(self.days),
            }
        )


def steps_of(value: object) -> tuple[Step, ...]:
    """The steps in one-or-many, each once, at most the last hundred."""
    found = {step.id: step for item in many(value)[-MAX_STEPS:] if (step := Step.parse(item)) is not None}
    return tuple(found.values())


def asks_of(value: object) -> tuple[Ask, ...]:
    """The asks in one-or-many, at most the last ten."""
    return tuple(ask for item in many(value)[-MAX_ASKS:] if (ask := Ask.parse(item)) is not None)


def _date(value: object) -> date | None:
    try:
        return date.fromisoformat(text(value, MAX_NAME))
    except ValueError:
        return None
