"""Structured fields (RFC 9651): the small part that message signatures and content digests use.

A dictionary of items or inner lists. Decimals, dates and display strings are not read; repeated keys, where the RFC
lets the last one win, are refused: two readers must never see two different things.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from federation.errors import Unsigned


class Token(str):
    """A bare word, written without quotes."""

    __slots__ = ()


Bare = str | int | bytes | bool | Token

_MAX_LENGTH: Final = 8192
_KEY = re.compile(r"[a-z*][a-z0-9_\-.*]*")
_BARE = re.compile(
    r'"(?P<text>(?:[ !#-\[\]-~]|\\["\\])*)"'
    r"|(?P<number>-?[0-9]{1,15})(?![0-9.])"
    r"|:(?P<raw>[A-Za-z0-9+/]*={0,2}):"
    r"|\?(?P<truth>[01])"
    r"|(?P<token>[A-Za-z*][!#$%&'*+\-.^_`|~:/0-9A-Za-z]*)"
)
_ESCAPED = re.compile(r"\\(.)")
_OPTIONAL_SPACE = re.compile(r"[ \t]*")


@dataclass(frozen=True, slots=True)
class Item:
    """One value with its parameters."""

    value: Bare
    params: Mapping[str, Bare] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class InnerList:
    """A list in parentheses, with the parameters behind it."""

    items: tuple[Item, ...]
    params: Mapping[str, Bare] = field(default_factory=dict)


def parse_dictionary(text: str) -> dict[str, Item | InnerList]:
    """Read a dictionary field. Raises `Unsigned` for anything that is not exactly one."""
    reader = _Reader(text.strip(" "))
    members: dict[str, Item | InnerList] = {}
    while True:
        key = reader.key()
        if key in members:
            raise Unsigned(f"the key {key} appears twice in a structured field")
        members[key] = reader.member() if reader.skip("=") else Item(True, reader.params())
        reader.space()
        if reader.at_end:
            return members
        if not reader.skip(","):
            raise Unsigned("a structured field cannot be read")
        reader.space()


def serialise(value: Item | InnerList) -> str:
    """Write a value in its one canonical form (RFC 9651 section 4.1)."""
    if isinstance(value, InnerList):
        body = "(" + " ".join(serialise(item) for item in value.items) + ")"
    else:
        body = _bare(value.value)
    return body + "".join(f";{key}" if item is True else f";{key}={_bare(item)}" for key, item in value.params.items())


def _bare(value: Bare) -> str:
    match value:
        case bool():
            return f"?{int(value)}"
        case int():
            return str(value)
        case bytes():
            return f":{b64encode(value).decode('ascii')}:"
        case Token():
            return value
        case _:
            return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


class _Reader:
    def __init__(self, text: str) -> None:
        if len(text) > _MAX_LENGTH:
            raise Unsigned("a structured field is too long")
        self._text = text
        self._at = 0

    @property
    def at_end(self) -> bool:
        return self._at == len(self._text)

    def skip(self, character: str) -> bool:
        if not self._text.startswith(character, self._at):
            return False
        self._at += 1
        return True

    def space(self) -> bool:
        return bool(self._take(_OPTIONAL_SPACE).group())

    def key(self) -> str:
        return self._take(_KEY).group()

    def member(self) -> Item | InnerList:
        if not self.skip("("):
            return self.item()
        items: list[Item] = []
        spaced = True
        while True:
            spaced = self.space() or spaced
            if self.skip(")"):
                return InnerList(tuple(items), self.params())
            if not spaced:
                raise Unsigned("a structured field cannot be read")
            items.append(self.item())
            spaced = False

    def item(self) -> Item:
        return Item(self.bare(), self.params())

    def params(self) -> dict[str, Bare]:
        params: dict[str, Bare] = {}
        while self.skip(";"):
            self.space()
            key = self.key()
            if key in params:
                raise Unsigned(f"the parameter {key} appears twice in a structured field")
            params[key] = self.bare() if self.skip("=") else True
        return params

    def bare(self) -> Bare:
        found = self._take(_BARE)
        match found.lastgroup:
            case "text":
                return _ESCAPED.sub(r"\1", found["text"])
            case "number":
                return int(found["number"])
            case "raw":
                return _base64(found["raw"])
            case "truth":
                return found["truth"] == "1"
            case _:
                return Token(found["token"])

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str]:
        found = pattern.match(self._text, self._at)
        if found is None:
            raise Unsigned("a structured field cannot be read")
        self._at = found.end()
        return found


def _base64(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except ValueError as error:
        raise Unsigned("a structured field holds broken base64") from error
