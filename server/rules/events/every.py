"""Every event by the name under which it is stored."""

from types import ModuleType
from typing import Final

from server.rules.events import groups, moderation, people, posts, proposals
from server.rules.events.event import Event

_MODULES: Final[tuple[ModuleType, ...]] = (groups, moderation, people, posts, proposals)


def named() -> dict[str, type[Event]]:
    """The classes of all events, by name."""
    names = {module.__name__ for module in _MODULES}
    return {event.__name__: event for event in Event.__subclasses__() if event.__module__ in names}
