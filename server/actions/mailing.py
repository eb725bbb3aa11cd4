"""Writing mail, for the lane that sends it; and letting people stop it. Only called where there is a mail server."""

import hashlib
import hmac
import secrets

from server.actions.members import create_login_link
from server.queries import asks, instance, members, posts
from server.rules.drafts import LetterDraft
from server.rules.errors import NotFound
from server.rules.ids import new_id, now_ms
from server.rules.notifying import MAIL
from server.rules.permissions import Principal, check_administer, check_member, check_move, check_steward, check_write
from server.storage import addresses
from server.storage.models.members import Member
from server.storage.sql import execute
from server.storage.unit import unit
from server.templating import language_for, locale_for, render

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


async def ask_letter(by: Principal, proposal_id: int, token: str) -> LetterDraft | None:
    """What the owner of a rule is written with their personal answer link; None where we have no address of theirs.

    Args:
        token: that of the link, or any other text to see what the letter looks like.
    """
    check_write(by)
    address = await asks.owner_address(proposal_id)
    post = await posts.by_id(proposal_id)
    prepared = await asks.of_proposal(proposal_id, sent_only=False)
    if not address or post is None or not prepared:
        return None
    site = await instance.get()
    language = language_for(post.language, "", site.language)
    values = {
        "post": post,
        "ask": prepared[-1],
        "site": site,
        "link": f"{addresses.base()}/answer/{token}",
        "locale": locale_for(language),
    }
    subject, _, text = render("mail/ask.txt", language, values).strip().partition("\n")
    return LetterDraft(address, subject, text.lstrip())


async def mail_ask(by: Principal, proposal_id: int, token: str) -> LetterDraft | None:
    """Mail a personal answer link to the owner of the rule; once for each link. Returns the letter, None where we have
    no address of theirs."""
    check_steward(by)
    letter = await ask_letter(by, proposal_id, token)
    if letter is not None:
        await write_letter(by, f"ask:{hashlib.sha256(token.encode()).hexdigest()}", letter)
    return letter


async def mail_login_link(by: Principal, login: str) -> None:
    """Mail a one-time sign-in link to the member with this name or address, if there is one with an address: nobody
    learns which. `by` is the operator, on the member's behalf."""
    check_administer(by)
    found = await members.login(login)
    if found is None or not found.member.email or found.member.account.suspended:
        return
    async with unit():
        token = await create_login_link(by, found.member.account.name)
        site = await instance.get()
        language = language_for(found.member.locale, "", site.language)
        link = f"{addresses.base()}/sign-in/link/{token}"
        subject, _, text = render("mail/link.txt", language, {"site": site, "link": link}).strip().partition("\n")
        key = f"link:{hashlib.sha256(token.encode()).hexdigest()}"
        await write_letter(by, key, LetterDraft(found.member.email, subject, text.lstrip()))


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
