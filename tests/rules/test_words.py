"""Texts with values in them."""

from server.rules.words import Filled, too_long


def test_a_filled_text_is_plain_words_that_remember_their_values() -> None:
    text = Filled("Use up to {most} characters.", most=12)
    assert text == "Use up to 12 characters."
    assert (text.template, text.values) == ("Use up to {most} characters.", {"most": 12})


def test_braces_in_a_value_stay_as_they_were_typed() -> None:
    assert Filled("“{name}” is taken.", name="{most}{0}") == "“{most}{0}” is taken."


def test_a_text_that_is_too_long_is_told_by_how_much() -> None:
    error = too_long("text", 12, 10)
    assert (error.field, error.text) == ("text", "This has 12 characters. Please use 10 or fewer.")
