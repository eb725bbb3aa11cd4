"""The lists a member can take along and bring, as CSV files with Mastodon's columns, and reading such files."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, get_args

from server.rules.errors import Invalid

ListKind = Literal["following", "blocks", "mutes", "lists", "bookmarks"]
LISTS: Final[tuple[ListKind, ...]] = get_args(ListKind)
MOST_ENTRIES: Final = 20_000
MOST_BYTES: Final = 4 * 1024 * 1024
MISSED: Final = 100  # entries that could not be had, kept to be shown

HEADERS: Final[dict[ListKind, tuple[str, ...]]] = {
    "following": ("Account address", "Show boosts", "Notify on new posts", "Languages"),
    "mutes": ("Account address", "Hide notifications"),
    "blocks": (),
    "lists": (),
    "bookmarks": (),
}
FIRST_COLUMN: Final = "account address"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: an account by its address (`name@domain`), or of bookmarks a post by its id. `title` is the list it
    stands in; `quiet` hides notifications of somebody muted."""

    target: str
    title: str = ""
    boosts: bool = True
    notify: bool = False
    languages: tuple[str, ...] = ()
    quiet: bool = True

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "languages": list(self.languages)}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Entry":
        return cls(**{**kept, "languages": tuple(kept["languages"])})


def written(kind: ListKind, entries: Iterable[Entry]) -> str:
    """The CSV file of a list."""
    lines: list[Sequence[str]] = [HEADERS[kind]] if HEADERS[kind] else []
    lines += [_line(kind, entry) for entry in entries]
    return table(lines)


def table(lines: Iterable[Sequence[str]]) -> str:
    """Lines as CSV (RFC 4180). A cell that a spreadsheet would run as a formula is made text."""
    made = io.StringIO()
    writer = csv.writer(made)
    for line in lines:
        writer.writerow([f"'{cell}" if cell[:1] in ("=", "+", "-", "\t", "\r") else cell for cell in line])
    return made.getvalue()


def read(kind: str, content: bytes) -> tuple[Entry, ...]:
    """The entries of a file, each once; also without a line of headings.

    Raises:
        Invalid: it is no such list; the field is `file` or `kind`.
    """
    known = next((each for each in LISTS if each == kind), None)
    if known is None:
        raise Invalid("kind", "Choose what the file holds.")
    if len(content) > MOST_BYTES:
        raise Invalid("file", "This file is too large. %(limit)s MB is the limit.", limit=MOST_BYTES >> 20)
    try:
        lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise Invalid("file", "This is not a list as CSV. Choose the file that the other server gave you.") from error
    found = [entry for line in lines if (entry := _entry(known, [cell.strip() for cell in line])) is not None]
    if not found:
        raise Invalid("file", "There is nothing in this file that fits. Is it the right one?")
    if len(found) > MOST_ENTRIES:
        raise Invalid("file", "This list is too long. %(limit)s lines are the limit.", limit=MOST_ENTRIES)
    return tuple(dict.fromkeys(found))


def _line(kind: ListKind, entry: Entry) -> tuple[str, ...]:
    if kind == "following":
        return entry.target, _word(entry.boosts), _word(entry.notify), ", ".join(entry.languages)
    if kind == "mutes":
        return entry.target, _word(entry.quiet)
    return (entry.title, entry.target) if kind == "lists" else (entry.target,)


def _entry(kind: ListKind, line: list[str]) -> Entry | None:
    cells = [*line, "", "", "", ""]
    first, second, third, fourth = cells[:4]
    if kind == "bookmarks":
        return Entry(first) if first.startswith(("https://", "http://")) and len(first) <= 2048 else None
    if kind == "lists":
        return Entry(second.removeprefix("@"), title=first[:255]) if first and _is_address(second) else None
    if first.casefold() == FIRST_COLUMN or not _is_address(first):
        return None
    target = first.removeprefix("@")
    if kind == "following":
        languages = tuple(word.strip() for word in fourth.split(",") if word.strip())[:20]
        return Entry(
            target, boosts=second.casefold() != "false", notify=third.casefold() == "true", languages=languages
        )
    return Entry(target, quiet=second.casefold() != "false")


def _is_address(text: str) -> bool:
    name, _, domain = text.removeprefix("@").partition("@")
    return bool(name and domain) and len(text) <= 320 and "@" not in domain and " " not in text


def _word(value: bool) -> str:
    return "true" if value else "false"
