"""What a member is told of, and how often: the one place. What people choose is kept in their settings.

*None* means nowhere: not here, not in apps, not by mail. Everything else shows here and in apps at once; *at once*,
*daily* and *weekly* say when it is also mailed, where the instance can send mail.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

About = Literal["outcomes", "taking_part", "mentions", "new_proposals", "moderation"]
Often = Literal["at_once", "daily", "weekly", "none"]

OFTEN: Final[tuple[Often, ...]] = ("at_once", "daily", "weekly", "none")
DEFAULTS: Final[Mapping[About, Often]] = {
    "outcomes": "at_once",
    "taking_part": "daily",
    "mentions": "daily",
    "new_proposals": "weekly",
    "moderation": "at_once",
}
ABOUT: Final[tuple[About, ...]] = tuple(DEFAULTS)

MAIL: Final = "mail"  # the setting that is "no" where somebody wants no mail at all

# The steps of a timeline after which everybody who took part hears back in their own words.
HEARD: Final[frozenset[str]] = frozenset({"answered", "action_done", "action_dropped", "closed", "withdrawn"})

_KINDS: Final[Mapping[str, About]] = {
    "mention": "mentions",
    "follow": "mentions",
    "follow_request": "mentions",
    "status": "new_proposals",
    "admin.sign_up": "moderation",
    "admin.report": "moderation",
}


def about(kind: str, step_kind: str = "", *, letter: bool = False) -> About:
    """What a notification is about: its kind (one of Mastodon's), and the kind of the step it tells of, if any. A
    `letter` is what the site itself writes to one of its people."""
    if letter:
        return "moderation"
    if step_kind in HEARD:
        return "outcomes"
    return _KINDS.get(kind, "taking_part")


def often(settings: Mapping[str, str], subject: About) -> Often:
    """What a member chose, or the default; also where something unreadable was kept."""
    chosen = settings.get(setting_of(subject))
    return next((each for each in OFTEN if each == chosen), DEFAULTS[subject])


def setting_of(subject: About) -> str:
    """The name under which the choice is kept in a member's settings."""
    return f"tell_{subject}"


def mailed(settings: Mapping[str, str], when: Often) -> frozenset[About]:
    """What a member wants by mail this often; nothing if they want no mail."""
    if settings.get(MAIL) == "no" or when == "none":
        return frozenset()
    return frozenset(subject for subject in ABOUT if often(settings, subject) == when)


@dataclass(frozen=True, slots=True)
class Period:
    """What one digest covers: after `since`, up to and with `until`; both in milliseconds since 1970."""

    often: Often
    since: int
    until: int


def periods(since: int, until: int, zone: ZoneInfo) -> list[Period]:
    """The digests that become due between two looks at the clock (milliseconds). What is wanted at once covers the time
    between them. A day ends at seven in the morning, a week on Monday at that time, where the organisation is. After a
    long rest only the newest day and week are due."""
    found = [Period("at_once", since, until)]
    first, last = (datetime.fromtimestamp(at / 1000, zone).date() for at in (since, until))
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    ends = [day for day in days if since < _morning(day, zone) <= until]
    for when, length, over in (("daily", 1, ends), ("weekly", 7, [day for day in ends if day.weekday() == 0])):
        if over:
            start = _morning(over[-1] - timedelta(days=length), zone)
            found.append(Period("daily" if when == "daily" else "weekly", start, _morning(over[-1], zone)))
    return found


def _morning(day: date, zone: ZoneInfo) -> int:
    return int(datetime.combine(day, time(7), zone).timestamp() * 1000)
