"""Tell other servers that an account of ours has new keys."""

from federation import activities
from federation.contexts import standalone
from server.actions.keys import retire_keys
from server.effects.context import Context
from server.effects.deliver_accounts import actor_document
from server.effects.sending import at, send
from server.queries import accounts, audiences, keys
from server.rules.events.people import KeysRotated
from server.rules.permissions import OPERATOR


async def keys_rotated(context: Context, event: KeysRotated) -> None:
    """Whoever knows the account learns the new keys from an Update that the old key proves: so they know that it is not
    somebody else who has taken over the address. Only then are the old private keys forgotten."""
    account = await accounts.by_id(event.account_id)
    if account is None:
        return
    inboxes = (
        await audiences.of_all_followers()
        if account.kind in ("instance", "organisation")
        else {**await audiences.of_followers(account.id), **await audiences.of_everyone_who_knows(account.id)}
    )
    await send(
        context,
        activities.update(
            context.address(context.job_id), standalone(await actor_document(context, account)), at(context.clock())
        ),
        account_id=account.id,
        object_uri=account.uri,
        inboxes=inboxes,
        proven_by=await keys.proof_key(event.proof_key) if event.proof_key else None,
    )
    await retire_keys(OPERATOR, account.id, event.at)
