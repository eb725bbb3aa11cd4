"""Who something is for: read from `to` and `cc`, and written into them (AP §5.6, §6, §7.1)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from federation.values import PUBLIC, is_public

Visibility = Literal["public", "unlisted", "private", "direct"]


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addressing of one outgoing object and of the activity that carries it."""

    to: tuple[str, ...]
    cc: tuple[str, ...]
    audience: str | None = None


def visibility_of(to: Iterable[str], cc: Iterable[str], followers: str | None) -> Visibility:
    """What the addressing means: `followers` is the author's followers collection, None when it is not known."""
    primary, secondary = set(to), set(cc)
    if any(is_public(uri) for uri in primary):
        return "public"
    if any(is_public(uri) for uri in secondary):
        return "unlisted"
    if followers is not None and followers in primary | secondary:
        return "private"
    return "direct"


def addresses(
    visibility: Visibility,
    followers: str,
    *,
    mentions: Iterable[str] = (),
    topic: str | None = None,
    parent_topic: str | None = None,
) -> Addresses:
    """The addressing for something of ours.

    `topic` is the chapter through which it enters (in `to` and `audience`), `parent_topic` the chapter of what it
    answers (in `cc`). Neither is named for private and direct posts: a topic is a public place.
    """
    people = tuple(mentions)
    entry = (topic,) if topic else ()
    parent = (parent_topic,) if parent_topic else ()
    match visibility:
        case "public":
            return _addresses((PUBLIC, *entry), (followers, *people, *parent), topic)
        case "unlisted":
            return _addresses((followers, *entry), (PUBLIC, *people, *parent), topic)
        case "private":
            return _addresses((followers,), people, None)
    return _addresses(people, (), None)


def _addresses(to: tuple[str, ...], cc: tuple[str, ...], audience: str | None) -> Addresses:
    primary = tuple(dict.fromkeys(to))
    return Addresses(primary, tuple(uri for uri in dict.fromkeys(cc) if uri not in primary), audience)
