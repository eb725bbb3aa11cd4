"""What a member is told."""

from dataclasses import dataclass
from datetime import datetime

from server.rules.notifying import About, about
from server.views.accounts import AccountView
from server.views.hearing import HeardView
from server.views.posts import PostView
from server.views.proposals import StepView


@dataclass(frozen=True, slots=True)
class NotificationView:
    """`kind` is one of Mastodon's: mention, status, reblog, follow, follow_request, favourite, poll, update,
    admin.sign_up, admin.report. `step` is the step of a proposal's timeline that an update tells of, or that
    was done with the post of a status."""

    id: int
    kind: str
    account: AccountView
    post: PostView | None
    created_at: datetime
    step: StepView | None = None

    @property
    def about(self) -> About:
        return about(self.kind, self.step.kind if self.step else "", letter=self.letter)

    @property
    def letter(self) -> bool:
        """Whether it is a letter of this site to one of its people."""
        writer = self.post.account if self.post and self.post.visibility == "direct" else None
        return writer is not None and writer.local and writer.kind in ("organisation", "instance")

    @property
    def said_by_step(self) -> bool:
        """Whether an app alone needs it: on a page the step itself, in another notification, shows the post."""
        return self.kind == "status" and self.step is not None


@dataclass(frozen=True, slots=True)
class DigestView:
    """The news of one proposal, newest first; without `proposal` whatever belongs to none. `heard` is there where
    something became of the reader's own words."""

    proposal: PostView | None
    news: tuple[NotificationView, ...]
    heard: HeardView | None = None
