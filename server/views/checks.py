"""Deciding together, as a viewer sees it."""

from dataclasses import dataclass
from datetime import datetime

from server.rules.checks import Method, Result
from server.views.accounts import AccountView


@dataclass(frozen=True, slots=True)
class CheckView:
    """What a poll decides. `version` is the wording it asks about; the poll itself is the post's."""

    post_id: int
    proposal_id: int
    method: Method
    state: Result
    version: int
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class EndorsementView:
    """An organisation backs a proposal: how it decided, who authorised it, and for which wording."""

    id: int
    organisation: AccountView
    proposal_id: int
    mandate: str
    authorised_by: str
    version: int
    at: datetime
