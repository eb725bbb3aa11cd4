"""An account has moved: its followers here move along and are told, those elsewhere are told by its server."""

from federation import activities
from federation.contexts import standalone
from server.actions.moving import follow_along
from server.effects.context import Context
from server.effects.deliver_accounts import actor_document
from server.effects.notices import write_to
from server.effects.sending import at, send
from server.queries import accounts, actors, audiences
from server.rules.events.people import AccountMoved
from server.rules.permissions import OPERATOR


async def told(context: Context, event: AccountMoved) -> None:
    """Of one of ours: an Update, in which it names the new address, and then the Move, to the servers of followers."""
    account, target = await accounts.by_id(event.account_id), await accounts.by_id(event.target_id)
    if account is None or target is None or not account.local or account.suspended:
        return
    followers = await audiences.of_followers(account.id)
    update = activities.update(
        context.address(f"{context.job_id}-update"),
        standalone(await actor_document(context, account)),
        at(context.clock()),
    )
    move = activities.move(
        context.address(context.job_id), account.uri, target.uri, followers=f"{account.uri}/followers"
    )
    for activity in (update, move):
        await send(context, activity, account_id=account.id, object_uri=account.uri, inboxes=followers)


async def followed(context: Context, event: AccountMoved) -> None:
    """Those of ours who follow it follow the new address, and get a letter about it."""
    account, target = await accounts.by_id(event.account_id), await accounts.by_id(event.target_id)
    if account is None or target is None:
        return
    followers = await actors.followers_here(account.id)
    for follower_id in followers:
        if await follow_along(OPERATOR, follower_id, account.id, target.id):
            key = f"moved:{account.id}:{target.id}"
            await write_to(context, [follower_id], "moved", key, {"old": account, "new": target})
