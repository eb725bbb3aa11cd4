"""Who is looking, and which part of a long list they ask for."""

from dataclasses import dataclass, replace

from server.rules.accounts import Role
from server.rules.permissions import STEWARDS, Principal


@dataclass(frozen=True, slots=True)
class Viewer:
    """`account_id` is 0 for a visitor who is not signed in. `filters` is the revision of their filters, 0 where there
    are none or where they do not matter."""

    account_id: int = 0
    member_id: int = 0
    role: Role = "member"
    filters: int = 0

    @property
    def signed_in(self) -> bool:
        return self.account_id != 0

    @property
    def is_steward(self) -> bool:
        return self.role in STEWARDS


VISITOR = Viewer()


def viewer_of(by: Principal) -> Viewer:
    """The same person as reader that `by` is as actor."""
    return Viewer(by.account_id, by.member_id, by.role)


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list that is ordered by id, newest first (Mastodon API, "Paginating through API responses").

    `max_id`: only older ones. `since_id`: only newer ones, the newest of them. `min_id`: only newer ones, those that
    follow directly. `limit` is already clamped.
    """

    limit: int = 20
    max_id: int | None = None
    since_id: int | None = None
    min_id: int | None = None

    def older_than(self, cursor: int) -> "Page":
        return replace(self, max_id=cursor, since_id=None, min_id=None)
