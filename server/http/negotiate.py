"""Which of the two faces of an address is asked for: the page for people, or the object for other servers."""

from typing import Final

_EXACT: Final = "application/activity+json"
_LINKED_DATA: Final = "application/ld+json"
_PROFILE: Final = "https://www.w3.org/ns/activitystreams"
_MAX_ACCEPT: Final = 2048


def wants_activity(accept: str | None) -> bool:
    """Whether an `Accept` header prefers ActivityPub to a page (RFC 9110 §12.5.1, AP §3.2).

    `application/json` counts as a wish for the object, `*/*` and no header as one for the page: browsers, previews and
    people with a terminal are better off with the page, and every server of the fediverse names its type. At equal
    weight what stands first wins.
    """
    best, wants = 0.0, False
    for entry in (accept or "")[:_MAX_ACCEPT].split(","):
        media_type, *parameters = [part.strip() for part in entry.split(";")]
        weight = _weight(parameters)
        if weight <= best:
            continue
        kind = media_type.lower()
        if kind in (_EXACT, _LINKED_DATA, "application/json"):
            best, wants = weight, True
        elif kind in ("text/html", "application/xhtml+xml", "text/*", "*/*"):
            best, wants = weight, False
    return wants


def is_activity_type(content_type: str | None) -> bool:
    """Whether a body is declared as ActivityPub: `activity+json`, or `ld+json` with the profile of ActivityStreams."""
    media_type, *parameters = [part.strip() for part in (content_type or "").split(";")]
    kind = media_type.lower()
    return kind == _EXACT or (kind == _LINKED_DATA and _names_profile(parameters))


def _names_profile(parameters: list[str]) -> bool:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "profile":
            return _PROFILE in value.strip().strip('"').split()
    return False


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                weight = float(value)
            except ValueError:
                return 0.0
            return weight if 0.0 <= weight <= 1.0 else 0.0
    return 1.0
