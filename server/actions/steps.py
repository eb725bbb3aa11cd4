"""The timeline of a proposal: what happened here is entered, what happened at its home is taken over as told."""

from datetime import date

from server.actions.alike import take_over_alike
from server.rules.clock import Limits
from server.rules.contributions import DECISIONS
from server.rules.ids import new_id
from server.rules.permissions import Principal, check_move, check_write
from server.rules.sanitise import clean_html, clean_name
from server.rules.told import Told, ToldAsk
from server.storage.counts import touch
from server.storage.models.asks import Ask
from server.storage.models.contributions import Contribution
from server.storage.models.posts import Post
from server.storage.models.proposals import Proposal, Step
from server.storage.sql import execute, rows
from server.storage.unit import unit

NOTE = 4_000


async def enter_step(
    by: Principal,
    post: Post,
    kind: str,
    at: int,
    *,
    state: str = "",
    note_html: str = "",
    post_id: int | None = None,
    by_name: str = "",
    version: int | None = None,
) -> int:
    """Enter a step that was done here, inside the transaction of the act. Returns its id.

    Args:
        state: the state it led to, if it changed.
        post_id: what was said with it.
        by_name: who did it, where that is no account.
    """
    check_move(by)
    step_id = new_id()
    await Step.create(
        id=step_id,
        proposal_id=post.id,
        kind=kind,
        uri=f"{post.uri}#step-{step_id}",
        state=state,
        account_id=by.account_id or None,
        by_name=by_name,
        post_id=post_id,
        version=version,
        note_html=note_html,
        at=at,
    )
    await execute(
        "UPDATE proposals SET told_at = ?, active_at = ? WHERE post_id = ? AND told_at < ?", [at, at, post.id, at]
    )
    await touch("posts", post.id)
    return step_id


async def take_over(by: Principal, post: Post, proposal: Proposal, told: Told, at: int) -> list[int]:
    """What the home of a proposal says has become of it, unless something newer was said before. Returns the ids of the
    steps that are new here, oldest first."""
    check_write(by)
    if at < proposal.told_at:
        return []
    known = {row["uri"] for row in await rows("SELECT uri FROM steps WHERE proposal_id = ?", [post.id])}
    fresh = [step for step in told.steps if step.uri not in known]
    accounts = await _ids("accounts", [step.by_uri for step in fresh])
    posts = await _ids("posts", [step.post_uri for step in fresh])
    entered = [
        Step(
            id=new_id(),
            proposal_id=post.id,
            kind=step.kind,
            uri=step.uri,
            state=step.state,
            account_id=accounts.get(step.by_uri),
            by_name=clean_name(step.by_name, 255),
            post_id=posts.get(step.post_uri),
            version=step.version,
            note_html=clean_html(step.content_html)[:NOTE],
            at=step.at,
        )
        for step in fresh
    ]
    if entered:
        await Step.bulk_create(entered, ignore_conflicts=True)
    await _decide(entered)
    moved = (proposal.state, proposal.outcome, proposal.answer_code) != (told.state, told.outcome, told.answer_code)
    if moved and proposal.state != told.state:
        proposal.state_at = max((step.at for step in told.steps if step.state == told.state), default=at)
    proposal.state, proposal.outcome, proposal.answer_code = told.state, told.outcome, told.answer_code
    proposal.told_at = at
    proposal.active_at = max(proposal.active_at, *(step.at for step in entered), 0)
    await proposal.save(update_fields=("state", "state_at", "outcome", "answer_code", "told_at", "active_at"))
    await _take_over_asks(post, told.asks)
    await take_over_alike(by, post, told.same_barrier)
    if entered or moved:
        await touch("posts", post.id)
    return [step.id for step in entered]


async def _take_over_asks(post: Post, asks: tuple[ToldAsk, ...]) -> None:
    """As told: the time it was sent tells one ask from another."""
    owners = await _ids("accounts", [ask.owner_uri for ask in asks])
    known = {row.sent_at: row for row in await Ask.filter(proposal_id=post.id)}
    for ask in asks:
        limits = Limits(ask.acknowledge_days, ask.answer_days, ask.long_days)
        row = known.get(ask.sent_at) or Ask(id=new_id(), proposal_id=post.id, created_at=ask.sent_at)
        row.owner_name = clean_name(ask.owner_name, 255)
        row.owner_account_id = owners.get(ask.owner_uri)
        row.verb = ask.verb
        row.content_html = clean_html(ask.content_html)[:NOTE]
        row.by_date = _day(ask.by_date)
        row.acknowledge_days, row.answer_days, row.long_days = limits.acknowledge, limits.answer, limits.long
        row.sent_at, row.acknowledged_at, row.answered_at = ask.sent_at, ask.acknowledged_at, ask.answered_at
        await row.save(force_create=ask.sent_at not in known)


async def said_with_steps(by: Principal, post_id: int, told: Told) -> None:
    """Tie steps to posts that arrived after them."""
    check_write(by)
    known = await _ids("posts", [step.post_uri for step in told.steps])
    waiting = {step.uri: known[step.post_uri] for step in told.steps if step.post_uri in known}
    loose = await Step.filter(proposal_id=post_id, post_id=None, uri__in=list(waiting))
    async with unit():
        for step in loose:
            step.post_id = waiting[str(step.uri)]
            await step.save(update_fields=("post_id",))
        await _decide(loose)


async def _decide(steps: list[Step]) -> None:
    """Steps that decide about a contribution leave it so here, too."""
    for step in steps:
        if step.kind in DECISIONS and step.post_id is not None:
            # An objection is decided about by the reply to it.
            reply = await Post.get_or_none(id=step.post_id).only("in_reply_to_id")
            said = [step.post_id, reply.in_reply_to_id or 0] if reply else [step.post_id]
            decided = said[-1] if step.kind == "objection_answered" else step.post_id
            await Contribution.filter(post_id=decided, proposal_id=step.proposal_id).update(
                state=DECISIONS[step.kind], reason_html=step.note_html, decided_at=step.at
            )


async def _ids(table: str, uris: list[str]) -> dict[str, int]:
    """Ids by federated id, of those that are known."""
    wanted = [uri for uri in uris if uri]
    found = await rows(f"SELECT id, uri FROM {table} WHERE uri IN (?)", [wanted]) if wanted else []
    return {row["uri"]: row["id"] for row in found}


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""
