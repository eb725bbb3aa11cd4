"""Delete: a post, a policy, a permission to quote, or the account itself."""

from server.actions.accounts import account_gone
from server.actions.policies import delete_policy_at
from server.actions.posts import delete_by_uri
from server.actions.quotes import stamp_withdrawn
from server.inbound.arrival import Arrived
from server.remote.gateway import Remote


async def handle(remote: Remote, arrived: Arrived) -> None:
    """Forget it. A post that has not arrived yet is remembered as deleted, so that it never will."""
    uri = arrived.activity.object_id
    if uri is None:
        return
    if uri == arrived.account.uri:
        await account_gone(arrived.by)
    elif not await delete_policy_at(arrived.by, uri) and not await stamp_withdrawn(arrived.by, uri):
        await delete_by_uri(arrived.by, uri)
