"""Topics and the chapters that share them."""

from dataclasses import dataclass
from datetime import datetime

from server.views.accounts import AccountView


@dataclass(frozen=True, slots=True)
class ChapterView:
    """Another instance's chapter of a topic. `state` is pending, linked, refused or gone; while pending, `asked_by_us`
    and `asked_by_them` say whose answer is awaited. `standing` is trial or full; `compared` what came of the last
    comparison (`rules.topics.Compared`), empty before the first."""

    account: AccountView
    state: str
    asked_by_us: bool
    asked_by_them: bool
    their_topic_id: str
    linked_at: datetime | None
    standing: str = "full"
    compared: str = ""
    compared_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TopicView:
    account: AccountView
    slug: str
    name: str
    description: str
    hashtag: str
    topic_id: str
    genesis: dict[str, str]
    same: tuple[str, ...]
    proposals_count: int
    created_at: datetime
    chapters: tuple[ChapterView, ...] = ()
    replies: str = "open"
