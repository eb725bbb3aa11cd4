"""Posts, comments and boosts as a viewer sees them."""

from dataclasses import dataclass
from datetime import datetime

from server.rules.accounts import Byline
from server.rules.visibility import Visibility
from server.views.accounts import AccountView
from server.views.checks import CheckView
from server.views.media import MediaView
from server.views.proposals import ContributionView, ProposalView


@dataclass(frozen=True, slots=True)
class MentionView:
    account_id: int
    name: str
    domain: str
    uri: str
    url: str

    @property
    def acct(self) -> str:
        return self.name if not self.domain else f"{self.name}@{self.domain}"


@dataclass(frozen=True, slots=True)
class TagView:
    """`name` in lower case, `shown` as written."""

    name: str
    shown: str


@dataclass(frozen=True, slots=True)
class PollView:
    """`options` are (title, votes or None while hidden)."""

    id: int
    options: tuple[tuple[str, int | None], ...]
    multiple: bool
    expires_at: datetime | None
    expired: bool
    votes_count: int
    voters_count: int
    hide_totals: bool = False


@dataclass(frozen=True, slots=True)
class TopicRef:
    """Enough of a topic to name and link it."""

    account_id: int
    uri: str
    slug: str
    name: str
    hashtag: str


@dataclass(frozen=True, slots=True)
class Marks:
    """What the viewer did about a post. `own`: they wrote it, in their own name or behind the organisation's voice."""

    own: bool = False
    liked: bool = False
    boosted: bool = False
    bookmarked: bool = False
    muted: bool = False
    pinned: bool = False
    own_votes: tuple[int, ...] = ()
    voted: bool = False


NO_MARKS = Marks()


@dataclass(frozen=True, slots=True)
class PostView:
    """One post. `byline` says who speaks; renderers name nobody else. `gone` is `deleted` or `removed`: only what a
    tombstone needs is then filled. `entry_uri` is the chapter through which a post from elsewhere entered the network,
    `parent_entry_uri` that of the proposal a comment belongs to."""

    id: int
    uri: str
    url: str
    kind: str
    account: AccountView
    byline: Byline
    local: bool
    visibility: Visibility
    title: str
    spoiler_text: str
    sensitive: bool
    language: str
    source: str
    content_html: str
    version: int
    rev: int
    replies_count: int
    likes_count: int
    boosts_count: int
    published_at: datetime
    edited_at: datetime | None
    thread_id: int
    in_reply_to_id: int | None = None
    in_reply_to_uri: str = ""
    in_reply_to_account_id: int | None = None
    proposal_id: int | None = None
    topic: TopicRef | None = None
    entry_uri: str = ""
    context_uri: str = ""
    reply_policy: str = ""
    quote_uri: str = ""
    quote_of_id: int | None = None
    quote_state: str = ""
    parent_entry_uri: str = ""
    stance: str = ""
    media: tuple[MediaView, ...] = ()
    mentions: tuple[MentionView, ...] = ()
    tags: tuple[TagView, ...] = ()
    poll: PollView | None = None
    proposal: ProposalView | None = None
    contribution: ContributionView | None = None
    check: CheckView | None = None
    reblog: "PostView | None" = None
    application: str = ""
    application_website: str = ""
    gone: str = ""
    removed_reason: str = ""
    removed_note: str = ""
    held_reason: str = ""
    marks: Marks = NO_MARKS


@dataclass(frozen=True, slots=True)
class VersionView:
    """One version of a post, oldest first in a history."""

    version: int
    title: str
    spoiler_text: str
    sensitive: bool
    source: str
    content_html: str
    sections: tuple[tuple[str, str, str], ...]
    at: datetime
    account: AccountView
    media: tuple[MediaView, ...] = ()


@dataclass(frozen=True, slots=True)
class ThreadView:
    """The posts above one, oldest first, and those below it in reading order."""

    ancestors: tuple[PostView, ...]
    descendants: tuple[PostView, ...]
