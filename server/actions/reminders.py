"""Reminders: those the calendar writes to people here, and those that stewards send to whoever was asked. What a
steward did outside, such as a phone call, is entered in the timeline as well."""

from datetime import date
from typing import Final, Literal

from babel.dates import format_date

from server.actions import writing
from server.actions.asks import awaited_ask, hash_of, new_answer_link
from server.actions.lifecycle import locked
from server.actions.mailing import write_letter
from server.actions.messages import drawn, message_owner
from server.actions.steps import enter_step
from server.queries.asks import owner_address
from server.queries.calendar import calendar
from server.rules import limits
from server.rules.drafts import LetterDraft
from server.rules.errors import Conflict, Invalid, too_long
from server.rules.events.proposals import ProposalMoved, ReminderDue
from server.rules.ids import new_id, now_ms
from server.rules.permissions import Principal, check_move, check_steward
from server.rules.reminding import Reminder
from server.storage import addresses
from server.storage.models.asks import Ask
from server.storage.models.posts import Post
from server.storage.models.proposals import Step
from server.storage.sql import rows
from server.storage.unit import unit
from server.templating import language_for, locale_for, marked, said

How = Literal["mail", "message", "myself"]
Contact = Literal["phoned", "met"]
SUBJECT: Final = marked("About “%(title)s”")
LINK: Final = marked("Answer here. You need no account; the link is for you alone:")
AT_ONCE: Final = 600_000  # milliseconds in which a second reminder is one too many
CONTACTS: Final[tuple[Contact, ...]] = ("phoned", "met")


async def remind(by: Principal, what: Reminder, proposal_id: int, cause: int, mark: int) -> bool:
    """Have somebody reminded, once for each `cause` (an ask, a time) and `mark`. Whether that was news."""
    check_move(by)
    async with unit() as u:
        fresh = await rows(
            "INSERT INTO reminders (id, key, created_at) VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING RETURNING id",
            [new_id(), f"{what}:{proposal_id}:{cause}:{mark}", now_ms()],
        )
        if fresh:
            u.emit(ReminderDue(proposal_id, what, mark))
    return bool(fresh)


async def reminder_text(by: Principal, proposal_id: int) -> str:
    """What a reminder to whoever was asked says, ready to be copied or sent."""
    check_move(by)
    return await drawn(by, "messages/reminder.md", proposal_id)


async def mail_owner(by: Principal, proposal_id: int, text: str, *, key: str) -> None:
    """Mail a text to whom the newest ask of a proposal goes to, if we have an address of theirs; once for each key."""
    check_move(by)
    address, post = await owner_address(proposal_id), await Post.get(id=proposal_id).only("language", "title")
    if address:
        subject = said(SUBJECT, post.language) % {"title": post.title}
        await write_letter(by, key, LetterDraft(address, subject[:255], text))


async def send_reminder(by: Principal, proposal_id: int, text: str, how: How) -> None:
    """Remind whoever was asked, and enter it in the timeline with what was written.

    Args:
        how: by mail, with a new personal answer link that ends the one before; by a direct message to their account; or
            the steward has sent it and only says so.

    Raises:
        Refused: only stewards may.
        Conflict: no answer is awaited, or they cannot be reached in this way.
        Invalid: nothing is said, or too much of it.
    """
    check_steward(by)
    if not text.strip():
        raise Invalid("text", "Write what they are reminded of.")
    if len(text) > limits.SECTION:
        raise too_long("text", len(text), limits.SECTION)
    async with unit():
        ask, post = await _awaited(by, proposal_id)
        if await Step.exists(proposal_id=proposal_id, kind="reminded", at__gt=now_ms() - AT_ONCE):
            raise Conflict("Somebody reminded them a moment ago. Read the page again.")
        if how == "mail":
            if not await owner_address(proposal_id):
                raise Conflict("We have no e-mail address of theirs. Copy the text, and send it in your own way.")
            token = await new_answer_link(by, proposal_id)
            body = f"{text.strip()}\n\n{said(LINK, post.language)}\n{addresses.base()}/answer/{token}\n"
            await mail_owner(by, proposal_id, body, key=f"reminder:{hash_of(token)}")
        elif how == "message":
            key = f"reminder:{ask.id}:{new_id()}"
            if await message_owner(by, proposal_id, text, key=key) is None:
                raise Conflict("They have no account that we know of. Copy the text, and send it in your own way.")
        await _enter(by, post, "reminded", text)


async def log_contact(by: Principal, proposal_id: int, contact: Contact, note: str, on: str = "") -> None:
    """Enter in the timeline that a steward talked with whoever was asked.

    Args:
        note: what was said, in a sentence or two; everybody can read it.
        on: the day (YYYY-MM-DD); today if empty.

    Raises:
        Refused, Conflict: as `send_reminder` says.
        Invalid: nothing said, or the day is no day, or has not come yet.
    """
    check_steward(by)
    if contact not in CONTACTS:
        raise Invalid("contact", "Choose whether it was a phone call or a meeting.")
    if not note.strip():
        raise Invalid("note", "Say in a sentence what was said. Everybody can read it.")
    if len(note) > limits.SECTION:
        raise too_long("note", len(note), limits.SECTION)
    today = (await calendar()).today
    try:
        day = date.fromisoformat(on) if on else today
    except ValueError as error:
        raise Invalid("on", "Write the date as year, month and day: 2027-03-31.") from error
    if day > today:
        raise Invalid("on", "This day has not come yet.")
    async with unit():
        _, post = await _awaited(by, proposal_id)
        when = format_date(day, "long", locale=locale_for(language_for(post.language, "", "en")))
        await _enter(by, post, contact, note if day == today else f"{when}: {note.strip()}")


async def _awaited(by: Principal, proposal_id: int) -> tuple[Ask, Post]:
    moving = await locked(by, proposal_id)
    return await awaited_ask(by, moving), moving.post


async def _enter(by: Principal, post: Post, kind: str, note: str) -> None:
    moving = await locked(by, post.id)
    at = max(now_ms(), moving.proposal.told_at + 1)
    step_id = await enter_step(by, post, kind, at, note_html=writing.markdown(note, ()))
    async with unit() as u:
        u.emit(ProposalMoved(post.id, step_id, kind, by.spoken_by or by.account_id))
