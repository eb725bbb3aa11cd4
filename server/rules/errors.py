"""What can go wrong in an act of a person, each with a text that is safe to show to them.

    CivicError
    ├── Invalid      a field is wrong; says which one and what to do
    ├── Refused      this person may not do this
    ├── NotFound     there is no such thing, or this person may not know of it
    ├── Conflict     somebody else was faster, or it was done before
    └── TooFast      too many tries; says when to come back

`server/http/errors.py` turns each into a page, a Mastodon error or a wire status, once. Anything else that is
raised is a fault of ours.
"""


class CivicError(Exception):
    """`text` is shown to the person; `detail` goes to the log alone."""

    def __init__(self, text: str, detail: str = "") -> None:
        super().__init__(detail or text)
        self.text = text
        self.detail = detail


class Invalid(CivicError):
    """`field` names the form field or parameter at fault."""

    def __init__(self, field: str, text: str, detail: str = "") -> None:
        super().__init__(text, detail)
        self.field = field


class Refused(CivicError):
    """This person may not do this; the text says who may."""


class NotFound(CivicError):
    """One text for every cause, so that nobody learns what exists."""

    def __init__(self, text: str = "There is nothing here, or it is not for you to see.", detail: str = "") -> None:
        super().__init__(text, detail)


class Conflict(CivicError):
    """The state has moved on; the text says what to look at now."""


class TooFast(CivicError):
    """`retry_after` is in seconds."""

    def __init__(self, text: str, retry_after: int) -> None:
        super().__init__(text)
        self.retry_after = retry_after
