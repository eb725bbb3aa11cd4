"""Posts that wait for their time."""

from dataclasses import dataclass
from datetime import datetime

from server.rules.scheduling import Draft
from server.views.media import MediaView


@dataclass(frozen=True, slots=True)
class ScheduledView:
    """`poll_seconds` is how long its poll will be open, if it has one that ends."""

    id: int
    publish_at: datetime
    draft: Draft
    poll_seconds: int | None = None
    media: tuple[MediaView, ...] = ()
