"""Facts that go with words, such as a number, a date or one of several answers: how each is read and checked.

The same rules check a form, a call of the API and what arrives from another server.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from server.rules.errors import Invalid, Text
from server.rules.proposals import SECTION_KEYS
from server.rules.sanitise import clean_name

Shape = Literal["line", "choice", "number", "date", "link", "yes", "sections"]

NUMBERS: Final = ("1-5", "6-20", "21-100", "100+", "unknown")  # of people
OFTEN: Final = ("daily", "weekly", "monthly", "rarely", "unknown")
YEARS: Final = ("0-1", "2-5", "6-10", "10+")

AS_DATE: Final = Text("Write the date as year, month and day: 2027-03-31.")


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact: its name, how its value looks, and what a person is told when it is missing or wrong."""

    name: str
    shape: Shape
    limit: int = 120
    choices: tuple[str, ...] = ()
    needed: str = ""


# What a proposal says beside its sections: how many are affected, how often it happens, how long its author has been
# in their part.
PROPOSAL: Final = (
    Fact("number", "choice", choices=NUMBERS),
    Fact("often", "choice", choices=OFTEN),
    Fact("years", "choice", choices=YEARS),
)


def checked(facts: Iterable[Fact], given: Mapping[str, Any], *, strict: bool = True) -> dict[str, Any]:
    """What `given` says of these facts, cleaned; empty ones are left out.

    Args:
        strict: for people here. What arrives from elsewhere keeps what can be read of it instead.

    Raises:
        Invalid: names the fact that is missing or wrong, if `strict`.
    """
    found: dict[str, Any] = {}
    for fact in facts:
        try:
            value = _value(fact, given.get(fact.name))
        except (ValueError, TypeError) as error:
            if strict:
                raise Invalid(fact.name, str(error) or fact.needed) from error
            continue
        if value not in ("", None, False, {}):
            found[fact.name] = value
        elif fact.needed and strict:
            raise Invalid(fact.name, fact.needed)
    return found


def _value(fact: Fact, raw: Any) -> Any:
    if raw in (None, ""):
        return None
    match fact.shape:
        case "line":
            return clean_name(_text(raw), fact.limit)
        case "choice":
            if raw not in fact.choices:
                raise ValueError(fact.needed or "Choose one of the answers.")
            return raw
        case "number":
            return _number(raw)
        case "date":
            return _date(_text(raw))
        case "link":
            return _link(_text(raw))
        case "yes":
            return raw in (True, "true", "yes", "on", "1")
        case "sections":
            return _sections(raw)


def _text(raw: Any) -> str:
    if not isinstance(raw, str):
        raise TypeError("This should be text.")
    return raw.strip()


def _number(raw: Any) -> int:
    if isinstance(raw, bool):
        raise TypeError("This should be a whole number.")
    text = str(raw)
    if not (text.isascii() and text.isdigit()) or len(text) > 9:
        raise ValueError("This should be a whole number.")
    return int(text)


def _date(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise ValueError(AS_DATE) from error


def checked_date(field: str, text: str) -> str:
    """A date as it is kept, YYYY-MM-DD; empty for none. Raises `Invalid` for what is no date."""
    try:
        return _date(text.strip()) if text.strip() else ""
    except ValueError as error:
        raise Invalid(field, AS_DATE) from error


def _link(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc or len(text) > 2048:
        raise ValueError("A link begins with https:// and has no spaces.")
    return text


def _sections(raw: Any) -> dict[str, str]:
    """Key → Markdown; `title` beside the sections. From the wire also a list of `{"key", "source"}`."""
    if isinstance(raw, Sequence) and not isinstance(raw, str):
        raw = {item.get("key"): item.get("source") for item in raw if isinstance(item, Mapping)}
    if not isinstance(raw, Mapping):
        raise TypeError("This should be the wording, part by part.")
    keys = ("title", *SECTION_KEYS)
    return {key: raw[key][:20_000] for key in keys if isinstance(raw.get(key), str)}
