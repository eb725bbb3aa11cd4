"""The record of what was decided: written with each act of moderation, in its transaction."""

from server.rules.events.moderation import DecisionMade
from server.rules.ids import new_id, now_ms
from server.rules.moderation import Act, Why
from server.rules.permissions import Principal, check_move
from server.storage.models.moderation import Decision
from server.storage.unit import Unit


async def record_decision(
    by: Principal, u: Unit, act: Act, account_id: int, why: Why, *, post_id: int | None = None
) -> int:
    """Write a decision down; returns its id. Those of the operator and of the instance itself have no account."""
    check_move(by)
    decision_id = new_id()
    await Decision.create(
        id=decision_id,
        account_id=account_id,
        post_id=post_id,
        act=act,
        code=why.code,
        sentence=why.sentence,
        by_id=by.account_id,
        at=now_ms(),
    )
    u.emit(DecisionMade(decision_id, by.account_id, act, why.code, account_id, post_id or 0))
    return decision_id
