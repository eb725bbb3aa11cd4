"""What stewards decide about posts: hold and release, ask for a change, decline, remove, restore."""

from server.actions.decisions import record_decision
from server.actions.holding import FASTER, hide, show, uncount
from server.actions.lifecycle import locked, move
from server.rules.errors import Conflict, NotFound
from server.rules.events.moderation import PostHidden
from server.rules.lifecycle import NOTHING_MORE, Wanted
from server.rules.moderation import Act, Why, check_why, words_of
from server.rules.permissions import Principal, check_steward
from server.storage.models.posts import Post
from server.storage.models.proposals import Proposal
from server.storage.sql import execute
from server.storage.unit import Unit, unit


async def hold_post(by: Principal, post_id: int, why: Why) -> None:
    """Take a post from view until somebody has decided. Its author and stewards alone see it.

    Raises:
        Conflict: it is held or gone by now, or a proposal on which others wait already.
    """
    check_steward(by)
    why = check_why(why)
    async with unit() as u:
        post = await _locked(by, post_id)
        if post.kind == "proposal" and post.local:
            wanted = Wanted(why.sentence or words_of(why.code), code=why.code)
            await move(by, await locked(by, post.id), u, "hold", wanted)
        else:
            await hide(by, post, why, u)


async def release_post(by: Principal, post_id: int) -> None:
    """Let what is held go up, for everybody whom it is for.

    Raises:
        Conflict: somebody else decided about it, or its author took it back.
    """
    check_steward(by)
    async with unit() as u:
        post = await _locked(by, post_id)
        if not post.held_reason or post.removed_by is not None:
            raise Conflict(FASTER)
        await _show(by, post, u)


async def ask_change(by: Principal, post_id: int, why: Why) -> None:
    """Ask the author of what is held to change it; it stays held."""
    check_steward(by)
    why = check_why(why)
    async with unit() as u:
        post = await _locked(by, post_id)
        if not post.held_reason or post.removed_by is not None:
            raise Conflict(FASTER)
        await record_decision(by, u, "ask_change", post.account_id, why, post_id=post.id)


async def decline_post(by: Principal, post_id: int, why: Why) -> None:
    """Do not let up what is held: a line stays in its place that says why."""
    check_steward(by)
    await _take_away(by, post_id, "decline", check_why(why), held=True)


async def remove_post(by: Principal, post_id: int, why: Why) -> None:
    """Take a post away. The page shows that something was removed, and why.

    Raises:
        Conflict: somebody else removed it, or its author took it back.
    """
    check_steward(by)
    await _take_away(by, post_id, "remove", check_why(why))


async def restore_post(by: Principal, post_id: int) -> None:
    """Show again what was removed or declined, just as it was."""
    check_steward(by)
    async with unit() as u:
        post = await _locked(by, post_id)
        if post.removed_by is None:
            raise Conflict(FASTER)
        await _show(by, post, u)


async def _take_away(by: Principal, post_id: int, act: Act, why: Why, *, held: bool = False) -> None:
    async with unit() as u:
        post = await _locked(by, post_id)
        if post.removed_by is not None or (held and not post.held_reason):
            raise Conflict(FASTER)
        await execute(
            "UPDATE posts SET removed_by = ?, removed_reason = ?, removed_note = ?, rev = rev + 1 WHERE id = ?",
            [by.account_id, why.code, why.sentence, post.id],
        )
        await record_decision(by, u, act, post.account_id, why, post_id=post.id)
        if not post.held_reason:
            await uncount(by, post)
            u.emit(PostHidden(post.id))


async def _show(by: Principal, post: Post, u: Unit) -> None:
    """A proposal that is held goes back to the state it had."""
    if post.kind == "proposal" and await Proposal.exists(post_id=post.id, state="held"):
        await move(by, await locked(by, post.id), u, "release", NOTHING_MORE)
    else:
        await show(by, post, u)


async def _locked(by: Principal, post_id: int) -> Post:
    """A post that its author has not taken back, kept from others until the transaction ends: of two stewards who
    decide at once, the second finds what the first has done."""
    check_steward(by)
    post = await Post.filter(id=post_id, deleted_at=None).select_for_update(no_key=True).get_or_none()
    if post is None:
        raise NotFound
    return post
