"""Organisations, the groups hosted here, and who belongs to them."""

from dataclasses import dataclass
from datetime import datetime

from server.views.accounts import AccountView


@dataclass(frozen=True, slots=True)
class OrganisationView:
    """`kind` is organisation or group; `mandate` says how it usually decides what it backs. `runs_this` marks the one
    that runs this instance: everybody with a log-in belongs to it."""

    account: AccountView
    kind: str
    mandate: str
    runs_this: bool


@dataclass(frozen=True, slots=True)
class MembershipView:
    """One person and one organisation: `other` is the one that is not the page's own. It is verified once both sides
    say so."""

    other: AccountView
    role: str
    claimed: bool
    confirmed: bool
    since: datetime

    @property
    def verified(self) -> bool:
        return self.claimed and self.confirmed


@dataclass(frozen=True, slots=True)
class SpokenView:
    """Who wrote something that stands under an organisation's name. For its stewards alone."""

    post_id: int
    account: AccountView
    at: datetime
    what: str
