"""The lane of telling people on other servers what became of their words, a batch at a time.

Each of them is noted in the transaction that writes their letter, so a batch that is done again doubles nothing.
"""

from collections.abc import Callable
from typing import Final

import structlog

from server.actions.hearing import tell_contributor
from server.config import Settings
from server.jobs.worker import Handler
from server.ledger.queue import ClaimedJob
from server.queries import accounts, hearing, instance, posts, proposals
from server.rules.drafts import KnownMention, PostDraft
from server.rules.errors import CivicError
from server.rules.permissions import Principal
from server.storage.unit import unit
from server.templating import language_for, render
from server.views.accounts import AccountView
from server.views.hearing import HeardView
from server.views.proposals import StepView

LANE: Final = "tell"
BATCH: Final = 50

log = structlog.get_logger("tell")


def handler(settings: Settings, clock: Callable[[], int]) -> Handler:
    """The handler of queue `tell`; `clock` gives milliseconds since 1970."""

    async def handle(job: ClaimedJob) -> None:
        post_id, step_id, after = (int(job.payload[name]) for name in ("post_id", "step_id", "after"))
        last = await tell_batch(settings, post_id, step_id, after)
        if last is not None:
            async with unit() as work:
                payload = {"post_id": post_id, "step_id": step_id, "after": last}
                work.enqueue(LANE, f"tell:{step_id}:{last}", payload, run_at=clock())

    return handle


async def tell_batch(settings: Settings, post_id: int, step_id: int, after: int) -> int | None:
    """Tell the next ones after this account; returns the last of them, or None when everybody was told."""
    proposal = await posts.by_id(post_id)
    step = await proposals.step(step_id)
    site = await instance.get()
    us = site.organisation or await accounts.by_uri(f"{settings.base_url}/actor")
    if proposal is None or step is None or us is None:
        return None
    people, last = await hearing.took_part_elsewhere(
        proposal.id, [us.id, proposal.account.id], but=step.account_id or 0, after=after, limit=BATCH
    )
    heard = await hearing.heard_by(await hearing.outcome_of(proposal), people)
    known = await accounts.by_ids(list(heard))
    by = Principal("clock", us.id)
    for account_id, each in heard.items():
        if account_id in known:
            try:
                draft = letter(each, step, known[account_id], settings.base_url, site.language)
                await tell_contributor(by, step_id, account_id, draft)
            except CivicError as refused:
                log.info("not_told", account_id=account_id, step_id=step_id, reason=refused.detail or refused.text)
    return last


def letter(heard: HeardView, step: StepView, account: AccountView, origin: str, fallback: str) -> PostDraft:
    """What one person is told, in the language of what they wrote if we have words in it."""
    answered = heard.wrote[-1] if heard.wrote else heard.outcome.proposal
    language = language_for(answered.language, "", fallback)
    html = render("messages/heard.html", language, {"heard": heard, "step": step, "account": account, "origin": origin})
    return PostDraft(
        content_html=html,
        visibility="direct",
        in_reply_to_id=answered.id,
        language=language,
        mentions=(KnownMention(account.id, account.acct, account.uri, account.url or account.uri),),
    )
