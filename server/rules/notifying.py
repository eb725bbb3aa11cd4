"""What a member is told of, and how often: the one place. What people choose is kept in their settings.

*None* means nowhere: not here, not in apps, not by mail. Everything else shows here and in apps at once; *at once*,
*daily* and *weekly* say when it is also mailed, where the instance can send mail.
"""

from collections.abc import Mapping
from typing import Final, Literal

About = Literal["outcomes", "taking_part", "mentions", "new_proposals", "moderation"]
Often = Literal["at_once", "daily", "weekly", "none"]

OFTEN: Final[tuple[Often, ...]] = ("at_once", "daily", "weekly", "none")
DEFAULTS: Final[Mapping[About, Often]] = {
    "outcomes": "at_once",
    "taking_part": "daily",
    "mentions": "at_once",
    "new_proposals": "weekly",
    "moderation": "at_once",
}
ABOUT: Final[tuple[About, ...]] = tuple(DEFAULTS)

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


def about(kind: str, step_kind: str = "") -> About:
    """What a notification is about: its kind (one of Mastodon's), and the kind of the step it tells of, if any."""
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
