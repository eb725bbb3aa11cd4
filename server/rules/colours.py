"""The colour of an organisation: eight that are proven, or its own, if words in it can be read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from server.rules.errors import Invalid

# What the accent stands on: page, fields and quoted text, in the light and in the dark. The style sheet has the same.
LIGHT_GROUNDS: Final = ("#faf6ee", "#fffdf9")
DARK_GROUNDS: Final = ("#191714", "#22201b")
ENOUGH: Final = 4.5  # contrast of text, WCAG 2.2, 1.4.3
STEPS: Final = 50


@dataclass(frozen=True, slots=True)
class Accent:
    """A colour for light pages and one for dark pages, as #rrggbb."""

    light: str
    dark: str


ACCENTS: Final[Mapping[str, Accent]] = {
    "madder": Accent("#8f2f22", "#f0a595"),
    "pine": Accent("#1e5a4c", "#8ccdb9"),
    "indigo": Accent("#31487f", "#b0c0ee"),
    "plum": Accent("#6d2f63", "#dfa8d4"),
    "ochre": Accent("#74490a", "#e5ba68"),
    "slate": Accent("#3d4f5c", "#adc3d2"),
    "moss": Accent("#46571a", "#bccb83"),
    "teal": Accent("#17596b", "#85c9dc"),
}
DEFAULT: Final = "pine"


def accent(name: str) -> Accent:
    """The two colours of one of `ACCENTS`, or of a colour that `check_accent` has let pass."""
    if name in ACCENTS:
        return ACCENTS[name]
    return Accent(name, _readable(name, DARK_GROUNDS, towards="#ffffff")) if _is_colour(name) else ACCENTS[DEFAULT]


def check_accent(text: str) -> str:
    """An accent as it is kept: a name of `ACCENTS`, or #rrggbb in small letters.

    Raises:
        Invalid: no colour, or too pale to be read (see `nearest`).
    """
    wanted = text.strip().lower()
    if wanted in ACCENTS:
        return wanted
    if not _is_colour(wanted):
        raise Invalid("accent", "Choose one of the colours, or write your own like this: #1e5a4c.")
    if nearest(wanted) != wanted:
        raise Invalid("accent", "Words in this colour are too pale to read. Choose a darker one.")
    return wanted


def nearest(text: str) -> str:
    """The colour next to this one that can be read on light pages, or nothing where it is no colour."""
    wanted = text.strip().lower()
    return _readable(wanted, LIGHT_GROUNDS, towards="#000000") if _is_colour(wanted) else ""


def contrast(one: str, other: str) -> float:
    """How far two colours stand apart, 1 to 21 (WCAG 2.2, contrast ratio)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _readable(colour: str, grounds: tuple[str, ...], *, towards: str) -> str:
    """The colour, or the first on its way towards black or white that can be read on all grounds."""
    for step in range(STEPS + 1):
        tried = _mixed(colour, towards, step / STEPS)
        if all(contrast(tried, ground) >= ENOUGH for ground in grounds):
            return tried
    return towards


def _is_colour(text: str) -> bool:
    return re.fullmatch(r"#[0-9a-f]{6}", text) is not None


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _mixed(one: str, other: str, share: float) -> str:
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _luminance(colour: str) -> float:
    red, green, blue = ((part / 255) for part in _channels(colour))
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in (red, green, blue)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
