"""An organisation backs a proposal, and says how it decided so: its mandate. Never counted as support."""

from typing import Final

from server.rules.errors import Conflict, Invalid, too_long
from server.rules.sanitise import clean_name

MANDATE: Final = 500
AUTHORISED: Final = 255
ENDORSED_IN: Final = ("raised", "linked", "agreed", "sent", "answered", "in_action", "dormant")


def clean_mandate(mandate: str, authorised_by: str, *, strict: bool) -> tuple[str, str]:
    """Both, as one line each.

    Args:
        strict: for people here. What arrives from elsewhere is cut to size instead.

    Raises:
        Invalid: the mandate is missing, or one of them is too long.
    """
    if strict and not mandate.strip():
        raise Invalid("mandate", "Say how your organisation decided this: at which meeting, by whom.")
    if strict and len(mandate) > MANDATE:
        raise too_long("mandate", len(mandate), MANDATE)
    if strict and len(authorised_by) > AUTHORISED:
        raise too_long("authorised_by", len(authorised_by), AUTHORISED)
    return clean_name(mandate, MANDATE), clean_name(authorised_by, AUTHORISED)


def check_endorsable(state: str) -> None:
    """Raises `Conflict` for a proposal that nobody can back just now."""
    if state not in ENDORSED_IN:
        raise Conflict("This proposal is not open for endorsements now.")
