"""Speaking in the organisation's voice (design: speaking modes). In a mode other than open a post is the voice's: its
row, its events and its activities carry the voice's account, so that nothing which is read or sent can name the member.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from server.actions.services import ensure_service
from server.queries import authorships
from server.rules.accounts import VOICE
from server.rules.drafts import KeyPairs, PostDraft, ProposalDraft
from server.rules.errors import Conflict, Invalid
from server.rules.permissions import Principal, check_administer, check_member, check_move, check_write, may_steward
from server.storage.models.accounts import Account
from server.storage.models.authorships import Authorship
from server.storage.models.media import Media
from server.storage.models.posts import Post


async def ensure_voice(by: Principal, make_keys: Callable[[], Awaitable[KeyPairs]]) -> int:
    """The account `@voice`, for those who do not speak in their own name. Returns its id."""
    check_administer(by)
    return await ensure_service(by, VOICE, "A voice from the frontline", make_keys)


async def speaker(by: Principal, draft: PostDraft | ProposalDraft, parent: Post | None) -> Principal:
    """In whose name a draft is published: the member's own, or the voice's.

    Raises:
        Invalid: what is not for everyone cannot be said in the organisation's voice.
        Conflict: there is no voice yet.
    """
    check_write(by)
    if draft.mode == "open":
        return by
    check_member(by)
    if {draft.visibility, parent.visibility if parent else "public"} - {"public", "unlisted"}:
        raise Invalid("mode", "Only what everyone may read can be said without your name.")
    voice = await Account.get_or_none(name_key=VOICE, domain="", kind="service")
    if voice is None:
        raise Conflict("Nobody can speak without their name here yet. Ask an admin to restart the server.")
    return replace(by, account_id=voice.id, spoken_by=0)


async def keep_author(by: Principal, post: Post, draft: PostDraft | ProposalDraft) -> None:
    """Note, where the mode allows it, who is behind a post that was just inserted, and hand its pictures over to the
    voice. Inside the transaction."""
    check_write(by)
    if draft.mode == "open":
        return
    await lend_pictures(by, post, draft)
    if draft.mode == "confidential":
        await Authorship.create(
            post_id=post.id, account_id=by.spoken_by or by.account_id, idempotency_key=draft.idempotency_key or None
        )


async def lend_pictures(by: Principal, post: Post, draft: PostDraft | ProposalDraft) -> None:
    """Pictures that a member uploaded for a post which is the voice's become the voice's.

    Raises:
        Invalid: a document that may say inside who made it: it is kept as it came.
    """
    check_write(by)
    if post.mode == "open" or not draft.media_ids:
        return
    mine = Media.filter(id__in=draft.media_ids, account_id__in=(by.account_id, by.spoken_by), post_id=None)
    if await mine.filter(kind="document").exclude(media_type="text/plain").exists():
        raise Invalid("file", "A document can hold your name inside. Without your name, add a picture or plain text.")
    await mine.update(account_id=post.account_id)


async def author(by: Principal, post: Post) -> Principal:
    """Who acts when `by` changes or takes back a post: the voice, if `by` is behind what it said; else `by`."""
    check_write(by)
    if post.mode == "open" or by.standing != "member" or await authorships.behind(post.id) != by.account_id:
        return by
    return replace(by, account_id=post.account_id)


async def mover(by: Principal, post: Post) -> Principal:
    """Who is entered in the timeline when `by` moves a proposal on: the voice, if `by` is behind what it said. A
    steward acts in their own name, for that is an office."""
    check_move(by)
    return by if may_steward(by) or by.standing != "member" else await author(by, post)
