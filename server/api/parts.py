"""The part of a list that a script asks for by `limit` and `offset`, and where its neighbours are (RFC 8288); and the
version that a change was made from (RFC 9110, If-Match)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from urllib.parse import quote, urlencode

from starlette.requests import Request

from server.api.operations import PAGE
from server.http.body import query_of
from server.http.replies import Json

FARTHEST: Final = 100_000
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Part:
    """Queries are asked for `one_more` entry than is shown, which tells whether others follow."""

    limit: int
    offset: int

    @property
    def one_more(self) -> int:
        return self.limit + 1

    def of(self, everything: Sequence[T]) -> Sequence[T]:
        """The part of a list that is read as a whole, and one more."""
        return everything[self.offset : self.offset + self.one_more]


def part_of(request: Request) -> Part:
    """The part asked for: 20 entries from the beginning, unless the address says otherwise."""
    params = query_of(request)
    return Part(
        limit=min(max(params.number("limit") or 20, 1), PAGE),
        offset=min(max(params.number("offset") or 0, 0), FARTHEST),
    )


def listing(request: Request, part: Part, found: Sequence[dict[str, Any]]) -> Json:
    """The answer with a part of a list; `found` has one more entry where others follow."""
    said = []
    if len(found) > part.limit:
        said.append(_link(request, part, part.offset + part.limit, "next"))
    if part.offset:
        said.append(_link(request, part, max(part.offset - part.limit, 0), "prev"))
    return Json(list(found[: part.limit]), headers={"Link": ", ".join(said)} if said else {})


def etag(version: int) -> dict[str, str]:
    """The header that names a version."""
    return {"ETag": f'"{version}"'}


def base_of(request: Request) -> int | None:
    """The version that a change was made from; None where the script does not say, or says that any will do."""
    text = request.headers.get("if-match", "").strip().removeprefix("W/").strip('"')
    if text in ("", "*"):
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else -1


def _link(request: Request, part: Part, offset: int, rel: str) -> str:
    kept = [(name, value) for name, value in request.query_params.multi_items() if name not in ("limit", "offset")]
    asked = urlencode([*kept, ("limit", part.limit), ("offset", offset)])
    return f'<{request.app.state.settings.origin}{quote(request.scope["path"])}?{asked}>; rel="{rel}"'
