"""Proposals about the same barrier."""

from dataclasses import dataclass
from datetime import datetime

from server.views.posts import PostView


@dataclass(frozen=True, slots=True)
class SameBarrierView:
    """Another proposal that is said to be about the same barrier: by the home of this one, by its own, or by both,
    which makes it firm. `wished_at` is when a steward told the author of this one that they would say so. `post` is
    empty where we do not know it, or the reader may not see it."""

    uri: str
    said_here: bool
    said_there: bool
    wished_at: datetime | None
    post: PostView | None

    @property
    def firm(self) -> bool:
        return self.said_here and self.said_there


@dataclass(frozen=True, slots=True)
class Pooled:
    """What proposals about one barrier count together: shown, and nothing else."""

    proposals: int
    organisations: int
    corroborations: int
