"""JSON answers."""

from collections.abc import Mapping
from typing import Any

import orjson
from starlette.responses import Response


class Json(Response):
    """A JSON answer. Bytes are sent as they are: they have been rendered before."""

    media_type = "application/json; charset=utf-8"

    def __init__(self, content: Any = None, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(content, status, headers)
        self.headers.setdefault("Cache-Control", "private, no-store")
        self.headers.setdefault("Vary", "Authorization, Origin")

    def render(self, content: Any) -> bytes:
        return content if isinstance(content, bytes) else orjson.dumps(content)
