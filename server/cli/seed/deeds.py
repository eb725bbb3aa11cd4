"""What people of the demo do about a proposal, one deed at a time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from server.rules.checks import CONSENT

WEEK: Final = "7"  # days that a check stays open, if nobody closes it


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that somebody does about a proposal.

    Args:
        do: a kind of contribution, an act of the life cycle, or one of: ask (say what is asked, and of whom), decide
            (about the contribution with this name), comment, by_link (what the policy owner does with the answer link),
            check (ask everybody whether they consent), vote, object, answer_objection, close_check, endorse (in the
            name of one's organisation), same (say that another is about the same barrier).
        facts: what else has to be known: of the contribution, the act, the owner, the vote, the mandate.
        name: of a contribution that somebody decides about later.
        leads_to: the step that this enters in the timeline, if any. By it we know that it was done before.
    """

    by: str
    do: str
    text: str = ""
    facts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    name: str = ""
    leads_to: str = ""


def seen(by: str, role: str, place: str, number: str, text: str = "") -> Deed:
    """We see this too."""
    return Deed(by, "corroboration", text, {"role": role, "place": place, "number": number})


def endorsed(by: str, mandate: str, authorised_by: str = "") -> Deed:
    """The organisation of somebody who may speak for it backs a proposal."""
    return Deed(by, "endorse", mandate, {"authorised_by": authorised_by}, leads_to="endorsed")


def checked(by: str) -> Deed:
    """Everybody is asked whether they consent to the wording."""
    return Deed(by, "check", facts={"method": "consent", "days": WEEK}, leads_to="check_opened")


def votes(*voters: str, choice: int = CONSENT) -> tuple[Deed, ...]:
    """What several people answer to that, each with an app at their own server."""
    return tuple(Deed(by, "vote", facts={"choice": str(choice)}) for by in voters)


def closed(by: str) -> Deed:
    """The check ends; what came of it stands in the timeline."""
    return Deed(by, "close_check", leads_to="check_closed")


def agreed(by: str, reason: str) -> Deed:
    return Deed(by, "agree", reason, leads_to="agreed")


def waived(by: str, reason: str) -> Deed:
    """Agreed without a check, openly."""
    return Deed(by, "agree", reason, {"waived": "true"}, leads_to="agreed")


def asked(by: str, owner: str, verb: str, text: str, *, account: str = "", email: str = "") -> Deed:
    """What is asked, and of whom."""
    return Deed(by, "ask", text, {"owner": owner, "verb": verb, "account": account, "email": email})
