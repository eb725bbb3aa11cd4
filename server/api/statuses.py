"""Statuses: read, write, edit, take back."""

from dataclasses import replace

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.actions import media as media_actions
from server.actions.posts import delete_post, edit_post, publish_post
from server.actions.proposals import edit_proposal, publish_proposal
from server.actions.threads import complete_thread
from server.api import scheduled, shown
from server.api.drafts import draft_of, edited_draft
from server.api.params import id_of, origin_of, path_id
from server.http import limits
from server.http.bearer import Caller, caller, reader
from server.http.body import Params, params_of, query_of
from server.http.paging import one_more, page_of
from server.http.replies import Json
from server.queries import posts, proposals
from server.render.posts import as_edit, as_source, as_status
from server.rules.drafts import ProposalDraft
from server.rules.errors import NotFound
from server.rules.proposals import STATE_WORDS
from server.views.posts import PostView, ThreadView
from server.views.viewer import Viewer


async def publish(request: Request) -> Response:
    """A root post that is worded as a proposal is raised as one; the same Idempotency-Key gives the same status."""
    me = await caller(request, "write:statuses")
    params = await params_of(request)
    draft = await draft_of(request, me, params)
    if params.text("scheduled_at"):
        return await scheduled.keep(request, me, draft, params.text("scheduled_at"))
    if isinstance(draft, ProposalDraft):
        post_id = await publish_proposal(me.by, draft)
    else:
        post_id = await publish_post(me.by, draft)
    return await shown.status_reply(request, me.viewer, post_id)


async def many(request: Request) -> Response:
    viewer = await reader(request, "read:statuses")
    params = query_of(request)
    ids = (params.ids("id") or params.ids("ids"))[:40]
    return Json(shown.array(await shown.statuses(request, viewer, ids)))


async def one(request: Request) -> Response:
    viewer = await reader(request, "read:statuses")
    return await shown.status_reply(request, viewer, path_id(request))


async def edit(request: Request) -> Response:
    """New words; what is not given stays."""
    me = await caller(request, "write:statuses")
    post = await own(me, path_id(request))
    params = await params_of(request)
    await describe(me, params)
    draft = await edited_draft(request, me, post, params)
    if isinstance(draft, ProposalDraft):
        await edit_proposal(me.by, post.id, draft)
    else:
        await edit_post(me.by, post.id, draft)
    return await shown.status_reply(request, me.viewer, post.id)


async def delete(request: Request) -> Response:
    """The status as it was, with the text as typed, so that it can be written anew."""
    me = await caller(request, "write:statuses")
    await request.app.state.limits.spend(limits.DELETES, f"deletes:{me.by.member_id}")
    post = await own(me, path_id(request))
    body = {**as_status(post, origin_of(request)), "text": post.source}
    await delete_post(me.by, post.id)
    return Json(body)


async def source(request: Request) -> Response:
    me = await caller(request, "read:statuses")
    return Json(as_source(await own(me, path_id(request))))


async def history(request: Request) -> Response:
    """Oldest first, the present words last. A proposal has an entry for each new state, too."""
    viewer = await reader(request, "read:statuses")
    post = await seen(path_id(request), viewer)
    origin, page_url = origin_of(request), post.url or post.uri
    versions = await posts.versions_of(post)
    moves = [step for step in await proposals.steps_of(post.id) if step.state] if post.proposal else []
    entries = []
    for moment in sorted({version.at for version in versions} | {step.at for step in moves}):
        version = next((each for each in reversed(versions) if each.at <= moment), versions[0])
        state = next((step.state for step in reversed(moves) if step.at <= moment), "")
        word = next((word for name, word in STATE_WORDS.items() if name == state), "")
        entries.append(as_edit(replace(version, at=moment), origin, state=word, page_url=page_url))
    return Json(entries)


async def context(request: Request) -> Response:
    """The thread as it is known here. Of one that began elsewhere a member's look brings what is missing, for the next
    time they look."""
    viewer = await reader(request, "read:statuses")
    post = await seen(path_id(request), viewer)
    thread = await posts.thread_of(post.id, viewer)
    if viewer.signed_in and began_elsewhere(post, thread):
        await complete_thread((await caller(request, "read:statuses")).by, post.id)
    above = shown.array(await shown.read_before(request, viewer, thread.ancestors, "thread"))
    below = shown.array(await shown.read_before(request, viewer, thread.descendants, "thread"))
    return Json(b'{"ancestors":' + above + b',"descendants":' + below + b"}")


def began_elsewhere(post: PostView, thread: ThreadView) -> bool:
    return not (thread.ancestors[0] if thread.ancestors else post).local


async def favourited_by(request: Request) -> Response:
    viewer = await reader(request, "read:statuses")
    post, page = await seen(path_id(request), viewer), page_of(request, default=40)
    return shown.people(request, page, await posts.liked_by(post.id, one_more(page)))


async def reblogged_by(request: Request) -> Response:
    viewer = await reader(request, "read:statuses")
    post, page = await seen(path_id(request), viewer), page_of(request, default=40)
    return shown.people(request, page, await posts.boosted_by(post.id, one_more(page)))


async def card(request: Request) -> Response:
    """Long deprecated, still asked for."""
    viewer = await reader(request, "read:statuses")
    status = orjson.loads(await shown.status(request, viewer, path_id(request)))
    return Json(status["card"] or {})


async def seen(post_id: int, viewer: Viewer) -> PostView:
    """The post, or for a boost the post it shares."""
    post = await posts.by_id(post_id, viewer)
    if post is None:
        raise NotFound
    return post.reblog or post


async def own(me: Caller, post_id: int) -> PostView:
    """A post of the caller's."""
    post = await posts.by_id(post_id, me.viewer)
    if post is None or not post.marks.own:
        raise NotFound
    return post


async def describe(me: Caller, params: Params) -> None:
    """The new descriptions of pictures that come with an edit."""
    for part in params.parts("media_attributes"):
        await media_actions.describe_media(me.by, id_of(part.text("id")), part.given("description"), None)


ROUTES = [
    Route("/v1/statuses", publish, methods=["POST"]),
    Route("/v1/statuses", many),
    Route("/v1/statuses/{id}", one),
    Route("/v1/statuses/{id}", edit, methods=["PUT"]),
    Route("/v1/statuses/{id}", delete, methods=["DELETE"]),
    Route("/v1/statuses/{id}/context", context),
    Route("/v1/statuses/{id}/source", source),
    Route("/v1/statuses/{id}/history", history),
    Route("/v1/statuses/{id}/favourited_by", favourited_by),
    Route("/v1/statuses/{id}/reblogged_by", reblogged_by),
    Route("/v1/statuses/{id}/card", card),
]
