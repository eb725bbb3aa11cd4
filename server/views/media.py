"""Pictures and what describes them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MediaView:
    """`url` and `small_url` are ours, also for pictures from elsewhere; `state` is ready, processing or failed."""

    id: int
    kind: str
    media_type: str
    url: str
    small_url: str
    remote_url: str
    width: int | None
    height: int | None
    small_width: int | None
    small_height: int | None
    description: str
    focus: tuple[float, float] | None
    blurhash: str
    state: str = "ready"
