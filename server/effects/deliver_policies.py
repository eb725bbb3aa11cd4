"""Tell other servers of the policies that were named here: those who follow us, and those who share a topic."""

from federation import activities
from federation.values import PUBLIC
from server.effects.context import Context
from server.effects.sending import at, send
from server.queries import audiences, policies, topics
from server.render.policies import as_policy_object
from server.rules.events.proposals import PolicyDeleted, PolicyKept


async def readers_of(account_id: int) -> dict[str, str]:
    """The inboxes that a policy goes to."""
    linked = [
        chapter.account.id
        for topic in await topics.all_topics()
        for chapter in topic.chapters
        if chapter.state == "linked"
    ]
    return {**await audiences.of_followers(account_id), **await audiences.of_accounts(linked)}


async def policy_kept(context: Context, event: PolicyKept) -> None:
    """A new one as a Create, one that is described anew as an Update."""
    policy = await policies.by_id(event.policy_id)
    if policy is None or not policy.local:
        return
    obj = as_policy_object(policy, await policies.same_of(policy))
    uri = context.address(f"policy-{policy.id}-{event.at}")
    new = event.at <= int(policy.created_at.timestamp() * 1000)
    await send(
        context,
        activities.create(uri, obj) if new else activities.update(uri, obj, policy.updated_at),
        account_id=policy.account.id,
        object_uri=policy.uri,
        inboxes=await readers_of(policy.account.id),
    )


async def policy_deleted(context: Context, event: PolicyDeleted) -> None:
    gone = await policies.taken_back(event.policy_id)
    if gone is None:
        return
    address = context.address(f"policy-{event.policy_id}-delete")
    await send(
        context,
        activities.delete(address, gone.actor, gone.uri, at(gone.at), to=[PUBLIC], cc=[f"{gone.actor}/followers"]),
        account_id=gone.account_id,
        object_uri=gone.uri,
        inboxes=await readers_of(gone.account_id),
    )
