"""Policies for the outside: as an ActivityPub object, and as JSON for scripts."""

from collections.abc import Sequence
from typing import Any

from federation.objects.policy import Policy
from federation.objects.post import Section
from federation.values import Json
from server.render.accounts import stamp
from server.views.policies import PolicyView, SameView


def as_policy_object(policy: PolicyView, same: Sequence[SameView]) -> Json:
    """A policy of ours, as sent and as served at its address; without its context."""
    texts = (("source", policy.text), ("explained", policy.explained), ("easy", policy.easy))
    return Policy(
        id=policy.uri,
        attributed_to=policy.account.uri,
        name=policy.name,
        published=policy.created_at,
        updated=policy.updated_at if policy.updated_at > policy.created_at else None,
        language=policy.language,
        kind=policy.kind,
        owner_name=policy.owner_name,
        owner=policy.owner_uri or None,
        web_url=policy.web_url or None,
        texts={key: Section(key, text.source, text.html) for key, text in texts if text.html},
        same_as=tuple(each.uri for each in same if each.said_here),
        version=policy.version,
        followers=f"{policy.account.uri}/followers",
    ).to_json()


def as_policy(policy: PolicyView, same: Sequence[SameView] = ()) -> dict[str, Any]:
    """A policy for scripts. `same` are those it is said to be one with, and which side says so."""
    return {
        "id": str(policy.id),
        "uri": policy.uri,
        "name": policy.name,
        "kind": policy.kind,
        "organisation": policy.account.acct,
        "owner": policy.owner_name or None,
        "web_url": policy.web_url or None,
        "text": policy.text.source,
        "content": policy.text.html,
        "explained": policy.explained.html,
        "easy": policy.easy.html,
        "language": policy.language or None,
        "version": policy.version,
        "created_at": stamp(policy.created_at),
        "updated_at": stamp(policy.updated_at),
        "proposals_count": policy.proposals_count,
        "same_as": [{"uri": each.uri, "here": each.said_here, "there": each.said_there} for each in same],
    }
