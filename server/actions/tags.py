"""Following hashtags."""

from server.rules import limits
from server.rules.errors import Invalid
from server.rules.ids import new_id, now_ms
from server.rules.permissions import Principal, check_member
from server.rules.text import find_hashtags
from server.storage.models.marks import TagFollow
from server.storage.models.posts import Tag


async def follow_tag(by: Principal, name: str) -> None:
    """Read what is written with a hashtag in one's home timeline.

    Raises:
        Invalid: not a hashtag.
    """
    check_member(by)
    if not _is_one(name):
        raise Invalid("name", "A hashtag is one word of letters, digits and underscores.")
    tag, _ = await Tag.get_or_create(name=name.lower(), defaults={"id": new_id(), "shown": name})
    await TagFollow.get_or_create(
        account_id=by.account_id, tag_id=tag.id, defaults={"id": new_id(), "created_at": now_ms()}
    )


async def unfollow_tag(by: Principal, name: str) -> None:
    """Follow it no more."""
    check_member(by)
    tag = await Tag.get_or_none(name=name.lower()) if _is_one(name) else None
    if tag is not None:
        await TagFollow.filter(account_id=by.account_id, tag_id=tag.id).delete()


def _is_one(name: str) -> bool:
    """Whether it can be a hashtag. A few letters become two in lower case."""
    return find_hashtags(f"#{name}") == [name] and len(name.lower()) <= limits.HASHTAG
