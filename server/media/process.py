"""Making a picture safe and small: decoded, turned upright, stripped of all that is not pixels (place, camera, name),
and written anew. Nothing of the original file survives. Runs in a thread; at most two at a time."""

from dataclasses import dataclass
from typing import Final

from anyio import CapacityLimiter, to_thread

from server.rules.errors import Invalid

MAX_BYTES: Final = 16 << 20
MAX_PIXELS: Final = 33_177_600
ACCEPTED: Final = ("image/jpeg", "image/png", "image/gif", "image/webp")

_limiter: CapacityLimiter | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture ready to be kept. Sizes in pixels."""

    content: bytes
    extension: str
    media_type: str
    width: int
    height: int
    small: bytes
    small_extension: str
    small_width: int
    small_height: int
    blurhash: str


async def process(content: bytes, *, square: int | None = None) -> Picture:
    """The picture in `content`, at most 2,048 pixels wide and high; `square` crops it to that side (avatars).

    Raises:
        Invalid: not a picture, too many bytes or pixels.
    """
    global _limiter
    if len(content) > MAX_BYTES:
        raise Invalid("file", "This picture is too large. %(most)s MB is the limit.", most=MAX_BYTES >> 20)
    if _limiter is None:
        _limiter = CapacityLimiter(2)
    return await to_thread.run_sync(_made_safe, content, square, limiter=_limiter)


def _made_safe(content: bytes, square: int | None) -> Picture:
    from server.media.pixels import made_safe  # noqa: PLC0415  # see there

    return made_safe(content, square)
