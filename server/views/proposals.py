"""What a proposal has beyond a post."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SectionView:
    """`key` is one of `rules.proposals.SECTION_KEYS`; `html` is sanitised."""

    key: str
    source: str
    html: str


@dataclass(frozen=True, slots=True)
class StepView:
    """An entry of the timeline. `name` is the byline's name, empty where nobody is named."""

    kind: str
    at: datetime
    name: str
    account_id: int | None
    version: int | None
    note_html: str


@dataclass(frozen=True, slots=True)
class ProposalView:
    """Support is three numbers that are never added up: members here, members of civic instances elsewhere, and the
    wider fediverse."""

    state: str
    state_at: datetime
    kind: str
    sections: tuple[SectionView, ...]
    comments_count: int
    support_here: int
    support_civic: int
    support_wider: int
    active_at: datetime

    def section(self, key: str) -> SectionView | None:
        return next((section for section in self.sections if section.key == key), None)


@dataclass(frozen=True, slots=True)
class DraftView:
    """A proposal being written; `post_id` is set while a raised one is being edited."""

    id: int
    topic_id: int | None
    title: str
    answers: dict[str, str]
    language: str
    post_id: int | None
    updated_at: datetime
