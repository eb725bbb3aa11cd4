"""What has happened. An action emits one of these in the same transaction as the rows it writes; `effects/table.py`
says everything that follows from each. Fields are ids, texts and numbers, so that an event survives a restart as JSON.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Event:
    """The root of all events."""


@dataclass(frozen=True, slots=True)
class PostPublished(Event):
    """A post, a comment or a proposal was published here or arrived. `fetched` marks old ones we went and got: they
    notify nobody."""

    post_id: int
    fetched: bool = False


@dataclass(frozen=True, slots=True)
class PostEdited(Event):
    post_id: int
    version: int


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
class PostDeleted(Event):
    """The author took it back."""

    post_id: int
    by_id: int


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
class ReminderDue(Event):
    """Somebody is reminded of a proposal, or of none in particular (0): of what says `what`
    (`rules.reminding.Reminder`); `mark` tells one such reminder from the next."""

    post_id: int
    what: str
    mark: int


@dataclass(frozen=True, slots=True)
class AppealFiled(Event):
    appeal_id: int
    decision_id: int
    by_id: int


@dataclass(frozen=True, slots=True)
class QuoteNoted(Event):
    """A post from elsewhere quotes something: what, and whether it may, is to be looked up."""

    post_id: int


@dataclass(frozen=True, slots=True)
class QuoteAnswered(Event):
    """`account_id`, elsewhere, asked by `request_uri` whether `quoting_uri` may quote the post; `stamp_id` 0: no."""

    stamp_id: int
    post_id: int
    account_id: int
    quoting_uri: str
    request_uri: str


@dataclass(frozen=True, slots=True)
class QuoteRevoked(Event):
    stamp_id: int
    post_id: int
    account_id: int


@dataclass(frozen=True, slots=True)
class PostLiked(Event):
    like_id: int
    post_id: int
    account_id: int


@dataclass(frozen=True, slots=True)
class PostUnliked(Event):
    """The row is gone: `like_uri` is what the Undo names."""

    post_id: int
    account_id: int
    like_uri: str


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


@dataclass(frozen=True, slots=True)
class PostBoosted(Event):
    """`boost_id` is a post of its own, whose `reblog_of_id` is `post_id`."""

    boost_id: int
    post_id: int
    account_id: int


@dataclass(frozen=True, slots=True)
class PostUnboosted(Event):
    boost_id: int
    post_id: int
    account_id: int
    boost_uri: str


@dataclass(frozen=True, slots=True)
class ActivityTaken(Event):
    """A reply to one of ours, an edit, a deletion, support or its end took effect; `receipt_id` keeps it as it came."""

    receipt_id: int
    post_id: int


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
class OrganisationsClaimed(Event):
    """Somebody elsewhere says which organisations they belong to, by their federated ids: those have yet to confirm it.
    Without any, they left all."""

    account_id: int
    organisation_uris: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MemberJoined(Event):
    member_id: int
    account_id: int


@dataclass(frozen=True, slots=True)
class OrganisationChanged(Event):
    """A hosted organisation or group was `created`, or its words `changed`."""

    account_id: int
    what: str
    by_id: int


@dataclass(frozen=True, slots=True)
class MembershipChanged(Event):
    """`state` is the role in the organisation once both sides say so, `waiting` before, `ended` afterwards."""

    organisation_id: int
    account_id: int
    state: str
    by_id: int


@dataclass(frozen=True, slots=True)
class TopicCreated(Event):
    account_id: int


@dataclass(frozen=True, slots=True)
class ChapterLinked(Event):
    """We asked to follow `chapter_id` for our topic, or accepted its wish; `state` is the new state of the link."""

    topic_id: int
    chapter_id: int
    state: str


@dataclass(frozen=True, slots=True)
class PollVoted(Event):
    post_id: int
    account_id: int
    choices: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PollClosed(Event):
    """Nobody can vote any more; `at` is when that was noted (milliseconds)."""

    post_id: int
    at: int


@dataclass(frozen=True, slots=True)
class PollCounted(Event):
    """How a poll of ours that is still open stands was due to be told at `at` (milliseconds)."""

    post_id: int
    at: int


@dataclass(frozen=True, slots=True)
class DomainBlocked(Event):
    domain: str
    by_id: int


@dataclass(frozen=True, slots=True)
class DomainUnblocked(Event):
    domain: str
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


@dataclass(frozen=True, slots=True)
class InstanceChanged(Event):
    by_id: int


def named() -> dict[str, type[Event]]:
    """Every event by the name under which it is stored."""
    return {event.__name__: event for event in Event.__subclasses__() if event.__module__ == __name__}
