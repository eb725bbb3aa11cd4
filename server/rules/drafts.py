"""What somebody wants to say or change, before it is accepted. A form, an app and a message from another server all
become one of these for the same action. A draft says where it came from: here, or `elsewhere`.

Times are milliseconds since 1970, UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from server.rules.accounts import Kind, Mode
from server.rules.interaction import ReplyPolicy
from server.rules.told import NOTHING_TOLD, Told
from server.rules.visibility import Visibility


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The address and times a record has at its home on another server, the conversation it belongs to there, who may
    answer it (`rules.interaction`), and what it quotes, with the stamp that allows it."""

    uri: str
    url: str
    published: int
    updated: int | None = None
    context: str = ""
    replies_from: ReplyPolicy = ""
    quotes: str = ""
    stamp: str = ""


@dataclass(frozen=True, slots=True)
class KnownMention:
    """Somebody who is mentioned and whom we know. `acct` is as it stands in the text, without the leading @."""

    account_id: int
    acct: str
    uri: str
    url: str


@dataclass(frozen=True, slots=True)
class PollDraft:
    """`votes` are the counts that a poll from elsewhere brings with it."""

    options: tuple[str, ...]
    multiple: bool = False
    expires_at: int | None = None
    hide_totals: bool = False
    votes: tuple[int, ...] = ()
    voters: int = 0
    closed: bool = False


@dataclass(frozen=True, slots=True)
class RemoteMedia:
    """A picture that stands on another server."""

    url: str
    media_type: str
    description: str = ""
    width: int | None = None
    height: int | None = None
    blurhash: str = ""
    focus: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class PostDraft:
    """A post or a comment. From here: `source` is Markdown as typed. From elsewhere: `content_html` is what arrived
    (the action sanitises it), `elsewhere` is set, and `audience` is the chapter it was addressed to.
    `fetched` marks old posts we went and got: nobody is notified. `record` is the kind of contribution it makes to a
    proposal (`rules.contributions`), empty for a plain comment, and `facts` what that kind wants to know. `mode` says
    in whose name it is published, `hold` why a steward should read it first (`rules.moderation.HOLDS`)."""

    source: str = ""
    content_html: str | None = None
    title: str = ""
    visibility: Visibility = "public"
    in_reply_to_id: int | None = None
    in_reply_to_uri: str = ""
    spoiler_text: str = ""
    sensitive: bool = False
    language: str = ""
    media_ids: tuple[int, ...] = ()
    mentions: tuple[KnownMention, ...] = ()
    hashtags: tuple[str, ...] = ()
    stance: str = ""
    poll: PollDraft | None = None
    idempotency_key: str = ""
    application_id: int | None = None
    elsewhere: Elsewhere | None = None
    remote_media: tuple[RemoteMedia, ...] = ()
    topic_id: int | None = None
    audience: str = ""
    fetched: bool = False
    record: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    mode: Mode = "open"
    hold: str = ""


@dataclass(frozen=True, slots=True)
class ProposalDraft:
    """`sections` are (key, Markdown) in order; `source` is the exact text where it was typed in one piece in an app.
    From elsewhere `section_html` holds (key, HTML) beside it, and `told` what its home says has become of it.
    `topic_id` is the account id of our chapter; `role` and `place` are the author's, for this proposal, `facts` those
    of `rules.facts.PROPOSAL`; `hold` as of a post. `policy_ids` are the rules it names, and `policy_name` is one more,
    entered if nobody has named it before. None leaves a value as it is. `co_author_ids` are accounts of its home that
    wrote it too. `base_version` is the version that an edit began with, so that nobody overwrites what they have not
    read."""

    title: str
    sections: tuple[tuple[str, str], ...]
    topic_id: int | None = None
    source: str = ""
    language: str = ""
    visibility: Visibility = "public"
    mentions: tuple[KnownMention, ...] = ()
    hashtags: tuple[str, ...] = ()
    media_ids: tuple[int, ...] = ()
    spoiler_text: str = ""
    sensitive: bool = False
    kind: Literal["barrier", "practice"] | None = None
    role: str | None = None
    place: str | None = None
    facts: Mapping[str, Any] | None = None
    policy_ids: tuple[int, ...] | None = None
    policy_name: str = ""
    co_author_ids: tuple[int, ...] | None = None
    base_version: int | None = None
    idempotency_key: str = ""
    application_id: int | None = None
    draft_id: int | None = None
    elsewhere: Elsewhere | None = None
    section_html: tuple[tuple[str, str], ...] = ()
    remote_media: tuple[RemoteMedia, ...] = ()
    audience: str = ""
    fetched: bool = False
    told: Told = NOTHING_TOLD
    mode: Mode = "open"
    hold: str = ""


@dataclass(frozen=True, slots=True)
class KeyDraft:
    """A public key: `use` is `request` (RSA as PEM) or `proof` (Ed25519 as multibase)."""

    uri: str
    use: Literal["request", "proof"]
    public: str


@dataclass(frozen=True, slots=True)
class KeyPairs:
    """The two key pairs of an account of ours. They are made at the edges, in a thread, and passed in as values."""

    request_public: str
    request_private: str
    proof_public: str
    proof_private: str


@dataclass(frozen=True, slots=True)
class AccountDraft:
    """Somebody on another server as their server describes them. `summary_html` is sanitised by the action; `member_of`
    holds the organisations they claim to belong to."""

    uri: str
    url: str
    kind: Kind
    name: str
    domain: str
    inbox: str
    shared_inbox: str = ""
    outbox: str = ""
    followers_uri: str = ""
    display_name: str = ""
    summary_html: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    avatar_url: str = ""
    header_url: str = ""
    locked: bool = False
    bot: bool = False
    discoverable: bool = True
    civic: bool = False
    member_of: tuple[str, ...] = ()
    moved_to: str = ""
    also_known_as: tuple[str, ...] = ()
    created: int | None = None
    keys: tuple[KeyDraft, ...] = ()


@dataclass(frozen=True, slots=True)
class ProfileDraft:
    """A change to one's own profile; None leaves a value as it is."""

    display_name: str | None = None
    summary_source: str | None = None
    fields: tuple[tuple[str, str], ...] | None = None
    locked: bool | None = None
    bot: bool | None = None
    discoverable: bool | None = None
    hides_network: bool | None = None
    avatar_media_id: int | None = None
    header_media_id: int | None = None
    frontline_role: str | None = None
    place: str | None = None
    locale: str | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    mentions: tuple[KnownMention, ...] = ()


@dataclass(frozen=True, slots=True)
class LetterDraft:
    """A mail: plain text, the same as HTML, and the address where its reader can stop such mail."""

    recipient: str
    subject: str
    text: str
    html: str = ""
    unsubscribe: str = ""
