"""Posts: publish, edit, take back, remove. A reply in a proposal's thread becomes a comment (`comments.py`)."""

from server.actions import writing
from server.actions.boosts import unboost_post
from server.actions.comments import publish_comment
from server.rules import limits
from server.rules.comments import STANCES, stance_of
from server.rules.drafts import PostDraft
from server.rules.errors import Invalid, NotFound, Refused
from server.rules.events import PollClosed, PostDeleted, PostEdited, PostPublished
from server.rules.ids import new_id, now_ms
from server.rules.permissions import Principal, check_change, check_remove, check_steward, check_write
from server.rules.sanitise import clean_name
from server.rules.text import find_hashtags, visible_length
from server.storage.counts import move, touch
from server.storage.models.media import Media
from server.storage.models.posts import Mention, Poll, Post, PostTag, PostVersion, Tombstone
from server.storage.sql import execute, rows
from server.storage.unit import unit

REASONS = {
    "identifies_someone": "It could identify someone",
    "about_one_case": "It is about one case",
    "safeguarding": "Somebody may be at risk",
    "not_about_policy": "It is not about a policy",
    "already_raised": "It has been raised before",
    "abuse": "It is abusive",
    "spam": "It is advertising",
    "unlawful": "It may break the law",
    "other": "Another reason",
}

# What an edit changes. Counts are moved by others at the same time, so a whole row is never written back.
WORDS = (
    *("version", "rev", "content_html", "source", "spoiler_text", "sensitive", "title"),
    *("language", "stance", "edited_at"),
)


async def publish_post(by: Principal, draft: PostDraft) -> int:
    """Publish a post and return its id; the same draft again returns the same id.

    Raises:
        Invalid: nothing said, or too much of it.
        NotFound: the post it answers is gone or not for `by`.
        Refused: `by` may not write.
    """
    check_write(by)
    if (before := await writing.already_here(by, draft.elsewhere, draft.idempotency_key)) is not None:
        return before
    parent = await writing.check_parent(by, draft.in_reply_to_id)
    if parent is not None and parent.proposal_id is not None and draft.visibility != "direct":
        return await publish_comment(by, draft)
    if draft.elsewhere is None:
        check_length(by, draft)
    post = writing.new_row(
        by,
        draft,
        "post",
        parent,
        in_reply_to_uri=draft.in_reply_to_uri if parent is None else "",
        topic_id=draft.topic_id,
        title=clean_name(draft.title, limits.TITLE),
        source=draft.source,
        content_html=writing.shown(by, draft),
    )

    async def insert() -> None:
        async with unit() as u:
            await post.save(force_create=True)
            await writing.attach(by, post, draft, parent)
            u.emit(PostPublished(post.id, fetched=draft.fetched))

    return await writing.insert_once(by, draft, insert) or post.id


def check_length(by: Principal, draft: PostDraft) -> None:
    """Something must be said, and not more than fits.

    Raises:
        Invalid: names the parameter.
    """
    check_write(by)
    if not draft.source.strip() and not draft.media_ids and draft.poll is None:
        raise Invalid("status", "Write something, or add a picture or a poll.")
    length = visible_length(draft.source) + len(draft.spoiler_text)
    if length > limits.STATUS:
        raise Invalid("status", f"This has {length} characters. Please use {limits.STATUS} or fewer.")


async def edit_post(by: Principal, post_id: int, draft: PostDraft) -> int:
    """Replace the words of a post; what it said before stays as a version. Returns the post's version.

    An edit from elsewhere that is not newer than what we have changes nothing. One that changes no words (new poll
    counts) makes no version.
    """
    check_write(by)
    if draft.elsewhere is None:
        check_length(by, draft)
    at = draft.elsewhere.updated or now_ms() if draft.elsewhere else now_ms()
    content = writing.shown(by, draft)
    title = clean_name(draft.title, limits.TITLE)
    spoiler = clean_name(draft.spoiler_text, limits.SPOILER)
    sensitive = draft.sensitive or bool(spoiler)
    async with unit() as u:
        post = await Post.filter(id=post_id, deleted_at=None).select_for_update().get_or_none()
        if post is None:
            raise NotFound
        check_change(by, post.account_id)
        if post.kind == "proposal":
            raise Refused("A proposal is edited as a proposal.")
        media_before = await writing.media_ids_of(by, post.id)
        await refresh_poll(by, post.id, draft)
        same_media = draft.elsewhere is not None or list(draft.media_ids) == media_before
        words = (content, title, spoiler, sensitive)
        same_words = words == (post.content_html, post.title, post.spoiler_text, post.sensitive)
        if same_words and same_media:
            await touch("posts", post.id)
            return post.version
        if draft.elsewhere is not None and at <= (post.edited_at or post.published_at):
            return post.version
        await keep_version(by, post, media_before)
        post.version += 1
        post.rev += 1
        post.content_html, post.source, post.spoiler_text = content, draft.source, spoiler
        post.sensitive = sensitive
        post.title = title
        post.language = draft.language or post.language
        post.stance = stance_now(by, post, draft)
        post.edited_at = at
        await post.save(update_fields=WORDS)
        if draft.elsewhere is None:
            await Media.filter(post_id=post.id).exclude(id__in=draft.media_ids or [0]).update(post_id=None)
            await writing.attach_media(by, post, draft.media_ids, ())
        await rewrite_tags_and_mentions(by, post, draft)
        u.emit(PostEdited(post.id, post.version))
    return post.version


def stance_now(by: Principal, post: Post, draft: PostDraft) -> str:
    """A comment's stance after an edit: what the new words state, else what it was."""
    check_change(by, post.account_id)
    if post.kind != "comment":
        return post.stance
    stated = draft.stance if draft.stance in STANCES else stance_of(draft.source)
    return post.stance if stated == "neutral" and draft.stance != "neutral" else stated


async def keep_version(
    by: Principal, post: Post, media_ids: list[int], sections: list[dict[str, str]] | None = None
) -> None:
    """Set aside what a post says now, before it is changed by somebody who may."""
    check_write(by)
    await PostVersion.create(
        id=new_id(),
        post_id=post.id,
        version=post.version,
        title=post.title,
        spoiler_text=post.spoiler_text,
        sensitive=post.sensitive,
        source=post.source,
        content_html=post.content_html,
        sections=sections or [],
        media_ids=media_ids,
        at=post.edited_at or post.published_at,
    )


async def rewrite_tags_and_mentions(by: Principal, post: Post, draft: PostDraft) -> None:
    """Tags follow the new words. Mentions are added, never taken: whoever was spoken to may read on."""
    check_change(by, post.account_id)
    await PostTag.filter(post_id=post.id).delete()
    await writing.attach_tags(by, post, draft.hashtags or find_hashtags(draft.source))
    kept = {row.account_id for row in await Mention.filter(post_id=post.id)}
    fresh = [mention for mention in draft.mentions if mention.account_id not in kept]
    await writing.attach_mentions(by, post, fresh, None)


async def refresh_poll(by: Principal, post_id: int, draft: PostDraft) -> None:
    """New counts of a poll that lives elsewhere, and its end."""
    check_write(by)
    if draft.elsewhere is None or draft.poll is None:
        return
    poll = await Poll.get_or_none(post_id=post_id)
    if poll is None or [option["title"] for option in poll.options] != [o.strip() for o in draft.poll.options]:
        return
    poll.options = [
        {"title": option["title"], "votes": votes}
        for option, votes in zip(poll.options, [*draft.poll.votes, *([0] * len(poll.options))], strict=False)
    ]
    poll.voters_count = max(draft.poll.voters, 0)
    closes = draft.poll.closed and poll.closed_at is None
    if closes:
        poll.closed_at = now_ms()
    async with unit() as u:
        await poll.save()
        if closes:
            u.emit(PollClosed(post_id, now_ms()))


async def delete_post(by: Principal, post_id: int) -> None:
    """Take a post back, or a boost. A post's words are wiped at once; a tombstone stays at its address."""
    check_write(by)
    post = await Post.get_or_none(id=post_id, deleted_at=None)
    if post is None:
        raise NotFound
    check_change(by, post.account_id)
    if post.reblog_of_id is not None:
        await unboost_post(by, post.reblog_of_id)
        return
    async with unit() as u:
        changed = await rows(
            "UPDATE posts SET deleted_at = ?, source = '', content_html = '', title = '', spoiler_text = '',"
            " rev = rev + 1 WHERE id = ? AND deleted_at IS NULL RETURNING removed_by",
            [now_ms(), post.id],
        )
        if not changed:
            return
        await wipe(by, post)
        if changed[0]["removed_by"] is None:
            await uncount(by, post)
        u.emit(PostDeleted(post.id, by.account_id))


async def wipe(by: Principal, post: Post) -> None:
    """Everything that hangs on a post and could still tell what it said. Its pictures are free to be used anew."""
    check_change(by, post.account_id)
    await PostVersion.filter(post_id=post.id).delete()
    await Poll.filter(post_id=post.id).delete()
    await Media.filter(post_id=post.id).update(post_id=None)
    await execute("UPDATE proposals SET sections = '[]' WHERE post_id = ?", [post.id])
    await execute("DELETE FROM posts WHERE reblog_of_id = ?", [post.id])


async def uncount(by: Principal, post: Post) -> None:
    """The counts that one post less moves."""
    check_remove(by, post.account_id)
    if post.reblog_of_id is not None:
        await move("posts", post.reblog_of_id, boosts_count=-1)
    elif post.visibility in ("public", "unlisted"):
        await move("accounts", post.account_id, posts_count=-1)
        if post.in_reply_to_id is not None:
            await move("posts", post.in_reply_to_id, replies_count=-1)
        if post.kind == "comment" and post.proposal_id is not None:
            await move("proposals", post.proposal_id, comments_count=-1)
        if post.kind == "proposal" and post.topic_id is not None:
            await move("topics", post.topic_id, proposals_count=-1)


async def delete_by_uri(by: Principal, uri: str) -> None:
    """A Delete from elsewhere; it may arrive before the post, and is then remembered."""
    check_write(by)
    post = await Post.get_or_none(uri=uri)
    if post is None:
        await Tombstone.get_or_create(uri=uri, defaults={"at": now_ms()})
        return
    if post.deleted_at is None:
        await delete_post(by, post.id)


async def remove_post(by: Principal, post_id: int, reason: str, note: str = "") -> None:
    """A steward takes a post away, with a reason code and a sentence. The page shows that something was removed."""
    check_steward(by)
    if reason not in REASONS:
        raise Invalid("reason", "Choose one of the reasons.")
    post = await Post.get_or_none(id=post_id, deleted_at=None)
    if post is None:
        raise NotFound
    async with unit() as u:
        changed = await execute(
            "UPDATE posts SET removed_by = ?, removed_reason = ?, removed_note = ?, rev = rev + 1"
            " WHERE id = ? AND removed_by IS NULL AND deleted_at IS NULL",
            [by.account_id, reason, note.strip()[: limits.BIO], post.id],
        )
        if not changed:
            return
        await uncount(by, post)
        u.emit(PostDeleted(post.id, by.account_id))
