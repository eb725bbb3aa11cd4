"""What every consequence is given beside the event."""

from collections.abc import Callable
from dataclasses import dataclass

from server.config import Settings
from server.live.hub import Hub


@dataclass(frozen=True, slots=True)
class Context:
    """`job_id` is the same when the event is worked on again after a crash, so that addresses made from it are, too.
    `clock` gives milliseconds since 1970."""

    settings: Settings
    hub: Hub
    clock: Callable[[], int]
    job_id: int

    @property
    def origin(self) -> str:
        return self.settings.base_url

    def address(self, name: object) -> str:
        """The address of an activity of ours."""
        return f"{self.origin}/activities/{name}"
