"""What publishing a post, a comment and a proposal have in common: the row and everything that hangs on it.

Called by those actions inside their transaction.
"""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from tortoise.exceptions import IntegrityError

from server.actions.counting import count
from server.queries.authorships import already_said
from server.rules import limits
from server.rules.documents import DOCUMENT_TYPES
from server.rules.drafts import KnownMention, PollDraft, PostDraft, ProposalDraft, RemoteMedia
from server.rules.errors import Conflict, Invalid, NotFound, Refused
from server.rules.events.posts import QuoteNoted
from server.rules.ids import new_id, new_key, now_ms
from server.rules.interaction import may_answer
from server.rules.permissions import Principal, check_write
from server.rules.sanitise import clean_html, clean_name
from server.rules.text import MentionTarget, find_hashtags, render_markdown
from server.storage import addresses
from server.storage.models.marks import Block
from server.storage.models.media import Media
from server.storage.models.posts import Poll, Post
from server.storage.sql import execute, execute_many, rows, write
from server.storage.unit import SCHEDULE, unit


def markdown(source: str, mentions: Iterable[KnownMention]) -> str:
    """Sanitised HTML of Markdown typed here; only mentions that were resolved become links."""
    known = {mention.acct.lower(): MentionTarget(mention.url, mention.acct) for mention in mentions}
    return render_markdown(source, mentions=known, tag_url=addresses.tag_url)


def shown(by: Principal, draft: PostDraft) -> str:
    """The sanitised HTML of a draft, whichever way it came."""
    check_write(by)
    if draft.content_html is not None:
        return clean_html(draft.content_html)
    return markdown(draft.source, draft.mentions)


# What a new row brings itself; everything else begins as the database says.
NEW = (
    *("id", "uri", "url", "account_id", "kind", "local", "visibility", "in_reply_to_id", "in_reply_to_uri"),
    *("in_reply_to_account_id", "thread_id", "proposal_id", "topic_id", "audience_uri", "context_uri", "stance"),
    *("title", "reply_policy", "quote_uri", "quote_state", "quote_stamp"),
    *("spoiler_text", "sensitive", "language", "source", "content_html", "mode", "application_id", "idempotency_key"),
    *("held_reason", "published_at", "edited_at", "created_at"),
)
INSERT = f"INSERT INTO posts ({', '.join(NEW)}) VALUES ({', '.join('?' * len(NEW))})"


def new_row(by: Principal, draft: PostDraft | ProposalDraft, kind: str, parent: Post | None, **words: Any) -> Post:
    """The row of something new: what every kind of post has from its draft, and the `words` that differ."""
    check_write(by)
    home = draft.elsewhere
    post_id = new_id(home.published if home else None)
    address = addresses.post_uri(kind, post_id)
    facts = {
        "id": post_id,
        "uri": home.uri if home else address,
        "url": home.url if home else address,
        "account_id": by.account_id,
        "kind": kind,
        "local": home is None,
        "visibility": draft.visibility,
        "in_reply_to_id": parent.id if parent else None,
        "in_reply_to_account_id": parent.account_id if parent else None,
        "thread_id": parent.thread_id if parent else post_id,
        "proposal_id": post_id if kind == "proposal" else parent.proposal_id if parent else None,
        "audience_uri": draft.audience,
        "context_uri": parent.context_uri if parent else home.context if home else "",
        "reply_policy": home.replies_from if home else "",
        "quote_uri": home.quotes if home else "",
        "quote_state": ("aside" if draft.fetched else "pending") if home and home.quotes else "",
        "quote_stamp": home.stamp if home else "",
        "spoiler_text": clean_name(draft.spoiler_text, limits.SPOILER),
        "sensitive": draft.sensitive or bool(draft.spoiler_text),
        "language": draft.language,
        "mode": draft.mode,
        # An app or a key is one person's: both would give away who is behind a post of the voice.
        "application_id": draft.application_id if draft.mode == "open" else None,
        "idempotency_key": (draft.idempotency_key or None) if draft.mode == "open" else None,
        "published_at": home.published if home else now_ms(),
        "edited_at": home.updated if home else None,
        "created_at": now_ms(),
    }
    return Post(
        **{"in_reply_to_uri": "", "topic_id": None, "stance": "", "title": "", "held_reason": "", **facts, **words}
    )


async def insert_row(by: Principal, post: Post) -> None:
    """Write a new row, past the object mapper, which would cost as much as all the rest of publishing."""
    check_write(by)
    await write(INSERT, [getattr(post, name) for name in NEW])
    if post.quote_state == "pending":
        async with unit() as u:
            u.emit(QuoteNoted(post.id))


async def insert_once(
    by: Principal, draft: PostDraft | ProposalDraft, insert: Callable[[], Awaitable[None]]
) -> int | None:
    """Run the transaction that inserts a draft; if somebody else inserted the same one meanwhile, the id of theirs."""
    check_write(by)
    try:
        await insert()
    except IntegrityError:
        before = await already_here(by, draft)
        if before is None:
            raise
        return before
    return None


async def already_here(by: Principal, draft: PostDraft | ProposalDraft) -> int | None:
    """The id of the post that this draft made before: by its address elsewhere, or by its Idempotency-Key.

    Raises:
        NotFound: its author had it deleted before it arrived.
    """
    check_write(by)
    home = draft.elsewhere
    if home is not None:
        found = await rows(
            "SELECT id FROM posts WHERE uri = ? UNION ALL SELECT 0 FROM tombstones WHERE uri = ?", [home.uri, home.uri]
        )
        ids = [row["id"] for row in found]
        if ids == [0]:
            raise NotFound(detail="deleted before it arrived")
        return max(ids, default=None)
    if draft.idempotency_key:
        if draft.mode != "open":
            return await already_said(by.spoken_by or by.account_id, draft.idempotency_key)
        same = await Post.get_or_none(account_id=by.account_id, idempotency_key=draft.idempotency_key).only("id")
        return same.id if same else None
    return None


async def check_parent(by: Principal, parent_id: int | None) -> Post | None:
    """The post that is answered, if its author lets `by` see it.

    Raises:
        NotFound: it is gone, or not for this person.
    """
    check_write(by)
    if parent_id is None:
        return None
    parent = await Post.get_or_none(id=parent_id)
    if parent is None or parent.deleted_at is not None or parent.removed_by is not None:
        raise NotFound("The post you answer is no longer here.")
    if parent.held_reason:
        if parent.account_id == by.account_id:
            raise Conflict("A steward reads this first. Until then nothing can be added to it.")
        raise NotFound("The post you answer is no longer here.")
    if parent.reblog_of_id is not None:
        return await check_parent(by, parent.reblog_of_id)
    if parent.account_id == by.account_id:
        return parent
    if await Block.exists(account_id=parent.account_id, target_id=by.account_id):
        raise NotFound("The post you answer is no longer here.")
    if by.standing == "member" and parent.visibility in ("private", "direct"):
        seen = await rows(
            "SELECT 1 AS one FROM mentions WHERE post_id = ? AND account_id = ? UNION ALL "
            "SELECT 1 FROM follows WHERE account_id = ? AND target_id = ? AND state = 'accepted' AND ? = 'private'",
            [parent.id, by.account_id, by.account_id, parent.account_id, parent.visibility],
        )
        if not seen:
            raise NotFound("The post you answer is no longer here.")
    if by.standing == "member" and parent.reply_policy:
        await check_answer(by, parent)
    return parent


async def check_answer(by: Principal, parent: Post) -> None:
    """That the author of a post from elsewhere lets `by` answer it.

    Raises:
        Refused: they chose others.
    """
    check_write(by)
    ties = await rows(
        "SELECT 'mentioned' AS tie FROM mentions WHERE post_id = ? AND account_id = ? UNION ALL"
        " SELECT CASE WHEN account_id = ? THEN 'follows' ELSE 'followed' END FROM follows WHERE state = 'accepted'"
        " AND ((account_id = ? AND target_id = ?) OR (account_id = ? AND target_id = ?))",
        [
            *(parent.id, by.account_id, by.account_id),
            *(by.account_id, parent.account_id, parent.account_id, by.account_id),
        ],
    )
    known = {tie["tie"] for tie in ties}
    stands = {name: name in known for name in ("follows", "followed", "mentioned")}
    if not may_answer(parent.reply_policy, **stands):
        raise Refused("The author of this post has chosen who may answer it, and you are not among them.")


async def attach_mentions(by: Principal, post: Post, mentions: Iterable[KnownMention], parent: Post | None) -> None:
    """Who is spoken to: everyone named in the text, and always the author of the post that is answered."""
    check_write(by)
    ids = dict.fromkeys(mention.account_id for mention in mentions)
    if parent is not None and parent.account_id != by.account_id:
        ids[parent.account_id] = None
    await execute_many(
        "INSERT INTO mentions (id, post_id, account_id) VALUES (?, ?, ?) ON CONFLICT (post_id, account_id) DO NOTHING",
        [(new_id(), post.id, account_id) for account_id in ids],
    )


async def attach_tags(by: Principal, post: Post, hashtags: Iterable[str]) -> None:
    """Hashtags as written; one of each, whatever the case."""
    check_write(by)
    shown: dict[str, str] = {}
    for tag in hashtags:
        if len(tag.lower()) <= limits.HASHTAG:  # a few letters become two in lower case
            shown.setdefault(tag.lower(), tag)
    await execute_many(
        "INSERT INTO tags (id, name, shown, last_at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (name) DO UPDATE SET last_at = excluded.last_at",
        [(new_id(), name, shown[name], post.published_at) for name in sorted(shown)],
    )
    await execute_many(
        "INSERT INTO post_tags (id, post_id, tag_id, shown) SELECT ?, ?, t.id, ? FROM tags t WHERE t.name = ?"
        " ON CONFLICT (tag_id, post_id) DO NOTHING",
        [(new_id(), post.id, text, name) for name, text in shown.items()],
    )


async def attach_media(by: Principal, post: Post, media_ids: tuple[int, ...], remote: tuple[RemoteMedia, ...]) -> None:
    """Pictures that were uploaded before, in order; or the addresses of those that came with a post from elsewhere.

    Raises:
        Invalid: too many, or one that is not theirs or already used.
    """
    check_write(by)
    if len(media_ids) > limits.MEDIA_PER_POST:
        raise Invalid("media_ids", "A post can carry up to %(limit)s pictures.", limit=limits.MEDIA_PER_POST)
    for position, media_id in enumerate(media_ids):
        changed = await execute(
            "UPDATE media SET post_id = ?, position = ? WHERE id = ? AND account_id = ?"
            " AND (post_id IS NULL OR post_id = ?)",
            [post.id, position, media_id, by.account_id, post.id],
        )
        if not changed:
            raise Invalid("media_ids", "One of the pictures is no longer here. Add it again.")
    if remote:
        await Media.bulk_create(
            [
                Media(
                    id=new_id(),
                    account_id=by.account_id,
                    post_id=post.id,
                    position=position,
                    kind="document" if picture.media_type in DOCUMENT_TYPES else "image",
                    media_type=picture.media_type,
                    remote_url=picture.url,
                    key=new_key(),
                    description=picture.description,
                    width=picture.width,
                    height=picture.height,
                    blurhash=picture.blurhash,
                    focus_x=picture.focus[0] if picture.focus else None,
                    focus_y=picture.focus[1] if picture.focus else None,
                    created_at=now_ms(),
                )
                for position, picture in enumerate(remote[: limits.MEDIA_FROM_ELSEWHERE])
            ]
        )


async def attach(by: Principal, post: Post, draft: PostDraft, parent: Post | None) -> None:
    """Everything that hangs on a new post or comment, and the counts it moves."""
    check_write(by)
    await attach_mentions(by, post, draft.mentions, parent)
    await attach_tags(by, post, draft.hashtags or find_hashtags(draft.source))
    await attach_media(by, post, draft.media_ids, draft.remote_media)
    await attach_poll(by, post, draft.poll)
    await note_speaker(by, post)
    if not post.held_reason:
        await count(by, post, 1)


async def note_speaker(by: Principal, post: Post) -> None:
    """Who wrote what stands under an organisation's name."""
    check_write(by)
    if by.spoken_by:
        await write("INSERT INTO spoken (post_id, account_id) VALUES (?, ?)", [post.id, by.spoken_by])


async def media_ids_of(by: Principal, post_id: int) -> list[int]:
    """The pictures of a post, in order."""
    check_write(by)
    return [row["id"] for row in await rows("SELECT id FROM media WHERE post_id = ? ORDER BY position, id", [post_id])]


async def attach_poll(by: Principal, post: Post, draft: PollDraft | None) -> None:
    """The poll of a post.

    Raises:
        Invalid: too few or too many options, two alike, or no end.
    """
    check_write(by)
    if draft is None:
        return
    options = [option.strip() for option in draft.options]
    if by.standing == "member":
        if not 2 <= len(options) <= limits.POLL_OPTIONS_MAX:
            raise Invalid("poll[options]", "A poll needs 2 to %(limit)s options.", limit=limits.POLL_OPTIONS_MAX)
        if len(set(options)) != len(options) or not all(options):
            raise Invalid("poll[options]", "Each option of a poll must be different, and none may be empty.")
        if any(len(option) > limits.POLL_OPTION for option in options):
            raise Invalid("poll[options]", "An option can have up to %(limit)s characters.", limit=limits.POLL_OPTION)
    votes = [*draft.votes, *([0] * len(options))]
    await Poll.create(
        post_id=post.id,
        options=[{"title": title, "votes": count} for title, count in zip(options, votes, strict=False)],
        multiple=draft.multiple,
        hide_totals=draft.hide_totals,
        expires_at=draft.expires_at,
        closed_at=now_ms() if draft.closed else None,
        voters_count=draft.voters,
    )
    if post.local and draft.expires_at is not None:
        async with unit() as u:
            u.enqueue(SCHEDULE, *closing(by, post.id), kind="close_poll", run_at=draft.expires_at)


def closing(by: Principal, post_id: int) -> tuple[str, dict[str, int]]:
    """The key and payload of the job that closes a poll."""
    check_write(by)
    return f"poll:{post_id}", {"post_id": post_id}
