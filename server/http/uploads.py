"""Taking in a picture that a member sends, from an app or from a page."""

from starlette.requests import Request

from server.actions.media import StoredPicture, add_media
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
