"""You said, they did: what became of somebody's words."""

from dataclasses import dataclass

from server.views.posts import PostView
from server.views.proposals import StepView


@dataclass(frozen=True, slots=True)
class OutcomeView:
    """What became of a proposal: the newest answer, the steps that were done or dropped, and how it ended (the step of
    the closing or withdrawal, if it did)."""

    proposal: PostView
    answer: PostView | None
    actions: tuple[PostView, ...]
    ended: StepView | None


@dataclass(frozen=True, slots=True)
class HeardView:
    """The same for one person: `wrote` is what they said, oldest first, `supported` whether they support it."""

    outcome: OutcomeView
    wrote: tuple[PostView, ...]
    supported: bool
