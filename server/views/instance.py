"""This instance, and what it knows of others."""

from dataclasses import dataclass
from datetime import datetime

from server.rules.domains import DomainRule, Policy
from server.views.accounts import AccountView


@dataclass(frozen=True, slots=True)
class InstanceView:
    """`title` defaults to the domain until somebody has set it up. `…_source` is as typed, `…_html` sanitised; where a
    page has none, its own text stands. The counts may be a minute old."""

    domain: str
    title: str
    description: str
    about_html: str
    about_source: str
    privacy_html: str
    privacy_source: str
    accessibility_html: str
    accessibility_source: str
    contact_email: str
    contact: AccountView | None
    organisation: AccountView | None
    accent: str
    language: str
    time_zone: str
    rules: tuple[str, ...]
    sign_up: str
    hold_first: bool
    set_up: bool
    members_count: int
    posts_count: int
    domains_count: int
    active_month: int


@dataclass(frozen=True, slots=True)
class PeerView:
    """Another host and how deliveries to it fare. Until `paused_until` nothing is tried, because too much failed."""

    domain: str
    software: str
    first_seen: datetime
    last_success: datetime | None
    last_failure: datetime | None
    failures: int
    waiting: int
    oldest_waiting: datetime | None
    dead: int
    last_error: str
    blocked: bool
    paused_until: datetime | None = None
    next_try: datetime | None = None
    policy: str = ""
    accounts: int = 0


@dataclass(frozen=True, slots=True)
class DomainView:
    """What was decided about a domain, and when."""

    rule: DomainRule
    created_at: datetime

    @property
    def domain(self) -> str:
        return self.rule.domain

    @property
    def policy(self) -> Policy:
        return self.rule.policy

    @property
    def note(self) -> str:
        return self.rule.note


@dataclass(frozen=True, slots=True)
class LetterView:
    """A delivery on its way, or given up (`dead`). It names what is sent and where, never who sends it: that may be
    hidden."""

    id: int
    host: str
    inbox: str
    about: str
    dead: bool
    attempts: int
    created_at: datetime
    next_try: datetime | None
    last_status: int | None
    last_error: str


@dataclass(frozen=True, slots=True)
class PeersWork:
    """Long work on other servers that is under way: how much of how much is done."""

    kind: str
    subject: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class InviteView:
    code: str
    role: str
    note: str
    created_at: datetime
    expires_at: datetime | None
    uses_left: int | None
    used: int
    organisation_id: int | None = None
    proposal_id: int | None = None
    part: str = ""
