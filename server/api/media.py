"""Pictures: upload, describe, take away; and the files themselves."""

from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Route

from server.actions.media import delete_media, describe_media
from server.api.params import origin_of, path_id
from server.http import limits
from server.http.bearer import caller, reader, token_text
from server.http.body import params_of
from server.http.replies import Json
from server.http.sessions import viewer_of
from server.http.uploads import keep_any
from server.media import defaults
from server.media.store import TYPES, Store
from server.queries import instance, media
from server.render.media import as_media
from server.rules.colours import DEFAULT, accent
from server.rules.documents import DOCUMENT_TYPES
from server.rules.errors import Invalid, NotFound
from server.views.viewer import Viewer

_FOR_EVER: Final = "max-age=31536000, immutable"
_FILE_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Allow-Origin": "*",
}


async def upload(request: Request) -> Response:
    me = await caller(request, "write:media")
    await request.app.state.limits.spend(limits.MEDIA, f"media:{me.by.member_id}")
    params = await params_of(request)
    file = params.file("file")
    if file is None:
        raise Invalid("file", "Send a picture or a document as the multipart field “file”.")
    media_id = await keep_any(
        request, me.by, file, description=params.text("description"), focus=focus_of(params.text("focus"))
    )
    return await _shown(request, me.viewer, media_id)


async def one(request: Request) -> Response:
    me = await caller(request, "write:media")
    return await _shown(request, me.viewer, path_id(request))


async def describe(request: Request) -> Response:
    me = await caller(request, "write:media")
    params = await params_of(request)
    await describe_media(me.by, path_id(request), params.given("description"), focus_of(params.text("focus")))
    return await _shown(request, me.viewer, path_id(request))


async def delete(request: Request) -> Response:
    me = await caller(request, "write:media")
    await delete_media(me.by, path_id(request))
    return Json({})


def focus_of(text: str) -> tuple[float, float] | None:
    """Where to look first, as `x,y`.

    Raises:
        Invalid: not two numbers.
    """
    if not text:
        return None
    x, _, y = text.partition(",")
    try:
        return float(x), float(y)
    except ValueError as error:
        raise Invalid("focus", "The focus is two numbers, as 0.5,-0.25.") from error


async def file(request: Request) -> Response:
    """A stored file. It never changes; its name is a secret of those who may see what it belongs to. A document is
    never shown in the browser: it could speak in our name there."""
    path = request.path_params["path"]
    found = Store(request.app.state.settings.media_dir).find(path)
    openness = await media.openness_of_file(path) if found else ""
    if found is None or not openness:
        raise HTTPException(404)
    kind = TYPES[found.suffix.lstrip(".")]
    headers = {**_FILE_HEADERS, "Cache-Control": f"{openness}, {_FOR_EVER}"}
    if kind in DOCUMENT_TYPES:
        headers["Content-Disposition"] = f'attachment; filename="document{found.suffix}"'
    return FileResponse(found, media_type=kind, headers=headers)


async def default(request: Request) -> Response:
    """The picture of somebody who has none, in the colour of the organisation."""
    ink = accent(await instance.setting("accent") or DEFAULT).light
    content = await defaults.picture(request.path_params["name"], ink)
    if content is None:
        raise HTTPException(404)
    return Response(
        content, media_type="image/png", headers={**_FILE_HEADERS, "Cache-Control": "public, max-age=86400"}
    )


async def elsewhere(request: Request) -> Response:
    """A picture from another server: fetched when first looked at, then served from here. For whoever may see what it
    belongs to, by their session or their token; apps and pictures in pages bring neither, and show the key instead."""
    media_id = path_id(request)
    viewer = await reader(request) if token_text(request) else await viewer_of(request)
    openness = await media.openness(media_id, request.path_params.get("key", ""), viewer)
    found = await media.by_id(media_id) if openness else None
    if found is None or not found.remote_url:
        raise HTTPException(404)
    if found.url.startswith("/media/elsewhere/"):
        await request.app.state.remote.fetch_media(media_id)
        found = await media.by_id(media_id)
        if found is None or found.url.startswith("/media/elsewhere/"):
            raise HTTPException(404)
    kept = f"{openness}, max-age={86_400 if openness == 'public' else 300}"
    return RedirectResponse(found.url, 302, {**_FILE_HEADERS, "Cache-Control": kept})


async def _shown(request: Request, viewer: Viewer, media_id: int) -> Response:
    found = await media.own(viewer, media_id)
    if found is None:
        raise NotFound
    if found.state == "failed":
        raise Invalid("file", "This picture could not be read.")
    return Json(as_media(found, origin_of(request)), 200 if found.state == "ready" else 206)


ROUTES = [
    Route("/v1/media", upload, methods=["POST"]),
    Route("/v2/media", upload, methods=["POST"]),
    Route("/v1/media/{id}", one),
    Route("/v1/media/{id}", describe, methods=["PUT"]),
    Route("/v1/media/{id}", delete, methods=["DELETE"]),
]
FILES = [
    Route("/media/default/{name}", default),
    Route("/media/elsewhere/{id}", elsewhere),
    Route("/media/elsewhere/{id}/{key}", elsewhere),
    Route("/media/{path:path}", file),
]
