"""Comments: replies in the thread of a proposal, each with a stance."""

from tortoise.exceptions import IntegrityError

from server.actions import writing
from server.rules import limits
from server.rules.comments import STANCES, stance_of
from server.rules.drafts import PostDraft
from server.rules.errors import Invalid
from server.rules.events import PostPublished
from server.rules.ids import new_id, now_ms
from server.rules.permissions import Principal, check_write
from server.rules.sanitise import clean_html, clean_name
from server.rules.text import find_hashtags
from server.storage import addresses
from server.storage.models.posts import Post
from server.storage.unit import unit


async def publish_comment(by: Principal, draft: PostDraft) -> int:
    """Publish a comment on a proposal, or a reply to one. Its stance is the draft's, else the first hashtag that names
    one, else neutral. Returns its id; the same draft again returns the same id.

    Raises:
        Invalid: nothing said, or too much of it; or what it answers is no part of a proposal's thread.
        NotFound: what it answers is gone or not for `by`.
    """
    check_write(by)
    if (before := await writing.already_here(by, draft.elsewhere, draft.idempotency_key)) is not None:
        return before
    parent = await writing.check_parent(by, draft.in_reply_to_id)
    if parent is None or parent.proposal_id is None:
        raise Invalid("in_reply_to_id", "A comment belongs under a proposal. Open the proposal and write it there.")
    if draft.elsewhere is None:
        if not draft.source.strip() and not draft.media_ids and draft.poll is None:
            raise Invalid("text", "Write your comment first.")
        if len(draft.source) > limits.COMMENT:
            raise Invalid("text", f"This has {len(draft.source)} characters. Please use {limits.COMMENT} or fewer.")
    comment_id = new_id(draft.elsewhere.published if draft.elsewhere else None)
    address = addresses.post_uri("comment", comment_id)
    comment = Post(
        id=comment_id,
        uri=draft.elsewhere.uri if draft.elsewhere else address,
        url=draft.elsewhere.url if draft.elsewhere else address,
        account_id=by.account_id,
        kind="comment",
        local=draft.elsewhere is None,
        visibility=draft.visibility,
        in_reply_to_id=parent.id,
        in_reply_to_account_id=parent.account_id,
        thread_id=parent.thread_id,
        proposal_id=parent.proposal_id,
        audience_uri=draft.audience,
        stance=draft.stance if draft.stance in STANCES else stance_of(draft.source),
        spoiler_text=clean_name(draft.spoiler_text, limits.SPOILER),
        sensitive=draft.sensitive or bool(draft.spoiler_text),
        language=draft.language,
        source=draft.source,
        content_html=(
            clean_html(draft.content_html)
            if draft.content_html is not None
            else writing.markdown(draft.source, draft.mentions)
        ),
        application_id=draft.application_id,
        idempotency_key=draft.idempotency_key or None,
        published_at=draft.elsewhere.published if draft.elsewhere else now_ms(),
        edited_at=draft.elsewhere.updated if draft.elsewhere else None,
        created_at=now_ms(),
    )
    try:
        async with unit() as u:
            await comment.save(force_create=True)
            await writing.attach_mentions(by, comment, draft.mentions, parent)
            await writing.attach_tags(by, comment, draft.hashtags or find_hashtags(draft.source))
            await writing.attach_media(by, comment, draft.media_ids, draft.remote_media)
            await writing.attach_poll(by, comment, draft.poll)
            await writing.count_new(by, comment, parent)
            u.emit(PostPublished(comment.id, fetched=draft.fetched))
    except IntegrityError:
        again = await writing.already_here(by, draft.elsewhere, draft.idempotency_key)
        if again is None:
            raise
        return again
    return comment.id
