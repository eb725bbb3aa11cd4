"""Telling people on other servers what became of their words: one letter to each, in the organisation's name."""

from server.actions import writing
from server.rules.drafts import PostDraft
from server.rules.events.posts import PostPublished
from server.rules.ids import new_id
from server.rules.permissions import Principal, check_write
from server.rules.sanitise import clean_html
from server.storage.models.hearing import Heard
from server.storage.sql import rows
from server.storage.unit import unit


async def tell_contributor(by: Principal, step_id: int, account_id: int, draft: PostDraft) -> int | None:
    """Tell one account of one step, by a post to them alone. A second time changes nothing. Returns the post's id, or
    None if they were told before.

    Args:
        by: the organisation.
        draft: HTML and whom it answers; it mentions `account_id`.

    Raises:
        NotFound: what it answers is gone, or its author has blocked us.
    """
    check_write(by)
    if await Heard.exists(step_id=step_id, account_id=account_id):
        return None
    parent = await writing.check_parent(by, draft.in_reply_to_id)
    post = writing.new_row(by, draft, "post", parent, source="", content_html=clean_html(draft.content_html or ""))
    async with unit() as u:
        first = await rows(
            "INSERT INTO heard (id, step_id, account_id, post_id) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (step_id, account_id) DO NOTHING RETURNING id",
            [new_id(), step_id, account_id, post.id],
        )
        if not first:
            return None
        await post.save(force_create=True)
        await writing.attach_mentions(by, post, draft.mentions, None)  # whoever wrote the parent is not told of it
        u.emit(PostPublished(post.id))
    return post.id
