"""Topics: our chapters, and the links between them and the chapters of other instances.

Consent is mutual: a link stands when both sides have asked for it (contract, "Topics across instances").
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from server.actions.accounts import create_account
from server.rules import limits
from server.rules.drafts import KeyPairs
from server.rules.errors import Conflict, Invalid, NotFound, Refused
from server.rules.events.groups import ChapterLinked, TopicCreated
from server.rules.events.people import AccountUpdated, FollowAnswered, Unfollowed
from server.rules.ids import new_id, now_ms
from server.rules.permissions import Principal, check_administer, check_steward, check_write
from server.rules.sanitise import clean_name
from server.rules.text import render_markdown
from server.rules.topics import Compared, Replies, check_slug, check_topic_id, genesis_of, hashtag_of, topic_id
from server.storage import addresses
from server.storage.counts import move, touch
from server.storage.models.accounts import Account
from server.storage.models.marks import Follow
from server.storage.models.posts import Post
from server.storage.models.topics import Chapter, Topic
from server.storage.unit import Unit, unit

PRESENTED = ("display_name", "summary_source", "summary_html")


async def create_topic(
    by: Principal, slug: str, name: str, *, keys: KeyPairs, description: str = "", genesis: dict[str, str] | None = None
) -> int:
    """A new topic, as a chapter of ours. Returns its account id.

    Args:
        genesis: that of the topic we join; without it a new topic begins here.

    Raises:
        Invalid: the slug or name is not usable, or the genesis is none.
        Conflict: the slug is taken.
    """
    check_steward(by)
    check_slug(slug)
    title = clean_name(name, limits.TOPIC_NAME)
    if not title:
        raise Invalid("name", "Give the topic a name.")
    now = now_ms()
    founder = addresses.account_uri("topic", slug)
    origin = genesis or genesis_of(title, datetime.fromtimestamp(now // 1000, UTC), founder, hashtag_of(title))
    async with unit() as u:
        account_id = await create_account(
            by, kind="topic", name=slug, display_name=title, keys=keys, summary=description
        )
        await Topic.create(
            account_id=account_id,
            slug=slug,
            name=title,
            description=description[: limits.TOPIC_SUMMARY],
            hashtag=str(origin["hashtag"]).removeprefix("#") or hashtag_of(title),
            topic_id=topic_id(origin),
            genesis=origin,
            same=[],
            created_at=now,
        )
        u.emit(TopicCreated(account_id))
    return account_id


async def edit_topic(
    by: Principal, account_id: int, *, name: str, description: str, replies: Replies | None = None
) -> None:
    """Change how our chapter presents the topic; its id, slug and hashtag stay.

    Args:
        replies: how comments from servers without a chapter are taken; None leaves it.
    """
    check_steward(by)
    title = clean_name(name, limits.TOPIC_NAME)
    if not title:
        raise Invalid("name", "Give the topic a name.")
    async with unit() as u:
        rule = {} if replies is None else {"replies": replies}
        if not await Topic.filter(account_id=account_id).update(
            name=title, description=description[: limits.TOPIC_SUMMARY], **rule
        ):
            raise NotFound
        account = await Account.get(id=account_id)
        account.display_name, account.summary_source = title, description
        account.summary_html = render_markdown(description, mentions={}, tag_url=addresses.tag_url)
        await account.save(update_fields=PRESENTED)
        await touch("accounts", account_id)
        u.emit(AccountUpdated(account_id))


async def adopt_genesis(by: Principal, account_id: int, genesis: dict[str, str], their_id: str) -> None:
    """Ours becomes the topic of the chapter we link: by taking over its genesis while ours is still empty, else both
    keep their id and each lists the other as the same topic.

    Raises:
        Invalid: the id they claim is not the hash of their genesis.
    """
    check_administer(by)
    if not check_topic_id(genesis, their_id):
        raise Invalid("url", "That address is not a topic: its id does not fit its beginnings. Ask its admin.")
    async with unit() as u:
        topic = await Topic.get(account_id=account_id)
        if topic.topic_id == their_id:
            return
        linked = await Chapter.filter(topic_id=account_id, state="linked").exists()
        if not linked and not await Post.filter(topic_id=account_id).exists():
            topic.genesis, topic.topic_id = dict(genesis), their_id
            topic.hashtag = str(genesis.get("hashtag", "")).removeprefix("#") or topic.hashtag
        elif their_id not in topic.same:
            topic.same = [*topic.same, their_id]
        await topic.save(update_fields=["genesis", "topic_id", "hashtag", "same"])
        await touch("accounts", account_id)
        u.emit(AccountUpdated(account_id))


async def link_chapter(by: Principal, account_id: int, chapter_id: int, *, their_topic_id: str = "") -> str:
    """Ask another instance's chapter to exchange this topic, or agree to its wish. Returns the state of the link:
    `linked` when both sides have asked, else `pending`."""
    check_administer(by)
    other = await Account.get_or_none(id=chapter_id)
    if other is None or other.kind != "topic" or not other.domain:
        raise Invalid("url", "That address is not a topic of another organisation.")
    if not await Topic.exists(account_id=account_id):
        raise NotFound
    async with unit() as u:
        chapter = await chapter_row(by, account_id, chapter_id)
        if chapter.asked_by_us and chapter.state in ("pending", "linked"):
            return chapter.state
        chapter.asked_by_us = True
        chapter.their_topic_id = their_topic_id or chapter.their_topic_id
        await drop_wish(by, account_id, chapter_id)
        await wish(by, chapter)
        await settle(by, chapter, u)
        u.emit(ChapterLinked(account_id, chapter_id, chapter.state))
    return chapter.state


async def wish(by: Principal, chapter: Chapter) -> None:
    """Our Follow of another chapter, which goes out with `ChapterLinked`; inside a transaction."""
    check_write(by) if by.standing == "remote" else check_administer(by)
    follow_id = new_id()
    chapter.follow_uri = addresses.activity_uri(follow_id)
    await Follow.create(
        id=follow_id,
        account_id=chapter.topic_id,
        target_id=chapter.account_id,
        uri=chapter.follow_uri,
        languages=[],
        created_at=now_ms(),
    )


async def drop_wish(by: Principal, account_id: int, chapter_id: int) -> None:
    """Forget our Follow of another chapter, with the count it moved; inside a transaction."""
    check_write(by) if by.standing == "remote" else check_administer(by)
    ours = await Follow.get_or_none(account_id=account_id, target_id=chapter_id)
    if ours is not None:
        await ours.delete()
        if ours.state == "accepted":
            await move("accounts", account_id, following_count=-1)


async def chapter_asked(by: Principal, account_id: int, follow_uri: str) -> str:
    """Another instance's chapter (`by`) asks for ours. It waits for an admin unless we have asked before, be it that
    they refused then: in that case we ask again. Returns the state of the link.

    Raises:
        Refused: an admin has refused this chapter.
    """
    check_write(by)
    async with unit() as u:
        chapter = await chapter_row(by, account_id, by.account_id)
        if chapter.state == "refused" and not chapter.asked_by_us:
            raise Refused("This organisation has refused to share the topic.")
        chapter.asked_by_them = True
        chapter.their_follow_uri = follow_uri
        row = await Follow.get_or_none(account_id=by.account_id, target_id=account_id)
        if row is None:
            await Follow.create(
                id=new_id(),
                account_id=by.account_id,
                target_id=account_id,
                uri=follow_uri,
                languages=[],
                created_at=now_ms(),
            )
        elif row.uri != follow_uri:
            row.uri = follow_uri
            await row.save()
            if row.state == "accepted":
                u.emit(FollowAnswered(row.id, row.account_id, row.target_id, row.uri, accepted=True))
        was = chapter.state
        if chapter.asked_by_us and not await Follow.exists(account_id=account_id, target_id=by.account_id):
            await wish(by, chapter)
        await settle(by, chapter, u)
        if chapter.state != was:
            u.emit(ChapterLinked(account_id, by.account_id, chapter.state))
    return chapter.state


async def settle(by: Principal, chapter: Chapter, work: Unit) -> None:
    """Bring a link to the state that follows from who has asked, and answer their wish when it stands."""
    check_write(by) if by.standing == "remote" else check_administer(by)
    both = chapter.asked_by_us and chapter.asked_by_them
    if both and chapter.state != "linked":
        chapter.state, chapter.linked_at, chapter.standing = "linked", now_ms(), "trial"
        row = await Follow.get(account_id=chapter.account_id, target_id=chapter.topic_id)
        if row.state != "accepted":
            row.state = "accepted"
            await row.save()
            await move("accounts", chapter.topic_id, followers_count=1)
            work.emit(FollowAnswered(row.id, row.account_id, row.target_id, row.uri, accepted=True))
    elif not both:
        chapter.state = "pending"
    await chapter.save()


async def chapter_row(by: Principal, account_id: int, chapter_id: int) -> Chapter:
    """The link between our chapter and theirs, made if it is new; inside a transaction."""
    check_write(by) if by.standing == "remote" else check_administer(by)
    found = await Chapter.get_or_none(topic_id=account_id, account_id=chapter_id)
    if found is not None:
        return found
    return await Chapter.create(id=new_id(), topic_id=account_id, account_id=chapter_id, created_at=now_ms())


async def chapter_answered(by: Principal, account_id: int, accepted: bool) -> None:
    """Another chapter (`by`) accepts or refuses our wish. An acceptance alone does not link: its own wish must come."""
    check_write(by)
    async with unit() as u:
        chapter = await Chapter.get_or_none(topic_id=account_id, account_id=by.account_id)
        if chapter is None or not chapter.asked_by_us:
            return
        if accepted:
            if await Follow.filter(account_id=account_id, target_id=by.account_id, state="pending").update(
                state="accepted"
            ):
                await move("accounts", account_id, following_count=1)
            return
        await drop_wish(by, account_id, by.account_id)
        chapter.state = "refused"
        await chapter.save()
        u.emit(ChapterLinked(account_id, by.account_id, "refused"))


async def unlink_chapter(by: Principal, account_id: int, chapter_id: int) -> None:
    """Refuse a wish, or end a link. What came through it stays."""
    check_administer(by)
    async with unit() as u:
        chapter = await Chapter.get_or_none(topic_id=account_id, account_id=chapter_id)
        if chapter is None:
            raise NotFound
        if chapter.state == "refused":
            raise Conflict("This link was ended before.")
        if theirs := await Follow.get_or_none(account_id=chapter_id, target_id=account_id):
            await theirs.delete()
            if theirs.state == "accepted":
                await move("accounts", account_id, followers_count=-1)
            u.emit(FollowAnswered(theirs.id, chapter_id, account_id, theirs.uri, accepted=False))
        if ours := await Follow.get_or_none(account_id=account_id, target_id=chapter_id):
            await ours.delete()
            if ours.state == "accepted":
                await move("accounts", account_id, following_count=-1)
            u.emit(Unfollowed(account_id, chapter_id, ours.uri))
        chapter.state, chapter.asked_by_us, chapter.asked_by_them = "refused", False, False
        await chapter.save()
        u.emit(ChapterLinked(account_id, chapter_id, "refused"))


async def chapter_left(by: Principal, account_id: int) -> None:
    """Another chapter (`by`) takes its wish back: the link ends, ours stays asked, a refusal stands."""
    check_write(by)
    async with unit() as u:
        chapter = await Chapter.get_or_none(topic_id=account_id, account_id=by.account_id)
        if chapter is None or not chapter.asked_by_them:
            return
        row = await Follow.get_or_none(account_id=by.account_id, target_id=account_id)
        if row is not None:
            await row.delete()
            if row.state == "accepted":
                await move("accounts", account_id, followers_count=-1)
        chapter.asked_by_them = False
        if chapter.state == "linked" or not chapter.asked_by_us:
            chapter.state = "gone"
        await chapter.save()
        u.emit(ChapterLinked(account_id, by.account_id, chapter.state))


async def note_compared(by: Principal, account_id: int, chapter_id: int, compared: Compared, now: int) -> None:
    """Keep when our chapter was last compared with theirs, and what came of it."""
    check_administer(by)
    await Chapter.filter(topic_id=account_id, account_id=chapter_id).update(compared=compared, compared_at=now)


async def trust_chapter(by: Principal, account_id: int, chapter_id: int) -> None:
    """End a chapter's trial."""
    check_steward(by)
    if not await Chapter.filter(topic_id=account_id, account_id=chapter_id, state="linked").update(standing="full"):
        raise NotFound


async def put_on_trial(by: Principal, account_id: int, chapter_id: int) -> None:
    """Let a chapter pass on a limited number of items a day, as when it was new. What came stays."""
    check_steward(by)
    if not await Chapter.filter(topic_id=account_id, account_id=chapter_id, state="linked").update(standing="trial"):
        raise NotFound


async def vouch(by: Principal, account_id: int, voucher_id: int, roster: Sequence[str]) -> int:
    """End the trial of those in the roster of a chapter in full standing. Returns how many trials ended."""
    check_administer(by)
    if not await Chapter.exists(topic_id=account_id, account_id=voucher_id, state="linked", standing="full"):
        return 0
    vouched = await Account.filter(uri__in=list(roster)[: limits.ROSTER]).values_list("id", flat=True)
    tried = Chapter.filter(topic_id=account_id, account_id__in=list(vouched), state="linked", standing="trial")
    return await tried.exclude(account_id=voucher_id).update(standing="full")


async def ask_compare(by: Principal, account_id: int, chapter_id: int) -> None:
    """Compare our chapter with theirs as soon as there is time; asking again while that waits changes nothing."""
    check_steward(by)
    if not await Chapter.exists(topic_id=account_id, account_id=chapter_id, state="linked"):
        raise NotFound
    async with unit() as u:
        payload = {"topic_id": account_id, "chapter_id": chapter_id}
        u.enqueue("fetch", f"compare:{account_id}:{chapter_id}", payload, kind="compare")
