"""What has happened in the life of proposals and policies."""

from dataclasses import dataclass

from server.rules.events.event import Event


@dataclass(frozen=True, slots=True)
class ProposalMoved(Event):
    """A step was entered in the timeline of a proposal: here by `act` (`rules.lifecycle.Act`, or what else a step can
    say), or taken over from its home (`act` is then empty, `by_id` 0)."""

    post_id: int
    step_id: int
    act: str
    by_id: int


@dataclass(frozen=True, slots=True)
class ContributionDecided(Event):
    """An amendment, objection or corroboration was decided about; `by_id` did it."""

    post_id: int
    by_id: int


@dataclass(frozen=True, slots=True)
class BarrierNoted(Event):
    """Somebody else says, or a steward wishes to say, that a proposal is about the same barrier as another: its author
    is told. `account_id` says or wishes it."""

    post_id: int
    link_id: int
    account_id: int


@dataclass(frozen=True, slots=True)
class PolicyKept(Event):
    """A policy of ours was named or described anew, `at` (milliseconds)."""

    policy_id: int
    at: int
    by_id: int


@dataclass(frozen=True, slots=True)
class PolicyDeleted(Event):
    policy_id: int
    by_id: int


@dataclass(frozen=True, slots=True)
class ReminderDue(Event):
    """Somebody is reminded of a proposal, or of none in particular (0): of what says `what`
    (`rules.reminding.Reminder`); `mark` tells one such reminder from the next."""

    post_id: int
    what: str
    mark: int


@dataclass(frozen=True, slots=True)
class Endorsed(Event):
    """An organisation backs a proposal; `by_id` is the member who spoke for one of ours, 0 for one elsewhere."""

    endorsement_id: int
    post_id: int
    account_id: int
    by_id: int


@dataclass(frozen=True, slots=True)
class EndorsementWithdrawn(Event):
    """The row is gone: `uri` is what the Undo names."""

    endorsement_id: int
    post_id: int
    account_id: int
    uri: str
    by_id: int
