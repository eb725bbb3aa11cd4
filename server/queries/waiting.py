"""All that waits for a steward, as one list: held posts, reports and appeals, the longest wait first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from server.queries import moderation, reports
from server.views.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing to decide about. `id` is that of the post, report or appeal; `title` names it, `about` is its reason or
    category; `late`: it waits for longer than it should. What its author was asked to change waits anew from
    then on."""

    kind: Literal["held", "reports", "appeals"]
    id: int
    title: str
    about: str
    since: datetime
    late: bool = False


async def waiting_for(viewer: Viewer) -> list[Waiting]:
    """What waits for this steward. Nobody decides about an appeal against a decision of their own."""
    found = [
        *(
            Waiting("held", each.post.id, each.post.title, each.post.held_reason, each.asked or each.since, each.late)
            for each in await moderation.held(viewer)
        ),
        *(
            Waiting("reports", each.id, each.target.shown_name, each.category, each.created_at)
            for each in await reports.open_reports()
        ),
        *(
            Waiting("appeals", each.id, "", each.decision.act, each.created_at)
            for each in await moderation.open_appeals()
            if each.decision.by_id != viewer.account_id
        ),
    ]
    return sorted(found, key=lambda each: each.since)
