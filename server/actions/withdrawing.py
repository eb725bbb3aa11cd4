"""Withdrawing a proposal: gone where nobody else took part in it, else it stays and says so."""

from server.actions.lifecycle import locked, move_proposal
from server.actions.posts import delete_post
from server.queries.lifecycle import standing_of, taken_part
from server.rules.errors import Invalid
from server.rules.lifecycle import Wanted, check_act
from server.rules.permissions import Principal, check_move, may_change
from server.storage.unit import unit


async def withdraw_proposal(by: Principal, proposal_id: int, wanted: Wanted) -> bool:
    """Withdraw a proposal of ours. Returns whether it is still there.

    Raises:
        Refused, Conflict, Invalid: as `rules.lifecycle.check_act` says; or others took part and no reason is given.
    """
    check_move(by)
    async with unit():
        moving = await locked(by, proposal_id)
        if not await taken_part(proposal_id) and may_change(by, moving.post.account_id):
            facts, parts = await standing_of(by, proposal_id)
            check_act("withdraw", facts, parts, wanted)
            await delete_post(by, proposal_id)
            return False
        if not wanted.reason.strip():
            raise Invalid("reason", "Say why, in a sentence: everybody who took part will read it.")
        await move_proposal(by, proposal_id, "withdraw", wanted)
    return True
