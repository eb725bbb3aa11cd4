"""Who may do what. The first line of every action asks here; nowhere else decides.

`may_*` answers, `check_*` raises `Refused` with a sentence that says what would be needed.
"""

from dataclasses import dataclass
from typing import Final, Literal

from server.rules.accounts import Role
from server.rules.errors import Refused

Standing = Literal["member", "remote", "operator", "owner", "clock"]
STEWARDS: Final[tuple[Role, ...]] = ("steward", "guardian", "admin")
SPEAKERS: Final = STEWARDS  # roles in an organisation whose holders may speak for it


@dataclass(frozen=True, slots=True)
class Principal:
    """Who acts. A *member* has a log-in here, a *remote* account acts from its own server and was proven by its
    signature, the *operator* is the person at the command line (account 0). A policy *owner* without an account acts
    through a personal answer link, under the account of the organisation that sent it. The *clock* does what is due by
    itself. `spoken_by` is the account of the member who speaks for an organisation, 0 where it is the account itself.
    """

    standing: Standing
    account_id: int
    role: Role = "member"
    member_id: int = 0
    suspended: bool = False
    spoken_by: int = 0


OPERATOR = Principal("operator", 0, role="admin")
CLOCK = Principal("clock", 0)


def may_write(by: Principal) -> bool:
    """May publish, reply, support, follow: everyone known and not suspended."""
    return not by.suspended and (by.account_id != 0)


def may_move(by: Principal) -> bool:
    """May take part in moving a proposal on; which of its moves, `rules.lifecycle` says."""
    return by.standing in ("operator", "clock") or may_write(by)


def check_move(by: Principal) -> None:
    if not may_move(by):
        raise Refused("This account is suspended, so it cannot move a proposal on. Ask a steward about it.")


def may_steward(by: Principal) -> bool:
    """May remove posts, handle reports, edit topics."""
    return by.standing == "operator" or (by.standing == "member" and not by.suspended and by.role in STEWARDS)


def may_administer(by: Principal) -> bool:
    """May change the instance: members, peers, blocks, links between topics."""
    return by.standing == "operator" or (by.standing == "member" and not by.suspended and by.role == "admin")


def may_change(by: Principal, author_id: int) -> bool:
    """May edit or take back a record: its author alone."""
    return may_write(by) and by.account_id == author_id


def may_remove(by: Principal, author_id: int) -> bool:
    """May take a record away: its author, or a steward of this instance."""
    return may_change(by, author_id) or may_steward(by)


def may_appeal(by: Principal, account_id: int) -> bool:
    """May disagree with what was decided about an account: the member whose it is, also while suspended."""
    return by.standing == "member" and by.account_id == account_id


def check_write(by: Principal) -> None:
    if not may_write(by):
        raise Refused("This account is suspended, so it cannot post or vote. Ask a steward about it.")


def check_member(by: Principal) -> None:
    """For acts that only make sense with a log-in here: bookmarks, settings, drafts."""
    if by.standing != "member":
        raise Refused("Sign in first.")
    check_write(by)


def check_own_session(by: Principal) -> None:
    """For signing out, which must work while suspended too."""
    if not by.member_id:
        raise Refused("Sign in first.")


def check_steward(by: Principal) -> None:
    if not may_steward(by):
        raise Refused("Only a steward of this organisation may do this.")


def check_administer(by: Principal) -> None:
    if not may_administer(by):
        raise Refused("Only an admin of this organisation may do this.")


def check_change(by: Principal, author_id: int) -> None:
    if not may_change(by, author_id):
        raise Refused("Only its author may change this.")


def may_speak_for(by: Principal, role_there: str) -> bool:
    """May write in the name of an organisation: those who look after it. `role_there` is the member's role in it,
    confirmed by both sides, empty without one. A role in another organisation, or here, opens nothing."""
    return by.standing == "member" and not by.suspended and role_there in SPEAKERS


def may_look_after(by: Principal, role_there: str) -> bool:
    """May change an organisation and decide who belongs to it: its stewards, and the admins of this instance."""
    return may_speak_for(by, role_there) or may_administer(by)


def check_speak_for(by: Principal, role_there: str) -> None:
    if not may_speak_for(by, role_there):
        raise Refused("Only a steward of this organisation may speak for it.")


def check_look_after(by: Principal, role_there: str) -> None:
    if not may_look_after(by, role_there):
        raise Refused("Only a steward of this organisation may do this.")


def may_endorse(by: Principal, kind: str) -> bool:
    """May back a proposal: an organisation, from elsewhere or through a member here who speaks for it."""
    return may_write(by) and kind == "organisation" and (by.standing == "remote" or by.spoken_by != 0)


def check_endorse(by: Principal, kind: str) -> None:
    if not may_endorse(by, kind):
        raise Refused("Only an organisation can endorse. As a person you can support it.")


def check_remove(by: Principal, author_id: int) -> None:
    if not may_remove(by, author_id):
        raise Refused("Only its author or a steward may take this away.")


ANYONE = Principal("remote", 0)


def may_register_app(by: Principal) -> bool:
    """May let an app make itself known, or trade in a code: anyone, for apps do so before a person is there."""
    return not by.suspended


def check_register_app(by: Principal) -> None:
    if not may_register_app(by):
        raise Refused("This account is suspended.")
