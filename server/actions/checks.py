"""Consent checks and sense checks: ask, decide, object with a reason, close. Each lives at the proposal's home; members
of other instances vote and object from theirs."""

from dataclasses import dataclass
from html import escape

from server.actions import voices, writing
from server.actions.comments import publish_comment
from server.actions.contributions import decide_contribution
from server.actions.lifecycle import Moving, locked
from server.actions.polls import close_poll, vote
from server.actions.posts import publish_post
from server.actions.steps import enter_step
from server.queries import instance
from server.queries.checks import counted, has_objected, objections_to
from server.queries.lifecycle import standing_of
from server.rules.checks import (
    OBJECT,
    OPTIONS,
    Method,
    Tally,
    check_end,
    check_opening,
    method_of,
    result_of,
)
from server.rules.contributions import check_words
from server.rules.drafts import KnownMention, PollDraft, PostDraft
from server.rules.errors import Conflict, Invalid, NotFound, Refused
from server.rules.events.posts import PollClosed
from server.rules.events.proposals import ProposalMoved
from server.rules.ids import now_ms
from server.rules.permissions import Principal, check_administer, check_move, check_write
from server.rules.sanitise import plain_text
from server.storage.counts import touch
from server.storage.models.accounts import Account
from server.storage.models.checks import Check
from server.storage.models.contributions import Contribution
from server.storage.models.posts import Poll, PollVote, Post
from server.storage.sql import execute
from server.storage.unit import Unit, unit
from server.templating import marked, said

REASON = 300  # characters of each reason in the timeline; the whole of it stands in the conversation
QUESTIONS: dict[Method, str] = {
    "consent": marked(
        "Consent check: can you go along with version {version} of “{title}”? If you object, please answer with your"
        " reason."
    ),
    "sense": marked(
        "Where do you stand on version {version} of “{title}”? This decides nothing: it shows where we are."
    ),
}
WHY = marked(
    "You object to “{title}”. What is your objection? Please answer this message with your reason, and it will be"
    " answered. Without a reason your vote counts as standing aside when the check closes."
)
FIGURES = marked("Consent: {consent}. Stand aside: {aside}. Objections that stand: {objections}, answered: {answered}.")


@dataclass(frozen=True, slots=True)
class CheckDraft:
    """`method` is consent or sense; `closes_at` in milliseconds; `hide_until_closed`: nobody sees figures before."""

    method: str
    closes_at: int
    hide_until_closed: bool = False


async def open_check(by: Principal, proposal_id: int, draft: CheckDraft) -> int:
    """Ask everybody about the present wording of a proposal. Returns the id of the poll's post.

    Raises:
        Refused: neither its author nor a steward.
        Conflict: it is in no state for it, or another check is open.
        Invalid: no such method, or an end too soon or too late.
    """
    check_move(by)
    method = method_of(draft.method)
    check_end(draft.closes_at, now_ms())
    async with unit() as u:
        moving = await locked(by, proposal_id)
        another = await Check.exists(proposal_id=proposal_id, state="open")
        check_opening(moving.proposal.state, (await standing_of(by, moving.post.id))[1], another_open=another)
        by = await voices.mover(by, moving.post)
        language = moving.post.language or (await instance.get()).language
        words = QUESTIONS[method]
        post_id = await publish_comment(
            by,
            PostDraft(
                source=said(words, language).format(version=moving.post.version, title=moving.post.title),
                in_reply_to_id=proposal_id,
                visibility="public",
                language=language,
                stance="neutral",
                poll=PollDraft(
                    tuple(said(option, language) for option in OPTIONS[method]),
                    expires_at=draft.closes_at,
                    hide_totals=draft.hide_until_closed,
                ),
            ),
        )
        await Check.create(post_id=post_id, proposal_id=proposal_id, method=method, version=moving.post.version)
        await _enter(by, u, moving, "check_opened", post_id)
    return post_id


async def cast(by: Principal, check_id: int, choice: int, reason: str = "") -> None:
    """Take part in a check: a vote, and with an objection its reason, both or neither. Whoever objected by a vote alone
    gives the reason the same way.

    Raises:
        Invalid: an objection without a reason, or no such option.
        Conflict: the check is closed, or this person decided before.
    """
    check_write(by)
    check = await Check.get_or_none(post_id=check_id)
    if check is None:
        raise NotFound
    objects = check.method == "consent" and choice == OBJECT
    if objects:
        check_words("objection", reason)
    async with unit():
        post = await _held(by, check)
        before = await PollVote.get_or_none(poll_id=check_id, account_id=by.account_id)
        if objects:
            if await has_objected(check_id, by.account_id):
                raise Conflict("You have given your objection before. You can change it in the conversation.")
            await publish_comment(
                by,
                PostDraft(
                    source=reason,
                    in_reply_to_id=check_id,
                    language=post.language,
                    stance="against",
                    record="objection",
                    facts={"check": post.uri},
                ),
            )
        if not (objects and before is not None and before.choice == OBJECT):
            await vote(by, check_id, (choice,))


async def answer_objection(by: Principal, objection_id: int, text: str) -> int:
    """Answer an objection in words: a reply to whoever objected, seen by whoever sees the objection, and a step in the
    timeline. Returns the reply's id.

    Raises:
        Invalid: nothing said.
        Refused: neither the author nor a steward.
        Conflict: somebody else answered it just now.
    """
    check_write(by)
    if not text.strip():
        raise Invalid("answer", "Write what you answer: whoever objected will read it.")
    objection = await Post.get_or_none(id=objection_id, deleted_at=None, removed_by=None)
    row = await Contribution.get_or_none(post_id=objection_id, kind="objection")
    if objection is None or row is None:
        raise NotFound
    whom = await Account.get(id=objection.account_id)
    async with unit():
        moving = await locked(by, row.proposal_id)
        if not (await standing_of(by, moving.post.id))[1] & {"author", "steward"}:
            raise Refused("Only its author or a steward may answer an objection.")
        reply_id = await publish_post(
            await voices.mover(by, moving.post),
            PostDraft(
                source=text,
                in_reply_to_id=objection_id,
                visibility="direct" if objection.visibility == "direct" else "public",
                mentions=(_mention(whom),),
                language=objection.language,
            ),
        )
        await decide_contribution(by, objection_id, "accepted", text, reply_id=reply_id)
    return reply_id


async def close_check(by: Principal, check_id: int) -> None:
    """Close a check before its time: a steward may.

    Raises:
        Refused: they are no steward.
        Conflict: it is closed already.
    """
    check_move(by)
    check = await Check.get_or_none(post_id=check_id)
    if check is None:
        raise NotFound
    async with unit() as u:
        moving = await locked(by, check.proposal_id)
        if "steward" not in (await standing_of(by, moving.post.id))[1]:
            raise Refused("Only a steward may close a check before its time.")
        at = now_ms()
        if not await execute(
            "UPDATE polls SET closed_at = ?, expires_at = ? WHERE post_id = ? AND closed_at IS NULL",
            [at, at, check_id],
        ):
            raise Conflict("This check is closed already. Read the page again.")
        await touch("posts", check_id)
        u.emit(PollClosed(check_id, at))
        await _conclude(by, u, moving, check_id)


async def close_due_poll(by: Principal, post_id: int, now: int) -> None:
    """The end of a poll whose time has come (`now`, milliseconds); of a check of ours with what comes of it."""
    check_move(by)
    check = await Check.get_or_none(post_id=post_id)
    async with unit() as u:
        moving = None
        if check is not None and await Post.exists(id=check.proposal_id, local=True, deleted_at=None):
            moving = await locked(by, check.proposal_id)
        await close_poll(by, post_id, now)
        poll = await Poll.get_or_none(post_id=post_id)
        if moving is not None and poll is not None and poll.closed_at is not None:
            await _conclude(by, u, moving, post_id)


async def ask_why(by: Principal, check_id: int, account_id: int) -> None:
    """Ask somebody who objected by a vote alone for the reason, once, in a direct message from whoever opened the
    check. `by` is the operator: it is the instance that notices."""
    check_administer(by)
    check = await Check.get_or_none(post_id=check_id, method="consent", state="open")
    post = await Post.get_or_none(id=check_id, local=True, deleted_at=None, removed_by=None)
    if check is None or post is None or await has_objected(check_id, account_id):
        return
    if not await PollVote.exists(poll_id=check_id, account_id=account_id, choice=OBJECT):
        return
    whom = await Account.get(id=account_id)
    proposal = await Post.get(id=check.proposal_id).only("title")
    await publish_post(
        Principal("member", post.account_id),
        PostDraft(
            source=said(WHY, post.language).format(title=proposal.title),
            in_reply_to_id=check_id,
            visibility="direct",
            language=post.language,
            mentions=(_mention(whom),),
            idempotency_key=f"why:{check_id}:{account_id}",
        ),
    )


async def _held(by: Principal, check: Check) -> Post:
    """The poll's post, with the proposal locked before it, as whoever closes the check does."""
    check_write(by)
    await Post.filter(id=check.proposal_id).select_for_update(no_key=True).get_or_none()
    post = await writing.check_parent(by, check.post_id)
    if post is None:
        raise NotFound
    return post


async def _conclude(by: Principal, u: Unit, moving: Moving, check_id: int) -> None:
    check = await Check.get(post_id=check_id)
    if check.state != "open":
        return
    figures = await counted(check_id, over=True)
    check.state = result_of(method_of(check.method), figures)
    check.closed_at = now_ms()
    await check.save(update_fields=("state", "closed_at"))
    await _enter(by, u, moving, "check_closed", check_id, await _in_words(check, moving.post, figures))


async def _in_words(check: Check, proposal: Post, figures: Tally) -> str:
    """Figures and reasons for the timeline, as HTML. What was said in a direct message stays there."""
    language = proposal.language or (await instance.get()).language
    if check.method == "sense":
        poll = await Poll.get(post_id=check.post_id)
        counts = " · ".join(f"{option['title']}: {option['votes']}" for option in poll.options)
        return f"<p>{escape(counts, quote=False)}</p>"
    words = said(FIGURES, language).format(
        consent=figures.consent, aside=figures.aside, objections=figures.objections, answered=figures.answered
    )
    reasons = await Post.filter(
        id__in=await objections_to(check.post_id) or [0], visibility__in=("public", "unlisted"), held_reason=""
    ).order_by("id")
    quoted = [plain_text(reason.content_html)[:REASON] for reason in reasons]
    return f"<p>{escape(words, quote=False)}</p>" + "".join(
        f"<blockquote><p>{escape(reason, quote=False)}</p></blockquote>" for reason in quoted
    )


async def _enter(by: Principal, u: Unit, moving: Moving, kind: str, post_id: int, note_html: str = "") -> None:
    at = max(now_ms(), moving.proposal.told_at + 1)
    step_id = await enter_step(
        by, moving.post, kind, at, post_id=post_id, note_html=note_html, version=moving.post.version
    )
    u.emit(ProposalMoved(moving.post.id, step_id, kind, by.spoken_by or by.account_id))


def _mention(account: Account) -> KnownMention:
    acct = f"{account.name}@{account.domain}" if account.domain else account.name
    return KnownMention(account.id, acct, account.uri, account.url or account.uri)
