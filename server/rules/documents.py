"""The kinds of documents that people may add as evidence."""

from collections.abc import Mapping
from typing import Final

DOCUMENTS: Final[Mapping[str, str]] = {
    "pdf": "application/pdf",
    "txt": "text/plain",
    "odt": "application/vnd.oasis.opendocument.text",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
DOCUMENT_TYPES: Final = frozenset(DOCUMENTS.values())
