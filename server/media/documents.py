"""Documents that people add as evidence: known by what is in them, kept byte for byte, and only ever downloaded."""

import io
import zipfile
from dataclasses import dataclass
from typing import Final

from anyio import to_thread

from server.rules.documents import DOCUMENTS
from server.rules.errors import Invalid
from server.rules.limits import DOCUMENT_BYTES

_MACROS: Final = ("vbaproject.bin", "basic/")


@dataclass(frozen=True, slots=True)
class Document:
    """A document ready to be kept."""

    content: bytes
    extension: str

    @property
    def media_type(self) -> str:
        return DOCUMENTS[self.extension]


async def document(content: bytes) -> Document:
    """The document in `content`.

    Raises:
        Invalid: none of the kinds we take, too large, or with macros; the field is `file`.
    """
    if len(content) > DOCUMENT_BYTES:
        raise Invalid("file", "This document is too large. %(limit)s MB is the limit.", limit=DOCUMENT_BYTES >> 20)
    extension = await to_thread.run_sync(_extension, content)
    if extension is None:
        raise Invalid("file", "Use a picture, or a document as PDF, plain text, ODT or DOCX without macros.")
    return Document(content, extension)


def is_picture(content: bytes) -> bool:
    """Whether this begins as a JPEG, PNG, GIF or WebP does; whether it is one, `process` finds out."""
    return content.startswith((b"\xff\xd8\xff", b"\x89PNG", b"GIF8")) or (content[:4], content[8:12]) == (
        b"RIFF",
        b"WEBP",
    )


def _extension(content: bytes) -> str | None:
    if content.startswith(b"%PDF-"):
        return "pdf"
    if content.startswith(b"PK\x03\x04"):
        return _of_archive(content)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    readable = all(letter >= " " or letter in "\t\r\n\f" for letter in text)
    return "txt" if text.strip() and readable else None


def _of_archive(content: bytes) -> str | None:
    """Only the list of what is inside is read, and the few bytes that name an ODT; nothing is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = {name.lower() for name in archive.namelist()}
            if any(name.endswith(_MACROS[0]) or name.startswith(_MACROS[1]) for name in names):
                return None
            if {"[content_types].xml", "word/document.xml"} <= names:
                return "docx"
            if "mimetype" in names:
                with archive.open("mimetype") as file:
                    return "odt" if file.read(64) == DOCUMENTS["odt"].encode() else None
    except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError, ValueError, OSError, EOFError):
        return None
    return None
