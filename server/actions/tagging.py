"""Stewards say where a proposal belongs, the place and the rules, without a word of its text."""

from server.actions.lifecycle import locked
from server.actions.policies import cite, name_policy
from server.actions.steps import enter_step
from server.rules import limits
from server.rules.errors import Conflict
from server.rules.events.proposals import ProposalMoved
from server.rules.ids import now_ms
from server.rules.permissions import Principal, check_steward
from server.rules.sanitise import clean_name
from server.storage.unit import unit


async def tag_proposal(
    by: Principal, proposal_id: int, place: str, policy_ids: tuple[int, ...], policy_name: str = ""
) -> bool:
    """Say where a proposal of ours was seen and which rules it is about. The wording and its version stay as they are;
    the timeline says who did it, and its author hears of it. Returns whether that changed anything.

    Args:
        policy_ids: these and no others.
        policy_name: one more, entered if nobody has named it before.

    Raises:
        Refused: only stewards may.
        NotFound, Conflict: there is no such proposal of ours, or it is withdrawn.
        Invalid: too many rules, or one that nobody knows.
    """
    check_steward(by)
    async with unit() as u:
        moving = await locked(by, proposal_id)
        post, proposal = moving.post, moving.proposal
        if proposal.state == "withdrawn":
            raise Conflict("It is withdrawn. What it says stays as it was.")
        if policy_name.strip():
            policy_ids = (*policy_ids, await name_policy(by, policy_name, post.language))
        before, proposal.place = proposal.place, clean_name(place, limits.ROLE)
        if not await cite(by, post.id, policy_ids) and proposal.place == before:
            return False
        await proposal.save(update_fields=("place",))
        step_id = await enter_step(by, post, "tagged", max(now_ms(), proposal.told_at + 1))
        u.emit(ProposalMoved(post.id, step_id, "tag", by.spoken_by or by.account_id))
    return True
