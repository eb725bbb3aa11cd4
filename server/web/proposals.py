"""Reading proposals: the list, the page with timeline and conversation, the versions."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.http.sessions import member_of, principal_of, viewer_of
from server.queries import asks, posts, proposals, topics
from server.queries.lifecycle import acts_of
from server.rules import limits
from server.rules.errors import NotFound
from server.templating import marked
from server.views.posts import PostView
from server.views.viewer import VISITOR
from server.web.comments import by_stance, tree
from server.web.gathered import differences, groups, wordings_of
from server.web.page import feed, id_of, next_page, offset_of, page, see_other, shows
from server.web.versions import changes

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
    return await feed(
        request, marked("Proposals"), "/proposals", await proposals.board(VISITOR, order="new", limit=SIZE)
    )


async def proposal(request: Request) -> Response:
    """One proposal; a tombstone with 410 where one was."""
    return await proposal_page(request, id_of(request))


async def proposal_page(request: Request, post_id: int, status: int = 200, **more: Any) -> Response:
    """The page of a proposal, also with a comment form that has something to put right."""
    viewer = await viewer_of(request)
    post = await posts.by_id(post_id, viewer)
    if post is None:
        return await gone(request, post_id)
    if post.proposal is None:
        return see_other(f"/posts/{post.id}")
    thread = await posts.thread_of(post.id, viewer, gone_too=True)
    wanted = request.query_params.get("stance", "")
    stance = wanted if wanted in STANCES else ""
    topic = await topics.by_account_id(post.topic.account_id) if post.topic else None
    talk, apart = groups(tree(thread.descendants, post.id, stance))
    history = await proposals.history_of(post)
    signed_in = await member_of(request)
    acts = await acts_of(principal_of(signed_in.member), post) if signed_in else []
    return await page(
        request,
        "pages/proposals/proposal.html",
        status,
        post=post,
        steps=history.steps,
        asks=await asks.of_proposal(post.id, sent_only=False) if acts else history.asks,
        acts=acts,
        apart=apart,
        differences=differences(apart["amendment"], post, await wordings_of(post)) if apart["amendment"] else {},
        branches=talk,
        comments_total=sum(not each.gone and each.contribution is None for each in thread.descendants),
        stances=by_stance(thread.descendants),
        stance_wanted=stance,
        open=post.proposal.state not in ("closed", "withdrawn", "held"),
        copies=sum(chapter.state == "linked" for chapter in topic.chapters) if topic else 0,
        limit=limits.COMMENT,
        here="proposals",
        **{"values": {"stance": "experience"}, **more},
    )


async def gone(request: Request, post_id: int) -> Response:
    """What stands where a record was: who took it away and why, and nothing of what it said."""
    stone = await posts.tombstone(post_id)
    if stone is None or not stone.gone:
        raise NotFound
    return await page(request, "pages/proposals/gone.html", 410, post=stone)


async def versions(request: Request) -> Response:
    """Every version, each with its changes marked word by word."""
    post = await seen(request)
    found = await posts.versions_of(post)
    return await page(
        request, "pages/proposals/versions.html", post=post, versions=changes(found, post.byline.name), here="proposals"
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
        for kind in ("corroboration", "trial", "answer")
    }
    voices = [each for each in said if each.stance == "experience" or each in added["corroboration"]]
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
    return await feed(request, post.title, f"/proposals/{post.id}", newest)


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
]
