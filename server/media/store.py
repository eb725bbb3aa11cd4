"""Where pictures and documents lie: `data_dir/media`, two levels of folders by the beginning of their names.

Names are random: whoever was not shown a picture cannot find its address, not even with a copy of it. A file never
changes and may be cached for ever.
"""

import os
import secrets
from pathlib import Path
from typing import Final

from anyio import to_thread

from server.rules.documents import DOCUMENTS

TYPES: Final = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "gif": "image/gif",
    "mp4": "video/mp4",
    "webm": "video/webm",
    "mp3": "audio/mpeg",
    "ogg": "audio/ogg",
    **DOCUMENTS,
}


class Store:
    """Files under one folder."""

    def __init__(self, root: Path) -> None:
        self._root = root

    async def put(self, content: bytes, extension: str) -> str:
        """Keep `content`; returns its path relative to the folder, always with forward slashes."""
        return await to_thread.run_sync(self._put, content, extension)

    async def delete(self, path: str) -> None:
        """Take a file away; it may be gone already."""
        found = self.find(path)
        if found is not None:
            await to_thread.run_sync(found.unlink, True)

    def find(self, path: str) -> Path | None:
        """The file at a relative path, or None if there is none or the path would leave the folder."""
        name = Path(path)
        if name.is_absolute() or ".." in name.parts or name.suffix.lstrip(".") not in TYPES:
            return None
        found = self._root / name
        return found if found.is_file() else None

    def _put(self, content: bytes, extension: str) -> str:
        name = secrets.token_hex(20)
        folder = self._root / name[:2] / name[2:4]
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / f"{name}.{extension}"
        partial = folder / f".{name}.{os.getpid()}.part"
        partial.write_bytes(content)
        partial.replace(target)
        return target.relative_to(self._root).as_posix()
