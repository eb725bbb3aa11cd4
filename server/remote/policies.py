"""Policies of other servers: taken in as what they are, never as posts."""

from typing import Final

from federation.errors import Forged, ProtocolError, Unavailable
from federation.objects.policy import Policy, is_policy
from federation.values import Json
from server.actions import policies as actions
from server.queries import actors, policies
from server.remote.actors import known_or_fetched
from server.remote.gateway import Remote
from server.rules.drafts import Elsewhere
from server.rules.errors import Invalid, NotFound, Refused
from server.rules.policies import NAME, TEXT, PolicyDraft

UNKNOWN: Final = 5  # policies that one proposal may make us fetch


async def record_policy(remote: Remote, document: Json) -> int | None:
    """Take in a policy, new or described anew; returns its id here. None when it was taken back, or whoever named it
    may not write here.

    Raises `Forged` when it claims somebody who cannot have named it, `ProtocolError` or `Unavailable` when that one
    cannot be had.
    """
    policy = Policy.parse(document)
    if remote.is_here(policy.id):
        raise Forged("a policy of ours is described here alone")
    if await actors.is_tombstoned(policy.id):
        return None
    author = await known_or_fetched(remote, policy.attributed_to)
    if author.local:
        raise Forged("a policy of another server cannot be by an account of this one")
    if author.state != "active":
        return None
    try:
        return await actions.record_policy(author.principal, _draft(remote, policy))
    except (Invalid, NotFound, Refused):
        return None


async def known_policies(remote: Remote, uris: tuple[str, ...]) -> tuple[int, ...]:
    """The ids here of the policies at these addresses: all that we know, and a few that we get to know. One that cannot
    be had is no reason to wait."""
    found: list[int] = []
    unknown = 0
    for uri in dict.fromkeys(uris):
        known = await policies.by_uri(uri)
        if known is not None:
            found.append(known.id)
        elif not remote.is_here(uri) and unknown < UNKNOWN:
            unknown += 1
            if (policy_id := await fetch_policy(remote, uri)) is not None:
                found.append(policy_id)
    return tuple(found)


async def fetch_policy(remote: Remote, uri: str) -> int | None:
    """The id here of the policy at an address elsewhere; None if there is none that can be had now."""
    try:
        document = await remote.read(uri)
        return await record_policy(remote, document) if is_policy(document) else None
    except (ProtocolError, Unavailable):
        return None


def _draft(remote: Remote, policy: Policy) -> PolicyDraft:
    now = int(remote.clock() * 1000)
    published = max(min(int(policy.published.timestamp() * 1000), now), 0)
    updated = max(int(policy.updated.timestamp() * 1000), 0) if policy.updated else None
    said = {key: policy.texts[key] for key in ("source", "explained", "easy") if key in policy.texts}
    sources = {key: section.source[:TEXT] for key, section in said.items()}
    return PolicyDraft(
        name=policy.name[:NAME],
        kind=policy.kind,
        owner_name=policy.owner_name,
        owner_uri=policy.owner or "",
        web_url=policy.web_url or "",
        language=policy.language,
        version=policy.version,
        elsewhere=Elsewhere(policy.id, policy.id, published, updated),
        html={key: section.content for key, section in said.items()},
        same_as=policy.same_as,
        **sources,
    )
