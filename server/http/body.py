"""What a request asks for, however it was written: query string, form, multipart or JSON, with bracket arrays.

Mastodon's apps send the same call in all of these ways, so every handler reads its parameters here and nowhere else.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import orjson
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request

from server.rules.ids import id_in

MAX_JSON: Final = 1 << 20
MAX_UPLOAD: Final = 17 << 20
_MAX_FIELDS: Final = 1000
_MAX_DEPTH: Final = 6
_PART: Final = re.compile(r"\[([^\[\]]*)\]")
_TRUE: Final = frozenset(("true", "1", "on", "yes", "t"))
_FALSE: Final = frozenset(("false", "0", "off", "no", "f", ""))

Tree = dict[str, Any]


class Params:
    """Named values of a request. Each reader returns its default when the name is absent and answers 400 when the
    value has the wrong form."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree

    def __contains__(self, name: str) -> bool:
        return name in self._tree

    def text(self, name: str, default: str = "") -> str:
        """The value as text, without NUL; numbers and booleans that came as JSON are written out."""
        value = self._tree.get(name)
        if value is None:
            return default
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, str | int | float):
            return str(value).replace("\x00", "")
        raise _bad(name, "is not a text")

    def given(self, name: str) -> str | None:
        """The text, or None when the name is absent: for changes that leave the rest as it is."""
        return self.text(name) if name in self._tree else None

    def number(self, name: str) -> int | None:
        value = self.text(name).strip()
        if not value:
            return None
        if not re.fullmatch(r"-?[0-9]{1,18}", value):
            raise _bad(name, "is not a number")
        return int(value)

    def flag(self, name: str, default: bool = False) -> bool:
        """A yes or no as `true false 1 0 on off`, in any case."""
        value = self.text(name, "?").strip().lower()
        if value == "?":
            return default
        if value in _TRUE:
            return True
        if value in _FALSE:
            return False
        raise _bad(name, "is neither true nor false")

    def maybe(self, name: str) -> bool | None:
        return self.flag(name) if name in self._tree else None

    def texts(self, name: str) -> tuple[str, ...]:
        """A list: `name[]=a&name[]=b`, `name[0]=a`, a JSON array, or a single value."""
        return tuple(
            _text_of(name, value) for value in _sequence(self._tree.get(name)) if value is not None and value != ""
        )

    def ids(self, name: str) -> tuple[int, ...]:
        """A list of our ids; what cannot be one can name nothing of ours and is left out."""
        return tuple(found for value in self.texts(name) if (found := id_in(value)) is not None)

    def part(self, name: str) -> "Params":
        """The nested values under `name[…]`."""
        value = self._tree.get(name)
        return Params(value if isinstance(value, dict) else {})

    def holds(self, name: str) -> bool:
        """Whether there is anything under the name but nothing, an empty text or an empty part."""
        return self._tree.get(name) not in (None, "", {}, [])

    def parts(self, name: str) -> tuple["Params", ...]:
        """A list of nested values: `name[0][key]=…` or a JSON array of objects."""
        return tuple(Params(value) for value in _sequence(self._tree.get(name)) if isinstance(value, dict))

    def file(self, name: str) -> bytes | None:
        """The content of an uploaded file."""
        value = self._tree.get(name)
        return value if isinstance(value, bytes) else None

    def names(self) -> tuple[str, ...]:
        return tuple(self._tree)


def query_of(request: Request) -> Params:
    """The parameters of a request that has no body."""
    return Params(tree_of(request.query_params.multi_items()))


async def params_of(request: Request) -> Params:
    """All parameters; the body wins over the query string.

    Raises:
        HTTPException: 400 for a body that cannot be read, 413 for one that is too large.
    """
    tree = tree_of(request.query_params.multi_items())
    if request.method in ("GET", "HEAD"):
        return Params(tree)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        _check_length(request, MAX_UPLOAD)
        try:
            async with request.form(max_files=8, max_fields=_MAX_FIELDS, max_part_size=MAX_JSON) as form:
                pairs = [(name, await _taken(value)) for name, value in form.multi_items()]
        except MultiPartException as error:
            raise HTTPException(400, "The form could not be read.") from error
        return Params(tree | tree_of(pairs))
    body = await read(request, MAX_JSON)
    if not body.strip():
        return Params(tree)
    if kind == "application/json" or (kind != "application/x-www-form-urlencoded" and body.lstrip()[:1] == b"{"):
        try:
            value = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise HTTPException(400, "The body is not JSON.") from error
        if not isinstance(value, dict):
            raise HTTPException(400, "The body is not a JSON object.")
        # Some clients write bracket names into JSON as well.
        return Params(tree | tree_of((name, item) for name, item in value.items()))
    form = await request.form(max_fields=_MAX_FIELDS)
    return Params(tree | tree_of(form.multi_items()))


async def _taken(value: UploadFile | str) -> bytes | str:
    """A file's content, so that its temporary file can be closed at once."""
    return value if isinstance(value, str) else await value.read()


async def read(request: Request, limit: int) -> bytes:
    """The body, or 413 as soon as more than `limit` bytes have come. It stays readable for `request.form()`."""
    _check_length(request, limit)
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise HTTPException(413, "This is too large.")
        chunks.append(chunk)
    body = b"".join(chunks)
    request._body = body
    return body


def tree_of(pairs: Iterable[tuple[str, Any]]) -> Tree:
    """Nest flat names: `a[b][]=1` becomes `{"a": {"b": [1]}}`. A numbered level becomes a dict of digits, which the
    readers of lists take in order."""
    tree: Tree = {}
    for name, value in pairs:
        head, bracket, _ = name.partition("[")
        path = [head, *_PART.findall(name[len(head) :])] if bracket and head else [name]
        if len(path) > _MAX_DEPTH:
            raise HTTPException(400, "The parameters are nested too deeply.")
        _put(tree, path, value)
    return tree


def _put(tree: Tree, path: list[str], value: Any) -> None:
    """Set `value` at `path`; an empty part appends. Objects in an array (`a[][b]`) begin anew when a key repeats."""
    here = tree
    for at, part in enumerate(path[:-1]):
        if part == "":
            return
        appends = path[at + 1] == ""
        below = here.get(part)
        if appends:
            items = below if isinstance(below, list) else []
            here[part] = items
            rest = path[at + 2 :]
            if not rest:
                items.append(value)
                return
            last = items[-1] if items and isinstance(items[-1], dict) else None
            if last is None or rest[0] in last:
                last = {}
                items.append(last)
            _put(last, rest, value)
            return
        if not isinstance(below, dict):
            below = {}
            here[part] = below
        here = below
    here[path[-1]] = value


def _sequence(value: Any) -> list[Any]:
    if value is None:
        return []
    if isinstance(value, list):
        return value
    if isinstance(value, Mapping):
        numbered = [key for key in value if key.isascii() and key.isdigit() and len(key) < 10]
        return [value[key] for key in sorted(numbered, key=int)]
    return [value]


def _text_of(name: str, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise _bad(name, "is not a list of texts")
    return str(value).replace("\x00", "")


def _check_length(request: Request, limit: int) -> None:
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > limit:
        raise HTTPException(413, "This is too large.")


def _bad(name: str, text: str) -> HTTPException:
    return HTTPException(400, f"The parameter {name} {text}.")
