"""Details that could tell who somebody is: found in a text before it leaves the instance. It runs here, and what it
finds is kept nowhere.

It looks for the forms that such details have in Britain and in German-speaking countries. It misses some, and finds
some that are harmless: so it only asks the writer, or a steward, to look.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["email", "nhs_number", "ni_number", "phone", "postcode", "birth_date", "name"]

KIND_WORDS: Final[dict[Kind, str]] = {
    "email": "an email address",
    "nhs_number": "an NHS number",
    "ni_number": "a National Insurance number",
    "phone": "a phone number",
    "postcode": "a postcode",
    "birth_date": "a date of birth",
    "name": "a name",
}

_MONTH = r"(?:jan|feb|m[aä]r|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz])[a-zäöü]{0,7}\.?"
_DATE = (
    r"(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d{2}-\d{2}"
    rf"|\d{{1,2}}(?:st|nd|rd|th|\.)? {_MONTH}(?: \d{{4}})?)"
)
_AREA = r"(?:\d{1,2}|[A-HK-Y]\d{1,2}|\d[A-Z]|[A-HK-Y]\d[A-Z])"
_BORN = r"(?:born|date of birth|d\.?o\.?b\.?|geboren|geb\.)(?: on| am)?[ :]{0,3}"
_CAPITAL = r"[A-ZÀ-ÖØ-Þ][\w'’-]{0,40}"

# In this order: what an earlier one found, a later one leaves alone.
_FORMS: Final[tuple[tuple[Kind, re.Pattern[str]], ...]] = (
    ("email", re.compile(r"(?<![\w@.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")),
    ("birth_date", re.compile(rf"\b{_BORN}{_DATE}", re.IGNORECASE)),
    ("ni_number", re.compile(r"\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z](?: ?\d\d){3} ?[A-D]\b", re.IGNORECASE)),
    ("nhs_number", re.compile(r"(?<![\d+])\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)")),
    ("phone", re.compile(r"(?<![\w+])(?:\+\d{1,3}[ -]?(?:\(0\)[ -]?)?|\(?0)\d(?:[ ()/-]{0,2}\d){6,12}(?!\d)")),
    ("postcode", re.compile(rf"\b[A-PR-UWYZ]{_AREA} \d[ABD-HJLNP-UW-Z]{{2}}\b")),
    (
        "name",
        re.compile(
            r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Sir|Dame|Lord|Lady|Rev|Cllr|Sister|Nurse|Herr|Frau)\.? "
            rf"(?:{_CAPITAL}(?: |\b)){{1,4}}"
        ),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Detail:
    """Something found: what it may be, and where it stands in the text."""

    kind: Kind
    start: int
    end: int


def details_in(text: str) -> tuple[Detail, ...]:
    """What could identify somebody, in the order of the text; none overlaps another."""
    found: list[Detail] = []
    for kind, form in _FORMS:
        for match in form.finditer(text):
            start, end = match.start(), match.start() + len(match[0].rstrip())
            if kind == "nhs_number" and not _is_nhs_number(match[0]):
                continue
            if all(end <= other.start or start >= other.end for other in found):
                found.append(Detail(kind, start, end))
    return tuple(sorted(found, key=lambda each: each.start))


def highlighted(text: str) -> Iterator[tuple[str, str]]:
    """The text in pieces, each with the kind of detail it is; empty for all the rest."""
    at = 0
    for detail in details_in(text):
        if detail.start > at:
            yield text[at : detail.start], ""
        yield text[detail.start : detail.end], detail.kind
        at = detail.end
    if at < len(text):
        yield text[at:], ""


def _is_nhs_number(text: str) -> bool:
    """Ten digits, the last of which checks the others (modulus 11, NHS Data Dictionary)."""
    digits = [int(letter) for letter in text if letter.isdigit()]
    check = 11 - sum(digit * (10 - at) for at, digit in enumerate(digits[:9])) % 11
    return check % 11 == digits[9] and check != 10
