"""Pictures to upload."""

import io

from PIL import Image


def png(width: int = 64, height: int = 48) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), (200, 40, 40)).save(out, "PNG")
    return out.getvalue()


def jpeg_with_place(width: int = 640, height: int = 320) -> bytes:
    """A photograph that says who took it and is stored on its side."""
    image = Image.new("RGB", (width, height), (20, 90, 200))
    exif = Image.Exif()
    exif[0x010F] = "Secret camera"
    exif[0x0112] = 6
    exif[0x013B] = "Rosa Marchetti"
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif, comment=b"taken at home")
    return out.getvalue()
