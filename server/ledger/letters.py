"""Mail that waits to be sent (`actions/mailing.py` writes it). Each letter is sent at most once: what was being sent
when a process died may have arrived, so it is not sent again."""

from dataclasses import dataclass

from server.rules.drafts import LetterDraft
from server.storage import sql
from server.storage.models.instance import Setting

UNTIL = "digests_until"


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter that may be sent now."""

    id: int
    draft: LetterDraft


async def begin(letter_id: int) -> Letter | None:
    """Take a letter to send it; None if it is sent, or was being sent when a process died."""
    found = await sql.rows(
        "UPDATE letters SET state = 'sending' WHERE id = ? AND state = 'waiting'"
        " RETURNING recipient, subject, text, html, unsubscribe",
        [letter_id],
    )
    if found:
        return Letter(letter_id, LetterDraft(**found[0]))
    await sql.execute("UPDATE letters SET state = 'unknown' WHERE id = ? AND state = 'sending'", [letter_id])
    return None


async def sent(letter_id: int) -> None:
    """It is with the mail server; address and words are forgotten."""
    await sql.execute(
        "UPDATE letters SET state = 'sent', recipient = '', subject = '', text = '', html = '', unsubscribe = '',"
        " error = '' WHERE id = ?",
        [letter_id],
    )


async def not_sent(letter_id: int, error: str, *, for_good: bool) -> None:
    """It was refused: for now, or for good."""
    state = "failed" if for_good else "waiting"
    await sql.execute(
        "UPDATE letters SET state = ?, error = ? WHERE id = ? AND state = 'sending'", [state, error[:500], letter_id]
    )


async def prune(before: int) -> int:
    """Forget letters that were written before this moment (milliseconds). How many there were."""
    return await sql.execute("DELETE FROM letters WHERE created_at < ?", [before])


async def digests_until() -> int | None:
    """Up to when digests were written."""
    found = await Setting.get_or_none(name=UNTIL)
    return int(str(found.value)) if found is not None else None


async def note_digests(until: int) -> None:
    await Setting.update_or_create(defaults={"value": until}, name=UNTIL)
