"""What is said to people when something cannot be done."""

from server.rules.errors import Invalid, Text, too_long


def test_a_text_with_values_reads_as_plain_words_and_remembers_what_it_is_made_of() -> None:
    error = Invalid("title", "A title can have up to %(limit)s characters.", limit=12)
    assert error.text == "A title can have up to 12 characters."
    assert (error.text.message, error.text.values) == ("A title can have up to %(limit)s characters.", {"limit": 12})


def test_a_percent_sign_without_values_stays() -> None:
    assert Text("Half is 50%.") == "Half is 50%."


def test_signs_in_a_value_stay_as_they_were_typed() -> None:
    assert Text("“%(name)s” is taken.", name="%(limit)s{0}") == "“%(limit)s{0}” is taken."


def test_a_text_that_is_too_long_is_told_by_how_much() -> None:
    error = too_long("text", 12, 10)
    assert (error.field, error.text) == ("text", "This has 12 characters. Please use 10 or fewer.")
