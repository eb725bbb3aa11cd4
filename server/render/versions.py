"""What changed between versions of a text, word by word."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from typing import Any, Literal

from server.render.accounts import stamp
from server.rules.sanitise import plain_text
from server.views.posts import VersionView

Piece = tuple[Literal["same", "added", "removed"], str]
MOST_WORDS = 4_000  # beyond this the comparison takes too long, and the whole text is shown as new

_WORD = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Part:
    """A section of a version; `pieces` mark what is new in it."""

    key: str
    text: str
    changed: bool
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class ShownVersion:
    number: int
    at: datetime
    name: str
    parts: tuple[Part, ...]


def changes(versions: Sequence[VersionView], name: str) -> list[ShownVersion]:
    """Versions for a page, the newest first, each compared with the one before. `name` is the byline's."""
    shown: list[ShownVersion] = []
    before: dict[str, str] = {}
    for version in versions:
        texts = _texts(version)
        keys = [*texts, *(key for key in before if key not in texts)]
        parts = tuple(_part(key, before.get(key, ""), texts.get(key, ""), first=not shown) for key in keys)
        shown.append(ShownVersion(version.version, version.at, name, parts))
        before = texts
    return shown[::-1]


def compare(before: str, after: str) -> tuple[Piece, ...]:
    """The words of both texts in order, each run marked as same, added or removed."""
    old, new = _WORD.split(before.strip()), _WORD.split(after.strip())
    if len(old) + len(new) > MOST_WORDS:
        return (("removed", before), ("added", after))
    pieces: list[Piece] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(("same", " ".join(old[a:b])))
            continue
        if b > a:
            pieces.append(("removed", " ".join(old[a:b])))
        if d > c:
            pieces.append(("added", " ".join(new[c:d])))
    return tuple(piece for piece in pieces if piece[1])


def _part(key: str, before: str, after: str, *, first: bool) -> Part:
    changed = not first and before != after
    return Part(key, after, changed, compare(before, after) if changed else ())


def _texts(version: VersionView) -> dict[str, str]:
    """Title and sections as plain text; of a post without sections its words."""
    if not version.sections:
        return {"text": version.source or plain_text(version.content_html)}
    sections = {key: source or plain_text(html) for key, source, html in version.sections}
    return {"title": version.title, **sections}


def as_version(version: ShownVersion) -> dict[str, Any]:
    """A version for scripts; `changes` are the words of a part that changed, in order."""
    return {
        "version": version.number,
        "at": stamp(version.at),
        "by": version.name,
        "title": next((part.text for part in version.parts if part.key == "title"), None),
        "parts": [
            {
                "key": part.key,
                "text": part.text,
                "changed": part.changed,
                "changes": [{"kind": kind, "text": text} for kind, text in part.pieces],
            }
            for part in version.parts
        ],
    }
