"""Suggested wording: taken in, it becomes the next version, and its author is credited."""

from server.actions.contributions import decide_contribution
from server.actions.lifecycle import locked
from server.actions.proposals import edit_proposal
from server.rules.drafts import ProposalDraft
from server.rules.errors import NotFound
from server.rules.permissions import Principal, check_write
from server.storage.models.contributions import Contribution
from server.storage.unit import unit


async def accept_amendment(by: Principal, post_id: int, reason: str = "") -> int:
    """Take a suggested wording into the proposal: the parts it changes are taken from it, the rest stays. Returns the
    proposal's new version.

    Raises:
        Refused, Conflict: as `decide_contribution` and `edit_proposal` say.
    """
    check_write(by)
    amendment = await Contribution.get_or_none(post_id=post_id, kind="amendment")
    if amendment is None:
        raise NotFound
    async with unit():
        moving = await locked(by, amendment.proposal_id)
        await decide_contribution(by, post_id, "accepted", reason)
        return await edit_proposal(
            by, amendment.proposal_id, _merged(amendment, moving.post.title, moving.proposal.sections)
        )


def _merged(amendment: Contribution, title: str, sections: list[dict[str, str]]) -> ProposalDraft:
    wanted = amendment.facts.get("sections")
    changes = {str(key): str(text) for key, text in wanted.items()} if isinstance(wanted, dict) else {}
    new_title = changes.pop("title", title)
    kept = {section["key"]: changes.pop(section["key"], section["source"]) for section in sections}
    return ProposalDraft(new_title, (*kept.items(), *changes.items()))
