"""Posts: publish, edit, take back. A reply in a proposal's thread becomes a comment (`comments.py`)."""

from server.actions import voices, writing
from server.actions.boosts import unboost_post
from server.actions.comments import publish_comment
from server.actions.contributions import Admitted, attach_contribution
from server.actions.counting import count
from server.actions.holding import publish_or_hold, reason_to_hold, uncount
from server.actions.quotes import refresh_quote
from server.actions.reasons import as_reason, take_over_result
from server.rules import limits
from server.rules.comments import STANCES, stance_of
from server.rules.drafts import PostDraft
from server.rules.errors import Invalid, NotFound, Refused, too_long
from server.rules.events.posts import PollClosed, PostDeleted, PostEdited
from server.rules.ids import new_id, now_ms
from server.rules.permissions import Principal, check_change, check_write
from server.rules.sanitise import clean_name
from server.rules.text import find_hashtags, visible_length
from server.storage.counts import touch
from server.storage.models.authorships import Authorship
from server.storage.models.media import Media
from server.storage.models.posts import Mention, Poll, Post, PostTag, PostVersion, Tombstone
from server.storage.sql import execute, rows
from server.storage.unit import unit

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
    if (before := await writing.already_here(by, draft)) is not None:
        return before
    parent = await writing.check_parent(by, draft.in_reply_to_id)
    draft = await as_reason(by, parent, draft)
    if parent is not None and parent.proposal_id is not None and draft.visibility != "direct":
        return await publish_comment(by, draft)
    if draft.elsewhere is None:
        check_length(by, draft)
    speaker = await voices.speaker(by, draft, parent)
    post = writing.new_row(
        speaker,
        draft,
        "post",
        parent,
        in_reply_to_uri=draft.in_reply_to_uri if parent is None else "",
        topic_id=draft.topic_id,
        title=clean_name(draft.title, limits.TITLE),
        source=draft.source,
        content_html=writing.shown(by, draft),
        held_reason=await reason_to_hold(by, draft),
    )

    async def insert() -> None:
        async with unit() as u:
            await writing.insert_row(speaker, post)
            await voices.keep_author(by, post, draft)
            await writing.attach(speaker, post, draft, parent)
            if draft.record == "objection":
                await attach_contribution(by, post, Admitted("objection", dict(draft.facts), "open"))
            await publish_or_hold(speaker, post, u, fetched=draft.fetched)

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
        raise too_long("status", length, limits.STATUS)


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
        post = await Post.filter(id=post_id, deleted_at=None).select_for_update(no_key=True).get_or_none()
        if post is None:
            raise NotFound
        await voices.lend_pictures(by, post, draft)
        by = await voices.author(by, post)
        check_change(by, post.account_id)
        if post.kind == "proposal":
            raise Refused("A proposal is edited as a proposal.")
        media_before = await writing.media_ids_of(by, post.id)
        await refresh_poll(by, post.id, draft)
        await refresh_quote(by, post, draft, u)
        await take_over_result(by, post, draft)
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
    """Set aside what a post says now, before it is changed by somebody who may. One that was taken back says
    nothing."""
    check_write(by)
    if not post.content_html and not post.source and not media_ids:
        return
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
    by = await voices.author(by, post)
    check_change(by, post.account_id)
    if post.reblog_of_id is not None:
        await unboost_post(by, post.reblog_of_id)
        return
    async with unit() as u:
        changed = await rows(
            "UPDATE posts SET deleted_at = ?, source = '', content_html = '', title = '', spoiler_text = '',"
            " rev = rev + 1 WHERE id = ? AND deleted_at IS NULL RETURNING removed_by, held_reason",
            [now_ms(), post.id],
        )
        if not changed:
            return
        await wipe(by, post)
        if changed[0]["removed_by"] is None and not changed[0]["held_reason"]:
            await uncount(by, post)
        u.emit(PostDeleted(post.id, by.account_id))


async def wipe(by: Principal, post: Post) -> None:
    """Everything that hangs on a post and could still tell what it said. Its pictures are free to be used anew."""
    check_change(by, post.account_id)
    await PostVersion.filter(post_id=post.id).delete()
    if post.mode != "open":
        await Authorship.filter(post_id=post.id).delete()
    await Poll.filter(post_id=post.id).delete()
    await Media.filter(post_id=post.id).update(post_id=None)
    await execute("UPDATE proposals SET sections = '[]' WHERE post_id = ?", [post.id])
    await execute("DELETE FROM posts WHERE reblog_of_id = ?", [post.id])


async def revive_post(by: Principal, post_id: int, at: int) -> bool:
    """A post from elsewhere that was deleted there is shown there again since `at` (milliseconds). Returns whether it
    is here, too: not what a steward of ours removed. Its words are for an edit to bring."""
    check_write(by)
    async with unit():
        if not await rows(
            "UPDATE posts SET deleted_at = NULL, rev = rev + 1 WHERE id = ? AND account_id = ? AND NOT local"
            " AND removed_by IS NULL AND deleted_at < ? RETURNING id",
            [post_id, by.account_id, at],
        ):
            return False
        await count(by, await Post.get(id=post_id), 1)
    return True


async def delete_by_uri(by: Principal, uri: str) -> None:
    """A Delete from elsewhere; it may arrive before the post, and is then remembered."""
    check_write(by)
    post = await Post.get_or_none(uri=uri)
    if post is None:
        await Tombstone.get_or_create(uri=uri, defaults={"at": now_ms()})
        return
    if post.deleted_at is None:
        await delete_post(by, post.id)
