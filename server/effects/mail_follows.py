"""Whoever follows a rule or a proposal by mail is written to. Without a mail server nobody can."""

from typing import Final

from server.actions.mail_follows import write_news
from server.effects.context import Context
from server.queries.proposals import step_kind
from server.rules.events.posts import PostPublished
from server.rules.events.proposals import ProposalMoved
from server.rules.notifying import HEARD
from server.rules.permissions import OPERATOR

TOLD: Final = HEARD | {"sent"}


async def post_published(context: Context, event: PostPublished) -> None:
    """A proposal was raised."""
    if event.fetched or not context.settings.smtp_url:
        return
    said = await context.said(event.post_id)
    if said is not None and said.kind == "proposal" and said.visibility in ("public", "unlisted"):
        await write_news(OPERATOR, said.id, 0, "raised")


async def proposal_moved(context: Context, event: ProposalMoved) -> None:
    """It was sent, answered, closed, or something was done."""
    if not context.settings.smtp_url:
        return
    said, kind = await context.said(event.post_id), await step_kind(event.step_id)
    if said is not None and said.visibility in ("public", "unlisted") and kind in TOLD:
        await write_news(OPERATOR, said.id, event.step_id, kind)
