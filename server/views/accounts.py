"""Accounts as others see them."""

from dataclasses import dataclass
from datetime import datetime

from server.rules.accounts import Kind
from server.views.media import MediaView


@dataclass(frozen=True, slots=True)
class FieldView:
    """A line of a profile. `html` is sanitised."""

    name: str
    html: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class OrganisationRef:
    """Enough of an organisation to name, show and link it. `name` is the one people read, `acct` its handle."""

    id: int
    uri: str
    url: str
    acct: str
    domain: str
    name: str
    picture: MediaView | None = None


@dataclass(frozen=True, slots=True)
class AccountView:
    """`name` is the bare name; `domain` is empty here; `role` is the member's role here, else empty.
    `organisation` is the one they belong to, as it confirms itself. `limited`: it stands in no list for everybody.
    `owns_policies`: a steward has entered it as somebody who can change a rule.
    `hashtag` is that of a topic of ours, without `#`.
    `hides_network`: whom it follows and who follows it is nobody's business."""

    id: int
    uri: str
    url: str
    kind: Kind
    name: str
    domain: str
    display_name: str
    summary_html: str
    summary_source: str
    fields: tuple[FieldView, ...]
    avatar: MediaView | None
    header: MediaView | None
    locked: bool
    bot: bool
    discoverable: bool
    civic: bool
    state: str
    followers_count: int
    following_count: int
    posts_count: int
    last_post_at: datetime | None
    created_at: datetime
    moved_to: str = ""
    also_known_as: tuple[str, ...] = ()
    role: str = ""
    frontline_role: str = ""
    organisation: OrganisationRef | None = None
    language: str = ""
    rev: int = 0
    limited: bool = False
    owns_policies: bool = False
    hashtag: str = ""
    hides_network: bool = False

    @property
    def local(self) -> bool:
        return not self.domain

    @property
    def acct(self) -> str:
        """The handle as Mastodon's API gives it: bare for a local account."""
        return self.name if not self.domain else f"{self.name}@{self.domain}"

    @property
    def shown_name(self) -> str:
        return self.display_name or self.name

    @property
    def home(self) -> str:
        """What somebody from elsewhere is from: their organisation by its name, else their domain. Empty here."""
        return self.organisation.name if self.domain and self.organisation else self.domain

    @property
    def suspended(self) -> bool:
        return self.state != "active"


@dataclass(frozen=True, slots=True)
class RelationshipView:
    """How the viewer stands to `id` (Mastodon API, Relationship)."""

    id: int
    following: bool = False
    showing_boosts: bool = False
    notifying: bool = False
    requested: bool = False
    requested_by: bool = False
    followed_by: bool = False
    blocking: bool = False
    blocked_by: bool = False
    muting: bool = False
    muting_notifications: bool = False
    domain_blocking: bool = False
    endorsed: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class MemberView:
    """A log-in, as its owner and admins see it."""

    id: int
    account: AccountView
    email: str
    role: str
    frontline_role: str
    place: str
    locale: str
    settings: dict[str, str]
    created_at: datetime
    seen_at: datetime | None
