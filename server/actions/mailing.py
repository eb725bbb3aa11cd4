"""Writing mail, for the lane that sends it; and letting people stop it. Only called where there is a mail server."""

import hmac
import secrets

from server.rules.drafts import LetterDraft
from server.rules.errors import NotFound
from server.rules.ids import new_id, now_ms
from server.rules.notifying import MAIL
from server.rules.permissions import Principal, check_administer, check_member, check_move
from server.storage.models.members import Member
from server.storage.sql import execute
from server.storage.unit import unit

LANE = "mail"
SECRET = "mail_secret"  # noqa: S105 -- the name of a setting


async def write_letter(by: Principal, key: str, draft: LetterDraft) -> bool:
    """Line a letter up, joining the transaction of its cause if there is one. False if there was one with this `key`
    before."""
    check_move(by)
    letter_id = new_id()
    async with unit() as u:
        written = await execute(
            "INSERT INTO letters (id, key, recipient, subject, text, html, unsubscribe, state, error, created_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, 'waiting', '', ?) ON CONFLICT (key) DO NOTHING",
            [letter_id, key, draft.recipient, draft.subject, draft.text, draft.html, draft.unsubscribe, now_ms()],
        )
        if written:
            u.enqueue(LANE, f"letter:{letter_id}", {"letter_id": letter_id}, kind="send")
    return bool(written)


async def mail_token(by: Principal) -> str:
    """What proves, in the address of a link, that this member wants no more mail. The same each time."""
    check_member(by)
    async with unit():
        member = await Member.filter(id=by.member_id).select_for_update().get()
        if SECRET not in member.settings:
            member.settings = {**member.settings, SECRET: secrets.token_urlsafe(16)}
            await member.save(update_fields=("settings",))
    return f"{member.id}-{member.settings[SECRET]}"


async def stop_mail(by: Principal, token: str) -> None:
    """No more digests for whom this token belongs to. `by` is the operator, on the holder's behalf.

    Raises:
        NotFound: it belongs to nobody.
    """
    check_administer(by)
    digits, _, secret = token.partition("-")
    async with unit():
        known = digits.isascii() and digits.isdigit() and len(digits) < 20
        member = await Member.filter(id=int(digits)).select_for_update().get_or_none() if known else None
        if member is None or not hmac.compare_digest(member.settings.get(SECRET, "").encode(), secret.encode()):
            raise NotFound("This link is not valid any more. You can choose in your settings what you are told.")
        if not secret:
            raise NotFound
        member.settings = {**member.settings, MAIL: "no"}
        await member.save(update_fields=("settings",))
