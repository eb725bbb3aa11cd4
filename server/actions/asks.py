"""Asking whoever can change a rule: prepare the ask, send it, and take in what comes back."""

import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

from tortoise.exceptions import IntegrityError

from server.actions import voices, writing
from server.actions.lifecycle import Moving, locked, move, move_proposal
from server.actions.messages import message_ask
from server.actions.steps import enter_step
from server.queries import instance
from server.queries.lifecycle import standing_of
from server.rules import limits
from server.rules.answers import VERB_WORDS
from server.rules.clock import DEFAULT, Limits
from server.rules.errors import Conflict, Invalid, NotFound, Refused
from server.rules.events.proposals import ProposalMoved
from server.rules.facts import checked_date
from server.rules.ids import new_id, now_ms
from server.rules.lifecycle import NOTHING_MORE, Act, Wanted, floor_reached
from server.rules.permissions import Principal, check_move, check_steward, check_write
from server.rules.sanitise import clean_name
from server.storage.counts import touch
from server.storage.models.accounts import Account
from server.storage.models.asks import Ask, Owner
from server.storage.models.contributions import Contribution
from server.storage.models.posts import Post
from server.storage.sql import execute
from server.storage.unit import Unit, unit
from server.templating import marked, said

OWNER_NAME = 200
SENT_TO = marked("Sent to %(name)s.")
SENT_FOR = marked("Sent to %(name)s on behalf of %(organisation)s. Seen by %(count)s so far.")
NO_ANSWER = marked("No answer came in %(days)s working days. It can be opened again with something new.")


@dataclass(frozen=True, slots=True)
class OwnerDraft:
    """A policy owner. At least a name; an account or an e-mail address to reach them by, or neither: the answer link
    can be handed over in any other way."""

    name: str
    account_id: int | None = None
    email: str = ""
    url: str = ""
    limits: Limits = DEFAULT


@dataclass(frozen=True, slots=True)
class AskDraft:
    """One ask: a verb of `rules.answers.VERB_WORDS`, a sentence, and a date (YYYY-MM-DD, or empty)."""

    owner_id: int
    verb: str
    source: str = ""
    by_date: str = ""


async def keep_owner(by: Principal, draft: OwnerDraft, owner_id: int | None = None) -> int:
    """Enter a policy owner, or change one. One with the same name is the same one. Returns the owner's id."""
    check_steward(by)
    name = clean_name(draft.name, OWNER_NAME)
    if not name:
        raise Invalid("name", "Say who can change the rule: the name of the body is enough.")
    if draft.email and ("@" not in draft.email or len(draft.email) > 320 or " " in draft.email):
        raise Invalid("email", "This is no e-mail address.")
    if draft.url.strip() and not draft.url.strip().startswith(("https://", "http://")):
        raise Invalid("url", "A link begins with https:// and has no spaces.")
    if draft.account_id and not await Account.exists(id=draft.account_id):
        raise Invalid("account_id", "There is no such account. Leave it out if they have none.")
    days = draft.limits
    if not 0 < days.acknowledge <= days.answer <= days.long <= 3_660:
        raise Invalid("answer_days", "The days must rise: to acknowledge, to answer, long overdue.")
    async with unit():
        row = await Owner.get_or_none(id=owner_id) if owner_id else await Owner.get_or_none(name_key=name.casefold())
        if row is None:
            row = Owner(id=new_id(), created_at=now_ms())
        row.name, row.name_key = name, name.casefold()
        for account_id in {row.account_id, draft.account_id} - {None}:
            await touch("accounts", account_id)  # its badge in apps
        row.account_id, row.email, row.url = draft.account_id, draft.email.strip(), draft.url.strip()[:2048]
        row.acknowledge_days, row.answer_days, row.long_days = days.acknowledge, days.answer, days.long
        try:
            await row.save(force_create=not row._saved_in_db)
        except IntegrityError as faster:
            raise Conflict("Somebody entered this name a moment ago. Read the page again, and choose it.") from faster
    return row.id


async def prepare_ask(by: Principal, proposal_id: int, draft: AskDraft) -> int:
    """Write down what will be asked of whom; until it is sent it can be changed. Returns the ask's id."""
    check_write(by)
    if draft.verb not in VERB_WORDS:
        raise Invalid("verb", "Choose what you ask for.")
    if len(draft.source) > limits.SECTION:
        raise Invalid("ask", "Please use %(limit)s characters or fewer.", limit=limits.SECTION)
    by_date = checked_date("by_date", draft.by_date)
    async with unit():
        moving = await locked(by, proposal_id)
        if not (await standing_of(by, moving.post.id))[1] & {"author", "steward"}:
            raise Refused("Only its author or a steward may prepare this.")
        by = await voices.mover(by, moving.post)
        owner = await Owner.get_or_none(id=draft.owner_id)
        if owner is None:
            raise Invalid("owner", "Say who can change the rule.")
        ask = moving.ask if moving.ask is not None and moving.ask.sent_at is None else None
        row = ask or Ask(id=new_id(), proposal_id=proposal_id, created_at=now_ms())
        row.owner_id, row.owner_name, row.owner_account_id = owner.id, owner.name, owner.account_id
        row.acknowledge_days, row.answer_days, row.long_days = (
            owner.acknowledge_days,
            owner.answer_days,
            owner.long_days,
        )
        row.verb, row.source, row.by_date = draft.verb, draft.source, by_date
        row.content_html = writing.markdown(draft.source, ())
        row.prepared_by = by.account_id
        await row.save(force_create=ask is None)
    return row.id


async def send_proposal(by: Principal, proposal_id: int, *, sent_at: int | None = None) -> str:
    """Send a proposal to whoever can change the rule; the public clock begins. Returns the token of the personal answer
    link, which is shown once.

    Args:
        sent_at: for what went out before it was entered here: when, in milliseconds. The clock counts from then.
    """
    check_write(by)
    token = secrets.token_urlsafe(24)

    async def sent(moving: Moving, _: Unit) -> None:
        assert moving.ask is not None
        await execute(
            "UPDATE asks SET sent_at = ?, version = ?, token_hash = ? WHERE id = ?",
            [sent_at or now_ms(), moving.post.version, hash_of(token), moving.ask.id],
        )
        if sent_at is None:
            await message_ask(by, proposal_id, token, hash_of(token))

    async with unit() as u:
        moving = await locked(by, proposal_id)
        act: Act = "send"
        if moving.proposal.state == "answered":  # the same body again, or one that was not asked before
            facts, _ = await standing_of(by, moving.post.id)
            act = "take_further" if facts.ask_ready and not facts.asked else "ask_again"
        await move(by, moving, u, act, Wanted(await _sent_words(moving, by)), also=sent)
    return token


async def _sent_words(moving: Moving, by: Principal) -> str:
    """What the timeline says of the sending. Where the evidence floor was not reached it says so, lest it pass for
    consensus."""
    name = moving.ask.owner_name if moving.ask else ""
    if not name:
        return ""
    facts, _ = await standing_of(by, moving.post.id)
    if floor_reached(facts):
        return said(SENT_TO, moving.post.language) % {"name": name}
    values = {"name": name, "organisation": (await instance.get()).title, "count": facts.corroborations}
    return said(SENT_FOR, moving.post.language) % values


async def new_answer_link(by: Principal, proposal_id: int) -> str:
    """A new personal answer link for an ask that is sent; the one before ends. Returns its token."""
    check_steward(by)
    token = secrets.token_urlsafe(24)
    async with unit():
        moving = await locked(by, proposal_id)
        if moving.ask is None or moving.ask.sent_at is None:
            raise Conflict("It has not been sent yet.")
        await execute("UPDATE asks SET token_hash = ? WHERE id = ?", [hash_of(token), moving.ask.id])
    return token


async def confirm_answer(by: Principal, proposal_id: int, answer_id: int) -> None:
    """Whoever was asked says that an answer which a steward recorded is theirs. A second time changes nothing.

    Raises:
        Refused: only they may.
        NotFound: there is no such answer that a steward has recorded.
    """
    check_move(by)
    async with unit() as u:
        moving = await locked(by, proposal_id)
        if "owner" not in (await standing_of(by, proposal_id))[1]:
            raise Refused("Only whoever was asked may do this.")
        answer = await Contribution.get_or_none(post_id=answer_id, proposal_id=proposal_id, kind="answer")
        if answer is None or answer.facts.get("via") != "letter":
            raise NotFound
        at = max(now_ms(), moving.proposal.told_at + 1)
        if not await execute(
            "UPDATE contributions SET state = 'accepted', decided_at = ? WHERE post_id = ? AND state = 'counted'",
            [at, answer_id],
        ):
            return
        await touch("posts", answer_id)
        name = moving.ask.owner_name if moving.ask else ""
        step_id = await enter_step(by, moving.post, "answer_confirmed", at, by_name=name, post_id=answer_id)
        u.emit(ProposalMoved(proposal_id, step_id, "confirm", by.spoken_by or by.account_id))


async def acknowledge(by: Principal, proposal_id: int) -> None:
    """The policy owner says that it has arrived. A second time changes nothing."""
    check_move(by)
    async with unit() as u:
        moving = await locked(by, proposal_id)
        ask = await awaited_ask(by, moving)
        if ask.acknowledged_at is not None:
            return
        at = max(now_ms(), moving.proposal.told_at + 1)
        await execute("UPDATE asks SET acknowledged_at = ? WHERE id = ?", [at, ask.id])
        step_id = await enter_step(by, moving.post, "acknowledged", at, by_name=ask.owner_name)
        u.emit(ProposalMoved(proposal_id, step_id, "acknowledge", by.spoken_by or by.account_id))


async def asked_back(by: Principal, proposal_id: int, comment_id: int) -> None:
    """The policy owner asks something before they answer: `comment_id` is their question. The clock goes on."""
    check_move(by)
    async with unit() as u:
        moving = await locked(by, proposal_id)
        ask = await awaited_ask(by, moving)
        at = max(now_ms(), moving.proposal.told_at + 1)
        step_id = await enter_step(by, moving.post, "asked_back", at, by_name=ask.owner_name, post_id=comment_id)
        u.emit(ProposalMoved(proposal_id, step_id, "ask_back", by.spoken_by or by.account_id))


async def answered(by: Principal, answer: Post, facts: dict[str, Any], u: Unit) -> None:
    """What an answer changes in its proposal, inside the transaction that publishes it. Where the proposal lives
    elsewhere its home says so."""
    check_write(by)
    proposal_id = answer.proposal_id
    post = await Post.get_or_none(id=proposal_id)
    if post is None or not post.local:
        return
    moving = await locked(by, post.id)
    moving.proposal.answer_code = str(facts["code"])
    name = str(facts.get("givenBy") or (moving.ask.owner_name if moving.ask else ""))
    await move(by, moving, u, "answer", NOTHING_MORE, by_name=name, said_in=answer.id)
    if moving.ask is not None:
        await execute(
            "UPDATE asks SET answered_at = COALESCE(answered_at, ?), acknowledged_at = COALESCE(acknowledged_at, ?)"
            " WHERE id = ?",
            [answer.published_at, answer.published_at, moving.ask.id],
        )


async def note_delay(by: Principal, proposal_id: int, state: str) -> None:
    """The clock passed a mark: `delayed` or `long_overdue`, each entered once for an ask."""
    check_move(by)
    async with unit() as u:
        moving = await locked(by, proposal_id)
        ask = moving.ask
        if ask is None or ask.sent_at is None or ask.answered_at is not None or moving.proposal.state != "sent":
            return
        if not await execute("UPDATE asks SET said_state = ? WHERE id = ? AND said_state <> ?", [state, ask.id, state]):
            return
        step_id = await enter_step(by, moving.post, state, max(now_ms(), moving.proposal.told_at + 1))
        u.emit(ProposalMoved(proposal_id, step_id, state, 0))


async def close_unanswered(by: Principal, proposal_id: int, days: int) -> None:
    """No answer came for so long that none is expected any more: closed by the calendar, in public. It can be opened
    again.

    Args:
        days: working days since it was sent.

    Raises:
        Refused, Conflict, Invalid: as `rules.lifecycle.check_act` says.
    """
    check_move(by)
    post = await Post.get(id=proposal_id).only("language")
    reason = said(NO_ANSWER, post.language) % {"days": days}
    await move_proposal(by, proposal_id, "close", Wanted(reason, outcome="no_answer"))


async def ask_of_token(by: Principal, token: str) -> Ask:
    """The ask that a personal answer link is for.

    Raises:
        NotFound: no such link, a newer one took its place, or somebody else was asked since.
    """
    check_move(by)
    found = await Ask.get_or_none(token_hash=hash_of(token)) if token else None
    if found is None or await Ask.exists(proposal_id=found.proposal_id, sent_at__not_isnull=True, id__gt=found.id):
        raise NotFound("This link is not valid any more. Ask the organisation that sent it for a new one.")
    return found


async def awaited_ask(by: Principal, moving: Moving) -> Ask:
    """The ask that a proposal awaits an answer to, for whoever was asked and for stewards."""
    check_move(by)
    if not (await standing_of(by, moving.post.id))[1] & {"owner", "steward"}:
        raise Refused("Only whoever was asked may do this.")
    if moving.ask is None or moving.ask.sent_at is None or moving.proposal.state != "sent":
        raise Conflict("No answer is awaited now. Read the page again.")
    return moving.ask


def hash_of(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
