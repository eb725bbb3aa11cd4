"""An account elsewhere was deleted by its owner: what it said, supported, shared and followed goes, and is no longer
counted. Each act is its own, so that work which is cut off goes on where it stopped."""

from collections.abc import Awaitable, Callable

from server.actions.boosts import unboost_post
from server.actions.follows import remove_follower, unfollow
from server.actions.likes import unlike_post
from server.actions.posts import delete_post
from server.effects.context import Context
from server.queries import leavings
from server.rules.events.people import AccountGone
from server.rules.permissions import Principal


async def account_gone(context: Context, event: AccountGone) -> None:
    """Take back everything, a batch at a time."""
    gone = Principal("remote", event.account_id)
    undoing: tuple[tuple[Callable[[int], Awaitable[list[int]]], Callable[[Principal, int], Awaitable[None]]], ...] = (
        (leavings.liked_by, unlike_post),
        (leavings.boosted_by, unboost_post),
        (leavings.followed_by, unfollow),
        (leavings.followers_of, remove_follower),
        (leavings.posts_of, delete_post),
    )
    for left, undo in undoing:
        while batch := await left(event.account_id):
            for each in batch:
                await undo(gone, each)
