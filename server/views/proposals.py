"""What a proposal has beyond a post."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from server.rules.clock import Clock, Limits
from server.views.accounts import AccountView
from server.views.policies import PolicyRef


@dataclass(frozen=True, slots=True)
class SectionView:
    """`key` is one of `rules.proposals.SECTION_KEYS`; `html` is sanitised."""

    key: str
    source: str
    html: str


@dataclass(frozen=True, slots=True)
class StepView:
    """An entry of the timeline. `name` is the byline's name, empty where nobody is named. `state` is the new state,
    empty where it stayed; `post_id` and `post_uri` are what was said with it."""

    id: int
    uri: str
    kind: str
    at: datetime
    name: str
    account_id: int | None
    account_uri: str
    version: int | None
    note_html: str
    state: str = ""
    post_id: int | None = None
    post_uri: str = ""


@dataclass(frozen=True, slots=True)
class OwnerView:
    """A policy owner. `email` is for stewards alone."""

    id: int
    name: str
    account_id: int | None
    email: str
    url: str
    limits: Limits


@dataclass(frozen=True, slots=True)
class AskView:
    """What is asked of whom. `clock` runs while it is sent and not answered. `email` is filled for stewards alone."""

    id: int
    owner_id: int | None
    owner_name: str
    owner_account_id: int | None
    owner_uri: str
    verb: str
    source: str
    content_html: str
    by_date: date | None
    version: int | None
    limits: Limits
    sent_at: datetime | None
    acknowledged_at: datetime | None
    answered_at: datetime | None
    clock: Clock | None = None


@dataclass(frozen=True, slots=True)
class CoAuthorView:
    """Somebody who writes along; without `account` they were asked and have not answered."""

    id: int
    account: AccountView | None
    created_at: datetime
    accepted_at: datetime | None


@dataclass(frozen=True, slots=True)
class InvitationView:
    """What somebody is asked to write along at, and by whom."""

    title: str
    account: AccountView


@dataclass(frozen=True, slots=True)
class HistoryView:
    """What has become of a proposal: its timeline and its asks, both oldest first; the rules that it names;
    and the addresses of the proposals that its home says are about the same barrier; and who wrote it too."""

    steps: tuple[StepView, ...] = ()
    asks: tuple[AskView, ...] = ()
    policies: tuple[PolicyRef, ...] = ()
    same_barrier: tuple[str, ...] = ()
    co_authors: tuple[CoAuthorView, ...] = ()


@dataclass(frozen=True, slots=True)
class ContributionView:
    """What a comment is beyond its words: kind, facts and states are those of `rules.contributions`."""

    proposal_id: int
    kind: str
    state: str
    facts: dict[str, Any]
    reason_html: str
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class ProposalView:
    """Support is three numbers that are never added up: members here, members of civic instances elsewhere, and the
    wider fediverse. `outcome` is how it closed, `answer_code` the newest answer's code, `told_at` when something last
    became of it; `clock` runs while an answer is awaited."""

    state: str
    state_at: datetime
    kind: str
    sections: tuple[SectionView, ...]
    comments_count: int
    support_here: int
    support_civic: int
    support_wider: int
    active_at: datetime
    told_at: datetime
    outcome: str = ""
    answer_code: str = ""
    role: str = ""
    place: str = ""
    corroborations_count: int = 0
    places_count: int = 0
    endorsements_count: int = 0
    clock: Clock | None = None
    facts: dict[str, str] = field(default_factory=dict)

    def section(self, key: str) -> SectionView | None:
        return next((section for section in self.sections if section.key == key), None)


@dataclass(frozen=True, slots=True)
class DraftView:
    """A proposal being written; `post_id` is set while a raised one is being edited. `facts` are the answers that
    are no section: `policies` (ids), `policy_name`, `kind`, `role`, `place`, `warning`, those of `facts.PROPOSAL`,
    and `version`, the one that an edit began with. `rev` changes with each saving."""

    id: int
    topic_id: int | None
    title: str
    answers: dict[str, str]
    language: str
    post_id: int | None
    updated_at: datetime
    rev: int
    owner_id: int
    facts: dict[str, Any]
