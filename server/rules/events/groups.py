"""What has happened to organisations, topics and the instance."""

from dataclasses import dataclass

from server.rules.events.event import Event


@dataclass(frozen=True, slots=True)
class OrganisationsClaimed(Event):
    """Somebody elsewhere says which organisations they belong to, by their federated ids: those have yet to confirm it.
    Without any, they left all."""

    account_id: int
    organisation_uris: tuple[str, ...]


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
class InviteChanged(Event):
    """An invitation was `made` or `ended`: as `role`, into a group of ours or to a proposal (0: neither). Its code is
    not told: anybody can join with it."""

    what: str
    role: str
    organisation_id: int
    proposal_id: int
    by_id: int


@dataclass(frozen=True, slots=True)
class InstanceChanged(Event):
    by_id: int
