"""Apps and the tokens they hold."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class AppView:
    id: int
    name: str
    website: str
    client_id: str
    client_secret: str
    redirect_uris: tuple[str, ...]
    scopes: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class TokenView:
    """`account_id` and `member_id` are 0 for a token of the app itself. `filters` is the revision of the member's
    filters, 0 where there are none."""

    id: int
    app: AppView
    member_id: int
    account_id: int
    role: str
    suspended: bool
    scopes: str
    created_at: datetime
    filters: int = 0


@dataclass(frozen=True, slots=True)
class ListView:
    id: int
    title: str
    replies_policy: str
    exclusive: bool


@dataclass(frozen=True, slots=True)
class MarkerView:
    timeline: str
    last_read_id: int
    version: int
    updated_at: datetime
