"""A poll: the part of a Question that is not a post (FEP-9967)."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Self

from federation.values import MAX_POLL_OPTIONS, Json, integer, many, stamp, text, time_of, without_none

_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MAX_OPTION: Final = 500


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to vote for; a vote names it by its text."""

    name: str
    votes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """What is asked and how it stands. `closed` is when it ended, `end_time` when it will."""

    options: tuple[Option, ...]
    multiple: bool = False
    end_time: datetime | None = None
    closed: datetime | None = None
    voters_count: int | None = None

    @classmethod
    def parse(cls, document: Json) -> Self | None:
        """Read the poll of a Question; None when it offers nothing. At most 500 options, each of them once."""
        multiple = bool(many(document.get("anyOf")))
        entries = many(document.get("anyOf") if multiple else document.get("oneOf"))[:MAX_POLL_OPTIONS]
        options = {option.name: option for option in map(_option, entries) if option.name}
        if not options:
            return None
        end_time, closed = time_of(document.get("endTime")), document.get("closed")
        voters = integer(document.get("votersCount"), -1)
        return cls(
            options=tuple(options.values()),
            multiple=multiple,
            end_time=end_time,
            # Some say only that it is over, not when.
            closed=(end_time or _LONG_AGO) if closed is True else time_of(closed),
            voters_count=None if voters < 0 else voters,
        )

    def to_json(self) -> Json:
        """The keys a Question has beside those of a post."""
        return without_none(
            {
                "anyOf" if self.multiple else "oneOf": [
                    {
                        "type": "Note",
                        "name": option.name,
                        "replies": {"type": "Collection", "totalItems": option.votes},
                    }
                    for option in self.options
                ],
                "endTime": stamp(self.end_time) if self.end_time else None,
                "closed": stamp(self.closed) if self.closed else None,
                "votersCount": self.voters_count,
            }
        )


def _option(value: object) -> Option:
    if not isinstance(value, dict):
        return Option("")
    replies = value.get("replies")
    return Option(
        text(value.get("name"), _MAX_OPTION), integer(replies.get("totalItems")) if isinstance(replies, dict) else 0
    )
