"""Taking in a picture or a document that a member sends, from an app or from a page."""

from starlette.requests import Request

from server.actions.media import StoredPicture, add_document, add_media, check_described
from server.media.documents import document, is_picture
from server.media.process import process
from server.media.store import Store
from server.rules.permissions import Principal


async def keep(
    request: Request,
    by: Principal,
    content: bytes,
    *,
    description: str = "",
    focus: tuple[float, float] | None = None,
    square: int | None = None,
) -> int:
    """Make an uploaded picture safe and remember it; returns its id.

    Args:
        square: crop it to that many pixels each way.

    Raises:
        Invalid: not a picture we can read, or too large; the field is `file`.
    """
    picture = await process(content, square=square)
    store = Store(request.app.state.settings.media_dir)
    stored = StoredPicture(
        path=await store.put(picture.content, picture.extension),
        small_path=await store.put(picture.small, picture.small_extension),
        media_type=picture.media_type,
        width=picture.width,
        height=picture.height,
        small_width=picture.small_width,
        small_height=picture.small_height,
        blurhash=picture.blurhash,
    )
    return await add_media(by, stored, description, focus)


async def keep_any(
    request: Request,
    by: Principal,
    content: bytes,
    *,
    description: str = "",
    focus: tuple[float, float] | None = None,
) -> int:
    """Remember an uploaded picture or document; returns its id. A document needs words that say what it shows.

    Raises:
        Invalid: nothing we take, or too large; the field is `file`, or `description` where that is missing.
    """
    if is_picture(content):
        return await keep(request, by, content, description=description, focus=focus)
    found = await document(content)
    check_described(by, description)
    path = await Store(request.app.state.settings.media_dir).put(found.content, found.extension)
    return await add_document(by, path, found.media_type, description)
