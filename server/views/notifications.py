"""What a member is told."""

from dataclasses import dataclass
from datetime import datetime

from server.views.accounts import AccountView
from server.views.posts import PostView


@dataclass(frozen=True, slots=True)
class NotificationView:
    """`kind` is one of Mastodon's: mention, status, reblog, follow, follow_request, favourite, poll, update,
    admin.sign_up, admin.report."""

    id: int
    kind: str
    account: AccountView
    post: PostView | None
    created_at: datetime
