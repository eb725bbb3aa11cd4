"""Colours that can be read, in the light and in the dark."""

import re

import pytest

from server.rules.colours import (
    ACCENTS,
    DARK_GROUNDS,
    ENOUGH,
    LIGHT_GROUNDS,
    accent,
    check_accent,
    contrast,
    nearest,
)
from server.rules.errors import Invalid
from server.templating import STATIC

SHEET = (STATIC / "css" / "folkmoot.css").read_text("utf-8")


def test_contrast_is_what_the_guideline_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", [*ACCENTS, "#0b5fa5", "#c2185b", "#000000"])
def test_words_in_every_accent_can_be_read_in_the_light_and_in_the_dark(name: str) -> None:
    colours = accent(check_accent(name))
    assert all(contrast(colours.light, ground) >= ENOUGH for ground in LIGHT_GROUNDS)
    assert all(contrast(colours.dark, ground) >= ENOUGH for ground in DARK_GROUNDS)


def test_the_style_sheet_has_the_same_colours() -> None:
    found = re.findall(r"\[data-accent=(\w+)\]\s*{ --accent-l: (#\w+); --accent-d: (#\w+) }", SHEET)
    assert {name: (light, dark) for name, light, dark in found} == {
        name: (each.light, each.dark) for name, each in ACCENTS.items()
    }
    for names, grounds in (("light", LIGHT_GROUNDS), ("dark", DARK_GROUNDS)):
        paper, sheet = grounds
        assert f"--paper: {paper}; --sheet: {sheet}" in SHEET, names


@pytest.mark.parametrize("pale", ["#ffd400", "#9bd1ff", "#FFFFFF"])
def test_a_pale_colour_is_refused_and_the_nearest_dark_one_named(pale: str) -> None:
    with pytest.raises(Invalid, match="too pale"):
        check_accent(pale)
    assert check_accent(nearest(pale)) == nearest(pale)


@pytest.mark.parametrize("text", ["", "red", "#12345", "#1234567", "url(x)", "#12345g", "#1e5a4c;}"])
def test_what_is_no_colour_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="Choose one of the colours"):
        check_accent(text)
    assert nearest(text) == ""
