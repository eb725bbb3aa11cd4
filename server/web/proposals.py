"""Reading proposals: the list, the page with timeline and conversation, the versions."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.actions.threads import complete_thread
from server.actions.visits import note_visit
from server.http.sessions import member_of, principal_of, viewer_of
from server.queries import (
    activities,
    asks,
    coauthors,
    hearing,
    posts,
    proposals,
    same_barrier,
    search,
    support,
    threads,
    topics,
)
from server.queries.decided import decided
from server.queries.lifecycle import acts_of, standing_of
from server.render.versions import changes
from server.rules import limits
from server.rules.errors import NotFound
from server.rules.permissions import Principal, may_steward
from server.rules.same_barrier import NOT_NOW, may_say
from server.templating import marked
from server.views.hearing import HeardView
from server.views.posts import PostView
from server.views.proposals import HistoryView
from server.views.viewer import VISITOR, Viewer
from server.web.comments import by_stance, tree
from server.web.feeds import entries, of_steps
from server.web.gathered import check_ins, differences, groups, wordings_of
from server.web.page import feed, id_of, next_page, offset_of, page, see_other, shows
from server.web.voices import voices

SIZE = 20
VOICES = 6
STANCES = ("for", "against", "question", "experience")


async def all_proposals(request: Request) -> Response:
    viewer = await viewer_of(request)
    offset, order = offset_of(request), request.query_params.get("order", "active")
    state = request.query_params.get("state") or None
    found = await proposals.board(
        viewer, state=state, order="new" if order == "new" else "active", limit=SIZE + 1, offset=offset
    )
    return await page(
        request,
        "pages/proposals/proposals.html",
        posts=found[:SIZE],
        next=next_page(request, offset, len(found) > SIZE),
        order=order,
        state_wanted=state or "",
        topics=await topics.all_topics(),
        drafts=await proposals.drafts_of(viewer) if viewer.signed_in else [],
        here="proposals",
    )


async def proposals_feed(request: Request) -> Response:
    """The newest proposals, of one state if the address asks for one, as the page does."""
    state = request.query_params.get("state") or None
    found = await proposals.board(VISITOR, state=state, order="new", limit=SIZE)
    page_path = f"/proposals?{urlencode({'state': state})}" if state else "/proposals"
    return await feed(request, marked("Proposals"), page_path, entries(found))


async def proposal(request: Request) -> Response:
    """One proposal; a tombstone with 410 where one was."""
    return await proposal_page(request, id_of(request))


async def proposal_page(request: Request, post_id: int, status: int = 200, **more: Any) -> Response:
    """The page of a proposal, also with a comment form that has something to put right."""
    viewer = await viewer_of(request)
    post, thread = await posts.with_thread(post_id, viewer, gone_too=True)
    if post is None:
        return await gone(request, post_id)
    if post.proposal is None:
        return see_other(f"/posts/{post.id}")
    wanted = request.query_params.get("stance", "")
    stance = wanted if wanted in STANCES else ""
    topic = await topics.by_account_id(post.topic.account_id) if post.topic else None
    talk, apart = groups(tree(thread.descendants, post.id, stance))
    history = await proposals.history_of(post)
    signed_in = await member_of(request)
    if signed_in and not post.local:
        await complete_thread(principal_of(signed_in.member), post.id)
    acts = await acts_of(principal_of(signed_in.member), post) if signed_in else []
    parts = (await standing_of(principal_of(signed_in.member), post.id))[1] if signed_in else frozenset()
    same = await same_barrier.of_proposal(post.id, viewer)
    linked = {each.post.id for each in same if each.post}
    near = await search.similar(viewer, post.title, but=post.id) if signed_in else []
    since = await last_visit(principal_of(signed_in.member), post) if signed_in else None
    fresh = [] if since is None else new_since(since, history, thread.descendants, viewer)
    spoken_for = await voices(request)
    return await page(
        request,
        "pages/proposals/proposal.html",
        status,
        decided=await decided(viewer, principal_of(signed_in.member) if signed_in else None, post, spoken_for),
        voices=spoken_for,
        mine=[viewer.account_id, *(one.id for one in spoken_for)] if signed_in else [],
        post=post,
        steps=history.steps,
        policies=history.policies,
        together=history.co_authors,
        supported=await support.version_supported(viewer, post.id) if post.marks.liked else None,
        last_step=history.steps[-1] if history.steps else None,
        writes="author" in parts,
        asked=await coauthors.of_proposal(post.id, asked_too=True) if "author" in parts else [],
        same=[each for each in same if each.said_here or each.said_there or may_say(parts)],
        pooled=same_barrier.pooled(post, same),
        may_link=post.local and may_say(parts) and post.proposal.state not in NOT_NOW,
        similar=[each for each in near if each.id not in linked],
        asks=await asks.of_proposal(post.id, sent_only=False) if acts else history.asks,
        acts=acts,
        since=since,
        fresh=fresh,
        heard=await heard_of(post, viewer),
        apart=apart,
        check_ins=check_ins(apart["check_in"]),
        may_check_in=post.proposal.state in ("in_action", "closed"),
        differences=differences(apart["amendment"], post, await wordings_of(post)) if apart["amendment"] else {},
        branches=talk,
        quoted=await quoted_by(thread.descendants, viewer),
        elsewhere=await threads.elsewhere(post.thread_id) if signed_in else None,
        here_now=len(thread.descendants),
        comments_total=sum(not each.gone and each.contribution is None for each in thread.descendants),
        stances=by_stance(thread.descendants),
        stance_wanted=stance,
        open=post.proposal.state not in ("closed", "withdrawn", "held"),
        copies=sum(chapter.state == "linked" for chapter in topic.chapters) if topic else 0,
        limit=limits.COMMENT,
        here="proposals",
        **{"values": {"stance": "experience"}, **more},
    )


async def quoted_by(shown: Iterable[PostView], viewer: Viewer) -> dict[int, PostView]:
    """What is quoted in these posts with its author's leave, by id."""
    wanted = {each.quote_of_id for each in shown if each.quote_of_id and each.quote_state == "accepted"}
    return {each.id: each for each in await posts.views(sorted(wanted), viewer)} if wanted else {}


async def last_visit(by: Principal, post: PostView) -> datetime | None:
    """When the member last looked at a proposal, who looks at it now."""
    active = post.proposal.active_at if post.proposal else post.published_at
    before = await note_visit(by, post.id, int(active.timestamp() * 1000))
    return datetime.fromtimestamp(before / 1000, UTC) if before is not None else None


def new_since(since: datetime, history: HistoryView, said: Iterable[PostView], viewer: Viewer) -> list[str]:
    """The places on the page of what others did and said since then."""
    steps = [f"step-{each.id}" for each in history.steps if each.at > since and each.account_id != viewer.account_id]
    words = [each for each in said if each.published_at > since and not each.gone]
    return [*steps, *(f"post-{each.id}" for each in words if each.account.id != viewer.account_id)]


async def heard_of(post: PostView, viewer: Viewer) -> HeardView | None:
    """What became of the reader's own words, once there is an answer or an end."""
    state = post.proposal.state if post.proposal else ""
    if not viewer.signed_in or state not in ("answered", "in_action", "closed", "withdrawn"):
        return None
    found = await hearing.heard_by(await hearing.outcome_of(post), [viewer.account_id], viewer)
    return found.get(viewer.account_id)


async def gone(request: Request, post_id: int) -> Response:
    """What stands where a record was: who took it away and why, and nothing of what it said."""
    stone = await posts.tombstone(post_id)
    if stone is None or not stone.gone:
        raise NotFound
    viewer, signed_in = await viewer_of(request), await member_of(request)
    # Where copies went is for whoever wrote it, and for stewards.
    theirs = viewer.signed_in and viewer.account_id == stone.account.id
    told = theirs or (signed_in is not None and may_steward(principal_of(signed_in.member)))
    hosts = await activities.sent_to(post_id) if told else []
    return await page(request, "pages/proposals/gone.html", 410, post=stone, hosts=hosts)


async def versions(request: Request) -> Response:
    """Every version, each with its changes marked word by word; or two of them, compared."""
    post = await seen(request)
    found = await posts.versions_of(post)
    wanted = {request.query_params.get(name, "") for name in ("from", "to")}
    two = [version for version in found if str(version.version) in wanted]
    compared = len(two) == 2
    shown = changes(two if compared else found, post.byline.name)
    return await page(
        request,
        "pages/proposals/versions.html",
        post=post,
        versions=shown[:1] if compared else shown,
        numbers=[version.version for version in found],
        chosen=[version.version for version in two] if compared else [],
        here="proposals",
    )


async def timeline(request: Request) -> Response:
    return see_other(f"/proposals/{(await seen(request)).id}#timeline")


async def briefing(request: Request) -> Response:
    """A proposal on two sides of A4, for a meeting."""
    post = await seen(request)
    if post.proposal is None:
        raise NotFound
    viewer = await viewer_of(request)
    thread = await posts.thread_of(post.id, viewer)
    topic = await topics.by_account_id(post.topic.account_id) if post.topic else None
    history = await proposals.history_of(post)
    said = [each for each in thread.descendants if not each.gone]
    added = {
        kind: [each for each in said if each.contribution and each.contribution.kind == kind]
        for kind in ("corroboration", "trial", "answer", "evidence")
    }
    quotable = [each for each in added["evidence"] if each.contribution and each.contribution.facts.get("quote")]
    voices = [each for each in said if each.stance == "experience" or each in (*added["corroboration"], *quotable)]
    return await page(
        request,
        "pages/proposals/briefing.html",
        post=post,
        steps=history.steps,
        ask=history.asks[-1] if history.asks else None,
        answers=added["answer"],
        trials=added["trial"],
        stances=by_stance(thread.descendants),
        voices=[each for each in voices if each.content_html][:VOICES],
        linked=[chapter for chapter in topic.chapters if chapter.state == "linked"] if topic else [],
        here="proposals",
    )


async def talk_feed(request: Request) -> Response:
    """What is said about a proposal, the newest first."""
    post = await posts.by_id(id_of(request), VISITOR)
    if post is None or post.proposal is None:
        raise NotFound
    said = [each for each in (await posts.thread_of(post.id, VISITOR)).descendants if not each.gone]
    newest = sorted(said, key=lambda each: each.id, reverse=True)[:SIZE]
    return await feed(request, post.title, f"/proposals/{post.id}", entries(newest))


async def timeline_feed(request: Request) -> Response:
    """What has happened to a proposal, the newest first, with every word that was said with it."""
    post = await posts.by_id(id_of(request), VISITOR)
    if post is None or post.proposal is None:
        raise NotFound
    steps = await proposals.steps_of(post.id)
    said = await posts.views([step.post_id for step in steps if step.post_id], VISITOR)
    found = of_steps(post, steps, {each.id: each for each in said})
    return await feed(request, post.title, f"/proposals/{post.id}#timeline", found, steps=True)


async def seen(request: Request) -> PostView:
    """The post of this address, if it is for this reader."""
    post = await posts.by_id(id_of(request), await viewer_of(request))
    if post is None:
        raise NotFound
    return post


ROUTES: list[BaseRoute] = [
    shows("/proposals", all_proposals),
    shows("/proposals/feed.atom", proposals_feed),
    shows("/proposals/{id:int}/versions", versions),
    shows("/posts/{id:int}/versions", versions),
    shows("/proposals/{id:int}/timeline", timeline),
    shows("/proposals/{id:int}/print", briefing),
    shows("/proposals/{id:int}/feed.atom", talk_feed),
    shows("/proposals/{id:int}/timeline.atom", timeline_feed),
]
