"""Everybody elsewhere who took part hears what became of their words. It may be many, so it is work for a lane."""

from server.effects.context import Context
from server.queries.proposals import step_kind
from server.rules.events.proposals import ProposalMoved
from server.rules.notifying import HEARD
from server.storage.unit import unit

TELL = "tell"


async def proposal_moved(context: Context, event: ProposalMoved) -> None:
    """Only a proposal's home tells them, so that they hear it once."""
    said = await context.said(event.post_id)
    if said is None or not said.author_here or said.visibility not in ("public", "unlisted"):
        return
    if await step_kind(event.step_id) in HEARD:
        async with unit() as work:
            payload = {"post_id": event.post_id, "step_id": event.step_id, "after": 0}
            work.enqueue(TELL, f"tell:{event.step_id}:0", payload)
