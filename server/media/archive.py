"""A ZIP file of everything that is somebody's, made in a thread on the disk, so that its size costs no memory."""

import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from anyio import to_thread


async def archive(folder: Path, texts: Mapping[str, bytes], files: Sequence[tuple[str, Path]]) -> Path:
    """Write a ZIP file and return where it lies; whoever asked takes it away.

    Args:
        folder: where it may lie, on the same disk as the data.
        texts: what is to be in it, by name.
        files: files to be copied into it as they are, by name.
    """
    return await to_thread.run_sync(_write, folder, texts, files)


def _write(folder: Path, texts: Mapping[str, bytes], files: Sequence[tuple[str, Path]]) -> Path:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (
        tempfile.NamedTemporaryFile(dir=folder, prefix="archive-", suffix=".zip", delete=False) as made,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archived,
    ):
        for name, content in texts.items():
            archived.writestr(name, content)
        for name, path in files:
            archived.write(path, name, zipfile.ZIP_STORED)  # pictures do not get smaller
    return Path(made.name)
