"""What has happened to people, and between them."""

from dataclasses import dataclass

from server.rules.events.event import Event


@dataclass(frozen=True, slots=True)
class FollowRequested(Event):
    """Somebody wants to follow; `state` says whether the row already stands as accepted."""

    follow_id: int
    account_id: int
    target_id: int


@dataclass(frozen=True, slots=True)
class FollowAnswered(Event):
    """The target said yes or no."""

    follow_id: int
    account_id: int
    target_id: int
    follow_uri: str
    accepted: bool


@dataclass(frozen=True, slots=True)
class Unfollowed(Event):
    account_id: int
    target_id: int
    follow_uri: str


@dataclass(frozen=True, slots=True)
class AccountBlocked(Event):
    account_id: int
    target_id: int
    uri: str = ""


@dataclass(frozen=True, slots=True)
class AccountUnblocked(Event):
    account_id: int
    target_id: int
    uri: str = ""


@dataclass(frozen=True, slots=True)
class AccountUpdated(Event):
    account_id: int


@dataclass(frozen=True, slots=True)
class KeysRotated(Event):
    account_id: int
    proof_key: str
    at: int
    by_id: int


@dataclass(frozen=True, slots=True)
class AccountMoved(Event):
    account_id: int
    target_id: int


@dataclass(frozen=True, slots=True)
class AccountSuspended(Event):
    account_id: int
    by_id: int


@dataclass(frozen=True, slots=True)
class AccountRestored(Event):
    account_id: int
    by_id: int


@dataclass(frozen=True, slots=True)
class AccountGone(Event):
    """Deleted by its owner's server; its posts follow in batches."""

    account_id: int


@dataclass(frozen=True, slots=True)
class RoleGiven(Event):
    """A member of the instance was made this."""

    account_id: int
    role: str
    by_id: int


@dataclass(frozen=True, slots=True)
class MemberJoined(Event):
    member_id: int
    account_id: int
