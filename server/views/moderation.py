"""What waits for stewards, and what they decided."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from server.rules.moderation import Act
from server.views.accounts import AccountView
from server.views.posts import PostView


@dataclass(frozen=True, slots=True)
class HeldView:
    """A post that is held: since when, why, and what its author was asked. `late`: longer than it should be."""

    post: PostView
    since: datetime
    sentence: str
    asked: datetime | None
    late: bool


@dataclass(frozen=True, slots=True)
class ReportView:
    """`account` is who reported, and never shown to `target`. `posts` are those that are still there, as their author
    sees them; `gone` is how many of the reported are not."""

    id: int
    account: AccountView
    target: AccountView
    posts: tuple[PostView, ...]
    gone: int
    category: str
    comment: str
    created_at: datetime
    closed_at: datetime | None
    action_taken: str


@dataclass(frozen=True, slots=True)
class AppealView:
    """`text` is what whoever appealed says; `outcome` is empty while nobody has decided."""

    id: int
    decision: "DecisionView"
    text: str
    outcome: str
    note: str
    created_at: datetime
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class DecisionView:
    """`by_id` is 0 where the instance or its operator decided. `until` is the last day for an appeal, None where there
    is nothing to appeal against; `appeal` is the outcome of one, `open`, or empty where there was none."""

    id: int
    act: Act
    code: str
    sentence: str
    at: datetime
    account_id: int
    post_id: int | None
    post_kind: str
    by_id: int
    until: date | None
    open: bool
    appeal: str


@dataclass(frozen=True, slots=True)
class AuditView:
    """An entry of the audit log, as it was chained."""

    id: int
    at: datetime
    by_id: int
    by: str
    act: str
    subject: str
    detail: dict[str, Any]
    before: str
    hash: str
