"""Pictures and documents a member adds. They are kept before a post exists and belong to nobody else."""

from dataclasses import dataclass

from server.rules import limits
from server.rules.errors import Conflict, Invalid, NotFound
from server.rules.ids import new_id, now_ms
from server.rules.permissions import Principal, check_administer, check_member
from server.rules.sanitise import strip_unstorable
from server.storage.counts import touch
from server.storage.models.media import Media
from server.storage.unit import unit


@dataclass(frozen=True, slots=True)
class StoredPicture:
    """A picture that was made safe and lies in the store. Sizes in pixels."""

    path: str
    small_path: str
    media_type: str
    width: int
    height: int
    small_width: int
    small_height: int
    blurhash: str


async def add_media(
    by: Principal, picture: StoredPicture, description: str = "", focus: tuple[float, float] | None = None
) -> int:
    """Remember an uploaded picture; returns its id."""
    check_member(by)
    check_words(by, description, focus)
    row = await Media.create(
        id=new_id(),
        account_id=by.account_id,
        kind="image",
        media_type=picture.media_type,
        path=picture.path,
        small_path=picture.small_path,
        width=picture.width,
        height=picture.height,
        small_width=picture.small_width,
        small_height=picture.small_height,
        description=strip_unstorable(description),
        focus_x=focus[0] if focus else None,
        focus_y=focus[1] if focus else None,
        blurhash=picture.blurhash,
        created_at=now_ms(),
    )
    return int(row.id)


async def add_document(by: Principal, path: str, media_type: str, description: str) -> int:
    """Remember an uploaded document that lies in the store at `path`; returns its id."""
    check_member(by)
    check_described(by, description)
    row = await Media.create(
        id=new_id(),
        account_id=by.account_id,
        kind="document",
        media_type=media_type,
        path=path,
        description=strip_unstorable(description.strip()),
        created_at=now_ms(),
    )
    return int(row.id)


def check_described(by: Principal, description: str) -> None:
    """Raises `Invalid` for a document that nobody would know what it is."""
    check_words(by, description, None)
    if not description.strip():
        raise Invalid("description", "Say in a sentence what the document shows.")


async def describe_media(
    by: Principal, media_id: int, description: str | None, focus: tuple[float, float] | None
) -> None:
    """Say what a picture shows, or where to look first; None leaves a value as it is.

    Raises:
        NotFound: not a picture of this member.
    """
    check_member(by)
    row = await Media.get_or_none(id=media_id, account_id=by.account_id)
    if row is None:
        raise NotFound
    check_words(by, description or "", focus)
    if description is not None:
        row.description = strip_unstorable(description)
    if focus is not None:
        row.focus_x, row.focus_y = focus
    async with unit():
        await row.save()
        if row.post_id is not None:
            await touch("posts", row.post_id)


async def delete_media(by: Principal, media_id: int) -> None:
    """Take a picture away that no post uses.

    Raises:
        NotFound: not a picture of this member.
        Conflict: a post uses it.
    """
    check_member(by)
    row = await Media.get_or_none(id=media_id, account_id=by.account_id)
    if row is None:
        raise NotFound
    if row.post_id is not None:
        raise Conflict("A post uses this picture. Edit the post to take it out.")
    await row.delete()


def check_words(by: Principal, description: str, focus: tuple[float, float] | None) -> None:
    check_member(by)
    if len(description) > limits.MEDIA_ALT_TEXT:
        raise Invalid("description", "Describe the picture in up to %(limit)s characters.", limit=limits.MEDIA_ALT_TEXT)
    if focus is not None and not all(-1.0 <= value <= 1.0 for value in focus):
        raise Invalid("focus", "The focus is two numbers from -1 to 1.")


async def fetched_picture(by: Principal, media_id: int, picture: StoredPicture | None) -> None:
    """A picture from elsewhere was brought here; None: what stands there is no picture we show."""
    check_administer(by)
    if picture is None:
        await Media.filter(id=media_id, path="").update(state="failed")
        return
    async with unit():
        row = await Media.get(id=media_id)
        row.update_from_dict(
            {
                "media_type": picture.media_type,
                "path": picture.path,
                "small_path": picture.small_path,
                "width": picture.width,
                "height": picture.height,
                "small_width": picture.small_width,
                "small_height": picture.small_height,
                "blurhash": picture.blurhash,
            }
        )
        await row.save()
        if row.post_id is not None:
            await touch("posts", row.post_id)
