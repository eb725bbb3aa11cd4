"""Texts with values in them, which can still be translated."""

from typing import Any

from server.rules.errors import Invalid


class Filled(str):
    """A text with its values put in, that remembers both: `Filled("Use up to {most} characters.", most=120)`.

    It reads as plain English wherever nobody translates. A page looks up `template` and puts the values in again.
    """

    __slots__ = ("template", "values")
    template: str
    values: dict[str, Any]

    def __new__(cls, template: str, **values: Any) -> "Filled":
        made = super().__new__(cls, template.format(**values))
        made.template, made.values = template, values
        return made


def too_long(field: str, count: int, most: int) -> Invalid:
    """What to raise where `count` characters stand and `most` may."""
    return Invalid(field, Filled("This has {count} characters. Please use {most} or fewer.", count=count, most=most))
