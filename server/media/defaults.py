"""The pictures of those who have none, drawn once a process: an app must always get a real one."""

import io
from functools import lru_cache
from typing import Final

from anyio import to_thread

_PAPER: Final = (233, 228, 216)
_SIZES: Final = {"avatar": (400, 400), "icon": (192, 192), "header": (1500, 500), "thumbnail": (1200, 630)}


async def picture(name: str, ink: str) -> bytes | None:
    """PNG of `avatar.png`, `header.png`, `icon.png` or `thumbnail.png`; None for any other name.

    Args:
        ink: the colour that is drawn in, as #rrggbb.
    """
    kind = name.removesuffix(".png")
    if kind not in _SIZES or kind == name:
        return None
    return await to_thread.run_sync(_drawn, kind, ink)


@lru_cache(maxsize=16)
def _drawn(kind: str, ink: str) -> bytes:
    from PIL import Image, ImageDraw  # noqa: PLC0415  # as late as media/pixels.py

    width, height = _SIZES[kind]
    image = Image.new("RGB", (width, height), _PAPER)
    draw = ImageDraw.Draw(image)
    if kind == "avatar":
        draw.ellipse((width * 0.34, height * 0.2, width * 0.66, height * 0.52), fill=ink)
        draw.ellipse((width * 0.18, height * 0.6, width * 0.82, height * 1.3), fill=ink)
    else:
        # A ring of people: the moot.
        unit = min(width, height) / 8
        for x, y in ((0, -2), (1.7, -1), (1.7, 1), (0, 2), (-1.7, 1), (-1.7, -1)):
            middle = (width / 2 + x * unit, height / 2 + y * unit)
            draw.ellipse(
                (middle[0] - unit / 2, middle[1] - unit / 2, middle[0] + unit / 2, middle[1] + unit / 2), fill=ink
            )
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()
