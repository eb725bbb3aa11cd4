"""Digests by mail, looked after every ten minutes where there is a mail server.

What was covered is noted at the end of a look, and each digest has a key made from its reader and period: a look that
is done again after a crash writes nothing twice.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from server.actions.mailing import mail_token, write_letter
from server.config import Settings
from server.jobs.worker import Handler
from server.ledger import letters
from server.ledger.queue import ClaimedJob
from server.queries import instance, members
from server.queries.calendar import calendar
from server.queries.digests import digest
from server.rules.drafts import LetterDraft
from server.rules.notifying import Period, mailed, periods
from server.rules.permissions import OPERATOR
from server.storage.unit import unit
from server.templating import language_for, locale_for, render
from server.views.viewer import Viewer

LANE: Final = "digests"
EVERY: Final = 600_000


async def begin(now: int) -> None:
    """See to it that the next look waits. Doing so again changes nothing. `now` in milliseconds."""
    at = (now // EVERY + 1) * EVERY
    async with unit() as work:
        work.enqueue(LANE, f"digests:{at}", {"at": at}, run_at=at)


def handler(settings: Settings, clock: Callable[[], int]) -> Handler:
    """The handler of queue `digests`; `clock` gives milliseconds since 1970."""

    async def handle(job: ClaimedJob) -> None:
        at = int(job.payload["at"])
        await begin(max(clock(), at))
        if settings.smtp_url:
            await look(settings, at)

    return handle


async def look(settings: Settings, at: int) -> None:
    """Write every digest that became due since the last look, up to `at` (milliseconds)."""
    since = await letters.digests_until()
    if since is None or since < at:
        for period in periods(since if since is not None else at - EVERY, at, (await calendar()).zone):
            for member_id in await members.told_between(period.since, period.until):
                await write(settings, member_id, period)
        await letters.note_digests(at)


async def write(settings: Settings, member_id: int, period: Period) -> None:
    """One member's digest of one period, if there is anything in it for them."""
    member = await members.by_id(member_id)
    subjects = mailed(member.settings, period.often) if member else frozenset()
    if member is None or not member.email or member.account.suspended or not subjects:
        return
    groups = await digest(Viewer(member.account.id, member.id), period.since, period.until, subjects)
    if not groups:
        return
    site = await instance.get()
    language = language_for(member.locale, "", site.language)
    stop = f"{settings.base_url}/unsubscribe/{await mail_token(members.principal(member))}"
    values = {
        "groups": groups,
        "site": site,
        "origin": settings.base_url,
        "language": language,
        "locale": locale_for(language),
        "now": datetime.fromtimestamp(period.until / 1000, UTC),
        "stop": stop,
    }
    subject, _, text = render("mail/digest.txt", language, values).partition("\n")
    html = render("mail/digest.html", language, values)
    key = f"digest:{member.id}:{period.often}:{period.until}"
    await write_letter(OPERATOR, key, LetterDraft(member.email, subject, text.lstrip(), html, stop))
