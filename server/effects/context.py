"""What every consequence is given beside the event."""

from collections.abc import Callable
from dataclasses import dataclass, field

from server.config import Settings
from server.live.hub import Hub
from server.queries import said
from server.queries.said import Said


@dataclass(frozen=True, slots=True)
class Context:
    """`job_id` is the same when the event is worked on again after a crash, so that addresses made from it are, too.
    `clock` gives milliseconds since 1970."""

    settings: Settings
    hub: Hub
    clock: Callable[[], int]
    job_id: int
    _said: dict[int, Said | None] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        return self.settings.base_url

    def address(self, name: object) -> str:
        """The address of an activity of ours."""
        return f"{self.origin}/activities/{name}"

    async def said(self, post_id: int) -> Said | None:
        """The facts of a post, asked for once for all consequences of the event. None if it is gone."""
        if post_id not in self._said:
            self._said[post_id] = await said.by_id(post_id)
        return self._said[post_id]
