"""What is behind the id of a proposal, a post or an activity of ours."""

from starlette.requests import Request
from starlette.responses import Response

from federation.objects.quote import QuoteAuthorization
from server.activitypub.answers import found, frozen, gone, missing, tombstone_of, unchanged
from server.queries import activities, policies, posts, proposals, quotes
from server.queries.moments import moment
from server.remote.gateway import Remote
from server.render.objects import as_object
from server.render.policies import as_policy_object
from server.rules.ids import id_in
from server.views.posts import PostView
from server.views.viewer import VISITOR

PUBLIC = ("public", "unlisted")


async def proposal(request: Request) -> Response:
    """`/proposals/ID`."""
    return await _object(request, "proposal")


async def post(request: Request) -> Response:
    """`/posts/ID`: comments and other posts."""
    return await _object(request, "")


async def policy(request: Request) -> Response:
    """`/policies/ID`."""
    policy_id = _id_of(request)
    view = await policies.by_id(policy_id)
    if view is None or not view.local:
        gone_by = await policies.taken_back(policy_id)
        if gone_by is None:
            return missing(request)
        return gone(request, tombstone_of(gone_by.uri, moment(gone_by.at)))
    return found(request, as_policy_object(view, await policies.same_of(view)))


async def activity(request: Request) -> Response:
    """`/activities/ID`: the very bytes that were sent, if everybody may have them."""
    remote: Remote = request.app.state.remote
    body = await activities.body_of(f"{remote.settings.base_url}{request.url.path}")
    return missing(request) if body is None else frozen(request, body)


async def quote_stamp(request: Request) -> Response:
    """`/quotes/ID`: that a post may quote one of ours (FEP-044f)."""
    remote: Remote = request.app.state.remote
    stamp = await quotes.stamp(_id_of(request))
    if stamp is None:
        return missing(request)
    uri = f"{remote.settings.base_url}{request.url.path}"
    allowed = QuoteAuthorization(id=uri, author=stamp.author_uri, quoting=stamp.quoting_uri, quoted=stamp.quoted_uri)
    return found(request, allowed.to_json())


async def public_post(request: Request, kind: str = "") -> PostView | None:
    """The post of ours that the address names, if it is for everybody. Never one of another server: that is served at
    its own address alone."""
    post_id = _id_of(request)
    view = await posts.by_id(post_id, VISITOR) if post_id else None
    if view is None or not view.local or view.visibility not in PUBLIC or not _fits(view, kind):
        return None
    return None if view.gone or view.kind == "boost" else view


async def _object(request: Request, kind: str) -> Response:
    remote: Remote = request.app.state.remote
    view = await public_post(request, kind)
    if view is None:
        return await _tombstone(request, kind)
    etag = f"{view.id}-{view.rev}-{view.account.rev}-{remote.settings.proposal_form}"
    same = unchanged(request, etag)
    if same is not None:
        return same
    history = await proposals.history_of(view)
    return found(request, as_object(view, remote.settings.origin, remote.settings.proposal_form, history), etag)


async def _tombstone(request: Request, kind: str) -> Response:
    """410 for what was public and was taken back; everything else was never here."""
    post_id = _id_of(request)
    view = await posts.tombstone(post_id) if post_id else None
    if view is None or not view.gone or not view.local or view.visibility not in PUBLIC or not _fits(view, kind):
        return missing(request)
    return gone(request, tombstone_of(view.uri, view.edited_at or view.published_at))


def _fits(view: PostView, kind: str) -> bool:
    return (view.kind == "proposal") == (kind == "proposal")


def _id_of(request: Request) -> int:
    return id_in(str(request.path_params.get("id", ""))) or 0
