"""Endorsements: an organisation backs a proposal. `by` is the organisation, for which a member here may be speaking."""

from dataclasses import dataclass

from tortoise.exceptions import IntegrityError

from server.actions import writing
from server.actions.steps import enter_step
from server.rules.endorsements import check_endorsable, clean_mandate
from server.rules.errors import Conflict, NotFound
from server.rules.events.proposals import Endorsed, EndorsementWithdrawn, ProposalMoved
from server.rules.ids import new_id, now_ms
from server.rules.permissions import Principal, check_endorse, check_write
from server.storage import addresses
from server.storage.counts import move
from server.storage.models.accounts import Account
from server.storage.models.checks import Endorsement
from server.storage.models.posts import Post
from server.storage.models.proposals import Proposal
from server.storage.sql import execute
from server.storage.unit import Unit, unit


@dataclass(frozen=True, slots=True)
class EndorsementDraft:
    """How the organisation decided, and who authorised it. From elsewhere `uri` is the id of the Like."""

    mandate: str
    authorised_by: str = ""
    uri: str = ""


async def endorse(by: Principal, proposal_id: int, draft: EndorsementDraft) -> int:
    """Back a proposal in the name of an organisation. Returns the endorsement's id; the same again returns the same.

    Raises:
        Refused: `by` is no organisation, or nobody who may speak for it.
        Invalid: the mandate is missing or too long.
        Conflict: the proposal is in no state for it, or the organisation backs it already with another mandate.
    """
    check_endorse(by, (await Account.get(id=by.account_id).only("kind")).kind)
    mandate, authorised_by = clean_mandate(draft.mandate, draft.authorised_by, strict=by.standing == "member")
    post = await writing.check_parent(by, proposal_id)
    if post is None or post.kind != "proposal":
        raise NotFound
    endorsement_id = new_id()
    try:
        async with unit() as u:
            await Post.filter(id=post.id).select_for_update(no_key=True).get()
            before = await Endorsement.get_or_none(organisation_id=by.account_id, proposal_id=post.id)
            if before is not None:
                if before.mandate == mandate or by.standing == "remote":
                    return before.id
                raise Conflict("Your organisation endorses this already. Take that back first to say it anew.")
            if by.standing == "member":
                check_endorsable((await Proposal.get(post_id=post.id).only("state")).state)
            await Endorsement.create(
                id=endorsement_id,
                uri=draft.uri or addresses.activity_uri(endorsement_id),
                proposal_id=post.id,
                organisation_id=by.account_id,
                mandate=mandate,
                authorised_by=authorised_by,
                version=post.version,
                spoken_by=by.spoken_by or None,
                created_at=now_ms(),
            )
            await _counted(by, u, post, "endorsed", 1, writing.markdown(mandate, ()))
            u.emit(Endorsed(endorsement_id, post.id, by.account_id, by.spoken_by))
    except IntegrityError as error:
        raise Conflict("This endorsement was given to something else before.") from error
    return endorsement_id


async def withdraw_endorsement(by: Principal, proposal_id: int) -> None:
    """Take it back in the name of the organisation; without an endorsement changes nothing."""
    check_write(by)
    found = await Endorsement.get_or_none(organisation_id=by.account_id, proposal_id=proposal_id)
    if found is None:
        return
    async with unit() as u:
        post = await Post.filter(id=proposal_id).select_for_update(no_key=True).get()
        if not await execute("DELETE FROM endorsements WHERE id = ?", [found.id]):
            return
        await _counted(by, u, post, "endorsement_withdrawn", -1)
        u.emit(EndorsementWithdrawn(found.id, post.id, by.account_id, found.uri, by.spoken_by))


async def _counted(by: Principal, u: Unit, post: Post, kind: str, change: int, note_html: str = "") -> None:
    """The count, and at the proposal's home the step."""
    await move("proposals", post.id, endorsements_count=change)
    await execute("UPDATE posts SET rev = rev + 1 WHERE id = ?", [post.id])
    if post.local and post.deleted_at is None:
        told_at = (await Proposal.get(post_id=post.id).only("told_at")).told_at
        step_id = await enter_step(
            by, post, kind, max(now_ms(), told_at + 1), note_html=note_html, version=post.version
        )
        u.emit(ProposalMoved(post.id, step_id, kind, by.spoken_by or by.account_id))
