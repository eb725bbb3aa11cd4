"""What stewards and admins have decided, and what waits for them."""

from dataclasses import dataclass

from server.rules.events.event import Event


@dataclass(frozen=True, slots=True)
class PostHidden(Event):
    """A steward took from view what could be seen before: it is held, or removed."""

    post_id: int


@dataclass(frozen=True, slots=True)
class PostRestored(Event):
    """What was hidden can be seen again."""

    post_id: int


@dataclass(frozen=True, slots=True)
class DecisionMade(Event):
    """`by_id` decided about `account_id`, or a post of theirs (0: none); `act` and `code` as in `rules.moderation`."""

    decision_id: int
    by_id: int
    act: str
    code: str
    account_id: int
    post_id: int


@dataclass(frozen=True, slots=True)
class HeldTooLong(Event):
    """No steward has read it in time."""

    post_id: int


@dataclass(frozen=True, slots=True)
class AppealFiled(Event):
    appeal_id: int
    decision_id: int
    by_id: int


@dataclass(frozen=True, slots=True)
class DomainBlocked(Event):
    domain: str
    by_id: int


@dataclass(frozen=True, slots=True)
class DomainUnblocked(Event):
    domain: str
    by_id: int


@dataclass(frozen=True, slots=True)
class DomainDecided(Event):
    """Anything but a block was decided about a domain; `policy` as in `rules.domains`."""

    domain: str
    policy: str
    reject_media: bool
    reject_reports: bool
    by_id: int


@dataclass(frozen=True, slots=True)
class FederationChanged(Event):
    """Who may come in, and who may read whom we block; words of `rules.domains`."""

    federation: str
    blocks_shown: str
    by_id: int


@dataclass(frozen=True, slots=True)
class DomainPurged(Event):
    """All that came from a domain is being forgotten: `accounts` of them were left when it began."""

    domain: str
    accounts: int
    by_id: int


@dataclass(frozen=True, slots=True)
class DeliveriesRetried(Event):
    """Deliveries to `host` (empty: to several) were given a new try at once."""

    host: str
    number: int
    by_id: int


@dataclass(frozen=True, slots=True)
class DeliveriesDropped(Event):
    """Deliveries to `host` (empty: to several) will not be tried any more."""

    host: str
    number: int
    by_id: int


@dataclass(frozen=True, slots=True)
class ReportFiled(Event):
    report_id: int


@dataclass(frozen=True, slots=True)
class ReportClosed(Event):
    """`by_id` dealt with it; `act` is what was done."""

    report_id: int
    by_id: int
    act: str
