"""Pictures from elsewhere: brought here when somebody first looks at them, made anew, and served by us."""

from typing import Final

from federation.errors import ProtocolError, Unavailable
from server.actions.media import StoredPicture, fetched_picture
from server.media.process import MAX_BYTES, process
from server.media.store import Store
from server.queries import domains, media
from server.remote.gateway import Remote
from server.rules.errors import CivicError
from server.rules.permissions import OPERATOR

TYPES: Final = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif", "image/avif"})


async def fetch_picture(remote: Remote, media_id: int) -> None:
    """Fetch, check, make anew and keep a picture. One that cannot be had stays as it is; one that is none is marked
    as failed."""
    found = await media.by_id(media_id)
    if found is None or not found.remote_url or not found.url.startswith("/media/elsewhere/"):
        return
    if await domains.rejects_media_of(media_id):
        return
    try:
        await remote.check_open(found.remote_url)
        answer = await remote.client.get_media(found.remote_url, limit=MAX_BYTES, types=TYPES)
        picture = await process(answer.body)
    except Unavailable:
        return
    except (ProtocolError, CivicError):
        await fetched_picture(OPERATOR, media_id, None)
        return
    store = Store(remote.settings.media_dir)
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
    await fetched_picture(OPERATOR, media_id, stored)
