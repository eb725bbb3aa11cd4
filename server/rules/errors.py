"""What can go wrong in an act of a person, each with a text that is safe to show to them.

    CivicError
    ├── Invalid      a field is wrong; says which one and what to do
    ├── Refused      this person may not do this
    ├── NotFound     there is no such thing, or this person may not know of it
    ├── Conflict     somebody else was faster, or it was done before
    └── TooFast      too many tries; says when to come back

`server/http/errors.py` turns each into a page, a Mastodon error or a wire status, once. Anything else that is
raised is a fault of ours.

A text that holds values is written as a message with places for them, as translators see it, and the values beside:

    raise Invalid("title", "A title can have up to %(limit)s characters.", limit=120)
"""

from typing import Any, Self


class Text(str):
    """What is said to a person: English as it stands, with the `message` and `values` it is made of, so that a page can
    say it in the reader's language."""

    message: str
    values: dict[str, Any]

    def __new__(cls, message: str, **values: Any) -> Self:
        made = super().__new__(cls, message % values if values else message)
        made.message, made.values = message, values
        return made


class CivicError(Exception):
    """`text` is shown to the person; `detail` goes to the log alone."""

    def __init__(self, text: str, detail: str = "", **values: Any) -> None:
        self.text = text if isinstance(text, Text) else Text(text, **values)
        super().__init__(detail or self.text)
        self.detail = detail


class Invalid(CivicError):
    """`field` names the form field or parameter at fault."""

    def __init__(self, field: str, text: str, detail: str = "", **values: Any) -> None:
        super().__init__(text, detail, **values)
        self.field = field


class Refused(CivicError):
    """This person may not do this; the text says who may."""


class NotFound(CivicError):
    """One text for every cause, so that nobody learns what exists."""

    def __init__(
        self, text: str = "There is nothing here, or it is not for you to see.", detail: str = "", **values: Any
    ) -> None:
        super().__init__(text, detail, **values)


class Conflict(CivicError):
    """The state has moved on; the text says what to look at now."""


class TooFast(CivicError):
    """`retry_after` is in seconds."""

    def __init__(self, text: str, retry_after: int) -> None:
        super().__init__(text)
        self.retry_after = retry_after


def too_long(field: str, length: int, limit: int) -> Invalid:
    """What to raise where a text has `length` characters and may have `limit`."""
    return Invalid(field, "This has %(length)s characters. Please use %(limit)s or fewer.", length=length, limit=limit)
