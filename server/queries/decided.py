"""How deciding together stands for a proposal, and what its reader may do about it."""

from dataclasses import dataclass

from server.queries import checks, endorsements, posts
from server.queries.lifecycle import standing_of
from server.rules.checks import OBJECT, OPENED_IN, Tally
from server.rules.endorsements import ENDORSED_IN
from server.rules.permissions import Principal
from server.views.accounts import AccountView
from server.views.checks import EndorsementView
from server.views.posts import PostView
from server.views.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Asked:
    """One check. `post` is its poll; `figures` are None while they are hidden, or known to its home alone;
    `objections` are those the reader may read, `unread` how many were made in a direct message to others."""

    post: PostView
    figures: Tally | None
    objections: tuple[PostView, ...]
    unread: int
    may_vote: bool
    owes_reason: bool


@dataclass(frozen=True, slots=True)
class Decided:
    """`voices` are the organisations the reader may speak for, `endorsing` those of them that back the proposal."""

    asked: tuple[Asked, ...]
    endorsements: tuple[EndorsementView, ...]
    voices: tuple[AccountView, ...]
    endorsing: tuple[AccountView, ...]
    older_support: int
    may_open: bool
    may_answer: bool
    may_close: bool
    may_endorse: bool


async def decided(viewer: Viewer, by: Principal | None, post: PostView, voices: list[AccountView]) -> Decided:
    """All of it for one proposal. `by` is None for visitors."""
    state = post.proposal.state if post.proposal else ""
    backing = await endorsements.of_proposal(post.id)
    ids = {one.organisation.id for one in backing}
    parts = (await standing_of(by, post.id))[1] if by is not None and post.local else frozenset()
    steward = "steward" in parts
    mine = "author" in parts or (post.local and post.account.id in {one.id for one in voices})
    asked_about = await asked(viewer, post.id)
    any_open = any(one.post.check is not None and one.post.check.state == "open" for one in asked_about)
    return Decided(
        asked=tuple(asked_about),
        endorsements=tuple(backing),
        voices=tuple(voices),
        endorsing=tuple(one for one in voices if one.id in ids),
        older_support=await checks.supporters_of_older(post.id, post.version) if post.version > 1 else 0,
        may_open=(steward or mine) and state in OPENED_IN and not any_open,
        may_answer=steward or mine,
        may_close=steward,
        may_endorse=state in ENDORSED_IN and any(one.id not in ids for one in voices),
    )


async def asked(viewer: Viewer, proposal_id: int) -> list[Asked]:
    """The checks of a proposal, the newest first."""
    polls = await posts.views(await checks.of_proposal(proposal_id), viewer)
    consents = [poll.id for poll in polls if poll.check is not None and poll.check.method == "consent"]
    ids = await checks.objections_to_each(consents)
    objections = await posts.views([each for found in ids.values() for each in found], viewer)
    figures = await checks.counted_each({poll.id: not _is_open(poll) for poll in polls if _shows_figures(poll)})
    return [
        _asked(viewer, poll, ids.get(poll.id, []), objections, figures.get(poll.id))
        for poll in polls
        if poll.check is not None and poll.poll is not None
    ]


def _is_open(post: PostView) -> bool:
    open_still = post.check is not None and post.check.state == "open"
    return open_still and post.poll is not None and not post.poll.expired


def _shows_figures(post: PostView) -> bool:
    """Whether a check's figures are known here, and not hidden until it closes."""
    if post.check is None or post.poll is None or post.check.method != "consent":
        return False
    return post.local and not (_is_open(post) and post.poll.hide_totals)


def _asked(viewer: Viewer, post: PostView, ids: list[int], objections: list[PostView], figures: Tally | None) -> Asked:
    own = [each for each in objections if each.id in ids]
    is_open = _is_open(post)
    objected = viewer.account_id in {one.account.id for one in own}
    consent = post.check is not None and post.check.method == "consent"
    owes = is_open and consent and OBJECT in post.marks.own_votes and not objected
    return Asked(
        post=post,
        figures=figures,
        objections=tuple(own),
        unread=len(ids) - len(own),
        may_vote=viewer.signed_in and is_open and not post.marks.voted,
        owes_reason=viewer.signed_in and owes,
    )
