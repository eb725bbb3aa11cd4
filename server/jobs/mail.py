"""The lane of mail: each letter goes to the mail server once (RFC 5321), as plain text first and as HTML.

Without a mail server nothing ever gets here.
"""

import ssl
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import formatdate
from typing import Final
from urllib.parse import unquote, urlsplit

import structlog
from aiosmtplib import SMTP, SMTPException, SMTPRecipientsRefused, SMTPResponseException

from server.config import Settings
from server.jobs.worker import Handler
from server.ledger import letters
from server.ledger.queue import ClaimedJob, RetryLater
from server.rules.drafts import LetterDraft
from server.rules.sanitise import clean_name

SECONDS: Final = 60.0
TRIES: Final = 20  # with the queue's back-off: more than a week

log = structlog.get_logger("mail")


def handler(settings: Settings, clock: Callable[[], int]) -> Handler:
    """The handler of queue `mail`; `clock` gives milliseconds since 1970."""

    async def handle(job: ClaimedJob) -> None:
        letter_id = int(job.payload["letter_id"])
        letter = await letters.begin(letter_id)
        if letter is None:
            return
        try:
            mail = message(settings, letter_id, letter.draft, clock())
            await deliver(settings, letter.draft.recipient, mail)
        except (SMTPException, OSError) as error:
            last = job.attempts >= TRIES or is_final(error)
            reason = f"{type(error).__name__}: {error}"
            await letters.not_sent(letter_id, reason, for_good=last)
            log.warning("not_mailed", letter_id=letter_id, reason=reason, for_good=last)
            if not last:
                raise RetryLater(reason=reason, forever=True) from error
        else:
            await letters.sent(letter_id)

    return handle


def is_final(error: Exception) -> bool:
    """Whether the mail server said no for good (5xx): to the letter, or to its reader."""
    if isinstance(error, SMTPRecipientsRefused):
        return all(refused.code >= 500 for refused in error.recipients)
    return isinstance(error, SMTPResponseException) and error.code >= 500 and error.code not in (530, 534, 535)


def message(settings: Settings, letter_id: int, draft: LetterDraft, now: int) -> bytes:
    """The mail itself. One click ends such mail (RFC 8058)."""
    made = EmailMessage()
    made["From"] = settings.mail_from
    made["To"] = draft.recipient
    made["Subject"] = clean_name(draft.subject, 200)
    made["Date"] = formatdate(now / 1000)
    made["Message-ID"] = f"<{letter_id}@{settings.domain.partition(':')[0]}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(draft.text, cte="quoted-printable")
    if draft.html:
        made.add_alternative(draft.html, subtype="html", cte="quoted-printable")
    # Python would break or encode an address that is longer than a line, and mail programs could not read it.
    stop = f"List-Unsubscribe: <{draft.unsubscribe}>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    return (stop.encode("ascii") if draft.unsubscribe else b"") + made.as_bytes(policy=SMTP_POLICY)


async def deliver(settings: Settings, recipient: str, mail: bytes) -> None:
    """Hand a mail to the mail server. A name and password travel only over TLS."""
    server = urlsplit(settings.smtp_url)
    wrapped = server.scheme == "smtps"
    client = SMTP(
        hostname=server.hostname,
        port=server.port or (465 if wrapped else 587),
        username=unquote(server.username) if server.username else None,
        password=unquote(server.password) if server.password else None,
        use_tls=wrapped,
        start_tls=None if wrapped or not server.username else True,
        tls_context=ssl.create_default_context(),
        timeout=SECONDS,
    )
    async with client:
        await client.sendmail(settings.mail_from, [recipient], mail)
