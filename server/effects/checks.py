"""Whoever objects by a vote alone is asked for the reason."""

from server.actions.checks import ask_why
from server.effects.context import Context
from server.rules.events.posts import PollVoted
from server.rules.permissions import OPERATOR


async def voted(context: Context, event: PollVoted) -> None:
    await ask_why(OPERATOR, event.post_id, event.account_id)
