"""The part of media/process.py that needs Pillow, whose 5 MB are loaded with the first picture, in its thread."""

import io
import warnings
from typing import Final

import blurhash_rs
from PIL import Image, ImageOps, UnidentifiedImageError

from server.media.process import MAX_PIXELS, Picture
from server.rules.errors import Invalid, Text

_LARGEST: Final = (2048, 2048)
_SMALL: Final = (480, 480)
_FORMATS: Final = ("JPEG", "PNG", "GIF", "WEBP")
_UNREADABLE: Final = Text("This is not a picture we can read. Use JPEG, PNG, GIF or WebP.")


def made_safe(content: bytes, square: int | None) -> Picture:
    """As `process`, whose docstring says more; blocks.

    Raises:
        Invalid: not a picture, or too many pixels.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = _opened(content)
    except Invalid:
        raise
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Invalid("file", _UNREADABLE, str(error)) from error
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError) as error:
        raise Invalid("file", _UNREADABLE, repr(error)) from error
    if square is not None:
        image = ImageOps.fit(image, (min(square, *image.size),) * 2)
    small = image.copy()
    small.thumbnail(_SMALL)
    tiny = image.convert("RGB")
    tiny.thumbnail((64, 64))
    main, extension, media_type = _written(image)
    small_content, small_extension, _ = _written(small)
    return Picture(
        content=main,
        extension=extension,
        media_type=media_type,
        width=image.width,
        height=image.height,
        small=small_content,
        small_extension=small_extension,
        small_width=small.width,
        small_height=small.height,
        blurhash=blurhash_rs.blurhash_encode(tiny, 4, 3),
    )


def _opened(content: bytes) -> Image.Image:
    """The first frame, upright, in RGB or RGBA, within the largest size."""
    with Image.open(io.BytesIO(content), formats=_FORMATS) as opened:
        width, height = opened.size
        if width * height > MAX_PIXELS:
            raise Invalid("file", "This picture has too many pixels. 33 million is the limit.")
        opened.draft("RGB", _LARGEST)
        opened.load()
        clear = "A" in opened.getbands() or "transparency" in opened.info
        image = opened if opened.mode in ("RGB", "RGBA") else opened.convert("RGBA" if clear else "RGB")
        # Made small before it is turned or converted once more: each full-size copy is up to 130 MB.
        image.thumbnail(_LARGEST)
        image = ImageOps.exif_transpose(image).convert("RGBA" if clear else "RGB")
    # A fresh image: no EXIF, no colour profile, no comment can come along.
    bare = Image.new(image.mode, image.size)
    bare.paste(image)
    return bare


def _written(image: Image.Image) -> tuple[bytes, str, str]:
    out = io.BytesIO()
    if image.mode == "RGBA":
        image.save(out, "PNG", optimize=False)
        return out.getvalue(), "png", "image/png"
    image.save(out, "JPEG", quality=85, progressive=True)
    return out.getvalue(), "jpg", "image/jpeg"
