"""Comments: replies in the thread of a proposal, each with a stance; with facts they are contributions."""

from server.actions import voices, writing
from server.actions.asks import answered
from server.actions.contributions import admitted, attach_contribution
from server.actions.holding import publish_or_hold, reason_to_hold, topic_holds
from server.actions.lifecycle import wake
from server.actions.reasons import attach_told_check
from server.rules import limits
from server.rules.comments import STANCES, stance_of
from server.rules.drafts import PostDraft
from server.rules.errors import Invalid, too_long
from server.rules.permissions import Principal, check_write
from server.storage.unit import unit


async def publish_comment(by: Principal, draft: PostDraft) -> int:
    """Publish a comment on a proposal, or a reply to one. Its stance is the draft's, else the first hashtag that names
    one, else neutral. With `draft.record` it is that kind of contribution, such as "we see this too", an amendment or
    an answer, which moves the proposal on. Returns its id; the same draft again returns the same id.

    Raises:
        Invalid: nothing said, or too much of it; a fact is missing; or what it answers is no part of a proposal's
            thread.
        Refused, Conflict: as `contributions.admitted` says.
        NotFound: what it answers is gone or not for `by`.
    """
    check_write(by)
    if (before := await writing.already_here(by, draft)) is not None:
        return before
    parent = await writing.check_parent(by, draft.in_reply_to_id)
    if parent is None or parent.proposal_id is None:
        raise Invalid("in_reply_to_id", "A comment belongs under a proposal. Open the proposal and write it there.")
    what = await admitted(by, draft, parent.proposal_id)
    if draft.elsewhere is None and not draft.record:
        if not draft.source.strip() and not draft.media_ids and draft.poll is None:
            raise Invalid("text", "Write your comment first.")
        if len(draft.source) > limits.COMMENT:
            raise too_long("text", len(draft.source), limits.COMMENT)
    speaker = await voices.speaker(by, draft, parent)
    comment = writing.new_row(
        speaker,
        draft,
        "comment",
        parent,
        stance=draft.stance if draft.stance in STANCES else stance_of(draft.source),
        source=draft.source,
        content_html=writing.shown(by, draft),
        held_reason=await reason_to_hold(by, draft) or await topic_holds(by, parent.proposal_id),
    )

    async def insert() -> None:
        async with unit() as u:
            await writing.insert_row(speaker, comment)
            await voices.keep_author(by, comment, draft)
            await writing.attach(speaker, comment, draft, parent)
            await attach_contribution(speaker, comment, what)
            await attach_told_check(speaker, comment, draft)
            if what.kind == "answer":
                await answered(speaker, comment, what.facts, u)
            if not comment.held_reason:
                await wake(speaker, parent.proposal_id, u)
            await publish_or_hold(speaker, comment, u, fetched=draft.fetched)

    return await writing.insert_once(by, draft, insert) or comment.id
