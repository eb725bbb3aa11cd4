"""Who somebody is, and how a contribution names its author: the byline.

Every renderer takes the name from a `Byline`, never from the account behind it, so that a speaking mode which
hides a person hides them everywhere.
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["person", "organisation", "topic", "instance", "service"]
Role = Literal["member", "steward", "guardian", "admin"]
Mode = Literal["open", "confidential", "anonymous"]

VOICE = "voice"  # the name of the account that speaks for those who do not give theirs
MODES: tuple[Mode, ...] = ("open", "confidential", "anonymous")
ROLES: tuple[Role, ...] = ("member", "steward", "guardian", "admin")
ROLE_WORDS: dict[Role, str] = {"member": "Member", "steward": "Steward", "guardian": "Guardian", "admin": "Admin"}


@dataclass(frozen=True, slots=True)
class Byline:
    """What a reader learns of who speaks. `account_id` is the account the words stand under: the member's own in open
    mode, the organisation's voice otherwise."""

    account_id: int
    name: str
    handle: str
    role: str
    organisation: str
    mode: Mode


def byline(*, account_id: int, name: str, handle: str, role: str = "", organisation: str = "", mode: Mode) -> Byline:
    """The byline of a contribution by this account in this mode.

    Where the mode hides the person, the account is the voice's: nothing else was ever in the post's row.
    """
    if mode == "open":
        return Byline(account_id, name, handle, role, organisation, mode)
    shown = "Someone at the frontline" if mode == "anonymous" else (f"A {role}" if role else "A practitioner")
    return Byline(account_id, shown, handle, "", organisation if mode == "confidential" else "", mode)
