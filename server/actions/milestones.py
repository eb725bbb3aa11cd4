"""What whoever was asked says of the work, by their personal link and without an account. Members do the same with
contributions and acts; what is said by link stands under the organisation's account, with the owner's name."""

from typing import Literal

from server.actions.comments import publish_comment
from server.actions.contributions import decide_contribution
from server.actions.lifecycle import move_proposal
from server.queries import asks
from server.rules.drafts import PostDraft
from server.rules.errors import NotFound
from server.rules.permissions import Principal, check_move, check_write
from server.storage.models.contributions import Contribution


async def begin_work(by: Principal, proposal_id: int) -> None:
    """They have begun. Raises as `rules.lifecycle.check_act` says."""
    check_move(by)
    await move_proposal(by, proposal_id, "begin", by_name=await _owner(proposal_id))


async def add_milestone(by: Principal, proposal_id: int, text: str, due: str = "") -> int:
    """A step of the work, due on a day (YYYY-MM-DD; empty: no day is named). Returns its id."""
    check_write(by)
    facts = {"due": due, "givenBy": await _owner(proposal_id)}
    return await publish_comment(by, PostDraft(text, in_reply_to_id=proposal_id, record="action", facts=facts))


async def decide_milestone(by: Principal, proposal_id: int, post_id: int, verdict: Literal["done", "dropped"]) -> None:
    """A step is done, or was dropped.

    Raises:
        NotFound: this proposal has no such step: a link is for one proposal.
        Conflict: it was decided before.
    """
    check_move(by)
    if not await Contribution.exists(post_id=post_id, proposal_id=proposal_id, kind="action"):
        raise NotFound
    await decide_contribution(by, post_id, verdict)


async def _owner(proposal_id: int) -> str:
    asked = await asks.of_proposal(proposal_id)
    return asked[-1].owner_name if asked else ""
