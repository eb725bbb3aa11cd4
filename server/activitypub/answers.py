"""How an object of ours is handed out: type, caching, and the one 404 for everything that is not for the asker."""

import hashlib
from collections.abc import Awaitable, Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from federation.activities import tombstone_of
from federation.contexts import standalone
from federation.errors import ProtocolError, Unavailable
from federation.values import Json as Document
from federation.values import dumps
from server.activitypub.signed import received, signer_of
from server.http.replies import Json
from server.queries.actors import KnownKey
from server.remote.gateway import Remote

MEDIA_TYPE: Final = "application/activity+json"
_NOT_FOUND: Final = {"error": "There is nothing here, or it is not for you to see."}
FETCHES: Final = 4

Endpoint = Callable[[Request], Awaitable[Response]]


def found(request: Request, document: Document, etag: str = "") -> Response:
    """An object, with its context. `etag` names its version where that is cheaper to know than its bytes."""
    return frozen(request, dumps(standalone(document)), etag)


def frozen(request: Request, body: bytes, etag: str = "") -> Response:
    """Bytes as they are."""
    tag = f'W/"{etag}"' if etag else f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {**_headers(request), "ETag": tag}
    if is_unchanged(request, tag):
        return Response(status_code=304, headers=headers)
    return Response(body, 200, headers, MEDIA_TYPE)


def unchanged(request: Request, etag: str) -> Response | None:
    """304 if the asker has this version; for asking before rendering."""
    tag = f'W/"{etag}"'
    return Response(status_code=304, headers={**_headers(request), "ETag": tag}) if is_unchanged(request, tag) else None


def is_unchanged(request: Request, tag: str) -> bool:
    """Weak comparison (RFC 9110 §8.8.3.2, §13.1.2)."""
    asked = request.headers.get("if-none-match", "")
    known = {part.strip().removeprefix("W/") for part in asked[:2048].split(",")}
    return "*" in known or tag.removeprefix("W/") in known


def missing(request: Request) -> Response:
    """Nothing here, or nothing for this asker: byte for byte the same answer."""
    return Json(_NOT_FOUND, 404, {**_headers(request), "Cache-Control": "no-store"})


def gone(request: Request, tombstone: Document) -> Response:
    """What was here was taken back (AP §6.4)."""
    return Response(dumps(standalone(tombstone)), 410, _headers(request), MEDIA_TYPE)


def open_to_readers(endpoint: Endpoint) -> Endpoint:
    """In secure mode (a setting) only servers that sign their requests may read; 401 for the others."""

    async def read(request: Request) -> Response:
        remote: Remote = request.app.state.remote
        if not remote.settings.secure_mode:
            return await endpoint(request)
        reader = await reader_of(request)
        return reader if isinstance(reader, Response) else await endpoint(request)

    read.__name__ = getattr(endpoint, "__name__", "read")
    return read


async def reader_of(request: Request) -> KnownKey | Response:
    """Whose signature a request to read something carries, or the answer to give instead."""
    remote: Remote = request.app.state.remote
    source = request.client.host if request.client else ""
    try:
        return await signer_of(remote.fresh(fetches=FETCHES, discoveries=2), received(request, remote, None), source)
    except Unavailable as error:
        return Json({"error": error.reason}, error.wire)
    except ProtocolError as error:
        return Json({"error": error.reason}, 401 if error.wire == 400 else error.wire)


def _headers(request: Request) -> dict[str, str]:
    remote: Remote = request.app.state.remote
    if remote.settings.secure_mode:
        return {"Vary": "Accept, Signature, Signature-Input", "Cache-Control": "private, no-cache"}
    return {"Vary": "Accept", "Cache-Control": "public, max-age=0, must-revalidate"}


__all__ = ["MEDIA_TYPE", "found", "frozen", "gone", "missing", "open_to_readers", "tombstone_of", "unchanged"]
