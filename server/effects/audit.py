"""Write down what stewards and admins did."""

from dataclasses import asdict

from server.effects.context import Context
from server.ledger.audit import enter
from server.rules.events.event import Event
from server.rules.events.proposals import Endorsed, EndorsementWithdrawn, ProposalMoved


async def entered(context: Context, event: Event) -> None:
    """One line for one act: its name, who did it, and what it was done to."""
    facts = asdict(event)
    by_id = int(facts.pop("by_id", 0))
    subject = str(next(iter(facts.values()), ""))
    await enter(
        context.job_id, at=context.clock(), by_id=by_id, act=type(event).__name__, subject=subject, detail=facts
    )


async def moved(context: Context, event: ProposalMoved | Endorsed | EndorsementWithdrawn) -> None:
    """Only what was done here; its home keeps a log of its own."""
    if event.by_id:
        await entered(context, event)
