"""The civic records for scripts: everything a person can read and do about a proposal, as JSON. Documented at
`/api/docs` from the same table that its routes are made of: each noun brings its own calls."""

from typing import Final

from server.api import (
    answers,
    asks,
    checks,
    coauthors,
    contributions,
    decisions,
    endorsements,
    invites,
    memberships,
    moderation,
    organisations,
    policies,
    proposal_drafts,
    proposals,
    reminders,
    same_barrier,
    support,
    tagging,
    telling,
    topics,
    versions,
)
from server.api.operations import Operation, grouped

OPERATIONS: Final[tuple[Operation, ...]] = grouped(
    {
        "Proposals": proposals.OPERATIONS,
        "Support": support.OPERATIONS,
        "Contributions": contributions.OPERATIONS,
        "Versions": versions.OPERATIONS,
        "Drafts": proposal_drafts.OPERATIONS,
        "Co-authors": coauthors.OPERATIONS,
        "Checks": checks.OPERATIONS,
        "Endorsements": endorsements.OPERATIONS,
        "Asks": asks.OPERATIONS,
        "Reminders": reminders.OPERATIONS,
        "Answers": answers.OPERATIONS,
        "The same barrier": same_barrier.OPERATIONS,
        "Place and rules": tagging.OPERATIONS,
        "Asking people who know": invites.OPERATIONS,
        "Topics": topics.OPERATIONS,
        "Policies": policies.OPERATIONS,
        "Organisations": organisations.OPERATIONS,
        "Memberships": memberships.OPERATIONS,
        "Notifications": telling.OPERATIONS,
        "Moderation": moderation.OPERATIONS,
        "Decisions": decisions.OPERATIONS,
    }
)
ROUTES = [operation.route() for operation in OPERATIONS]
