"""Collections of ours: what an actor has said, who follows, what answers a post, which chapters share a topic (AP §5).

Items are ids, so that each is read at its own origin; only an outbox holds activities.
"""

from collections.abc import Sequence
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from federation.objects.collection import Collection, Page
from federation.values import PUBLIC, loads, stamp
from server.activitypub.actors import local_account
from server.activitypub.answers import found, missing
from server.activitypub.objects import PUBLIC as OPEN
from server.activitypub.objects import public_post
from server.queries import accounts, activities, actors, posts, proposals, threads, timelines, topics
from server.remote.gateway import Remote
from server.render.objects import wire_step
from server.rules.ids import id_in
from server.views import viewer
from server.views.accounts import AccountView
from server.views.posts import PostView
from server.views.viewer import VISITOR

PER_PAGE: Final = 50
MEMBERS: Final = 1_000


async def outbox(request: Request) -> Response:
    """What an actor said to everybody: its Creates and boosts; of a topic, its newest proposals."""
    account = await local_account(request)
    if account is None:
        return missing(request)
    if account.kind == "topic":
        start = _number_of(request) * PER_PAGE
        board = await proposals.board(VISITOR, topic_id=account.id, order="new", limit=PER_PAGE + 1, offset=start)
        topic = await topics.by_account_id(account.id)
        total = topic.proposals_count if topic is not None else len(board)
        return _part(request, total, [_announced(account, post) for post in board])
    page = _page_of(request)
    entries = await activities.newest_of(account.id, page or viewer.Page(PER_PAGE))
    return _paged(request, account.posts_count, [(cursor, _embedded(body)) for cursor, body in entries], page)


async def followers(request: Request) -> Response:
    """Who follows an actor."""
    return await _people(request, "followers")


async def following(request: Request) -> Response:
    """Whom an actor follows."""
    return await _people(request, "following")


async def featured(request: Request) -> Response:
    """What an actor has pinned."""
    account = await local_account(request)
    if account is None:
        return missing(request)
    ids = await timelines.of_account(VISITOR, viewer.Page(PER_PAGE), account.id, pinned=True)
    shown = [post.uri for post in await posts.views(ids, VISITOR) if post.visibility in OPEN]
    return _short(request, shown)


async def chapters(request: Request) -> Response:
    """The chapters of other instances that our chapter of a topic is linked with: its own view of the roster."""
    account = await local_account(request)
    topic = await topics.by_account_id(account.id) if account is not None else None
    if topic is None:
        return missing(request)
    linked = [chapter.account.uri for chapter in topic.chapters if chapter.state == "linked"]
    return _short(request, [topic.account.uri, *linked])


async def members(request: Request) -> Response:
    """Who belongs to an organisation: the other half of each member's `civic:memberOf` (FEP-fe34)."""
    account = await local_account(request)
    if account is None:
        return missing(request)
    return _numbered(request, await actors.members_of(account.id, MEMBERS))


async def replies(request: Request) -> Response:
    """What answers a post directly."""
    view = await _parent(request)
    if view is None:
        return missing(request)
    listed = await threads.answers_to(view.id, PER_PAGE + 1, _number_of(request) * PER_PAGE)
    return _part(request, listed.total, listed.uris)


async def history(request: Request) -> Response:
    """The whole timeline of a proposal, oldest first: each step as it also travels in the proposal."""
    view = await _parent(request)
    if view is None or view.proposal is None:
        return missing(request)
    return _numbered(request, [wire_step(step).to_json() for step in await proposals.steps_of(view.id)])


async def context(request: Request) -> Response:
    """A whole thread as it is known here, the oldest first (FEP-7888, FEP-f228). Our members' part of a thread that
    began elsewhere is in it too. Whose it is stands in it where it began here (FEP-11dd)."""
    root_id = id_in(str(request.path_params.get("id", "")))
    root = await posts.by_id(root_id, VISITOR) if root_id else None
    if root is None or root.gone or root.visibility not in OPEN or root.thread_id != root.id:
        return missing(request)
    listed = await threads.in_thread(root.id, PER_PAGE + 1, _number_of(request) * PER_PAGE)
    return _part(request, listed.total, listed.uris, root.account.uri if root.local else None)


async def likes(request: Request) -> Response:
    """How many support a post; who they are is theirs to tell."""
    view = await _parent(request)
    return missing(request) if view is None else _counted(request, view.likes_count)


async def shares(request: Request) -> Response:
    """How many shared a post."""
    view = await _parent(request)
    return missing(request) if view is None else _counted(request, view.boosts_count)


async def _people(request: Request, which: str) -> Response:
    account = await local_account(request)
    if account is None:
        return missing(request)
    page = _page_of(request)
    ask = accounts.followers_of if which == "followers" else accounts.following_of
    total = account.followers_count if which == "followers" else account.following_count
    if account.hides_network:
        return _counted(request, total)
    listed = await ask(account.id, page or viewer.Page(PER_PAGE))
    return _paged(request, total, [(cursor, other.uri) for cursor, other in listed], page)


async def _parent(request: Request) -> PostView | None:
    kind = "proposal" if request.url.path.startswith("/proposals/") else ""
    return await public_post(request, kind)


def _announced(account: AccountView, post: PostView) -> dict[str, Any]:
    """A proposal in a topic's outbox, as the topic passes it on. It has no id: it was never sent in this form."""
    return {
        "type": "Announce",
        "actor": account.uri,
        "published": stamp(post.published_at),
        "to": [PUBLIC],
        "cc": [f"{account.uri}/followers"],
        "object": post.uri,
    }


def _embedded(body: bytes) -> Any:
    return {key: value for key, value in loads(body).items() if key not in ("@context", "proof")}


def _page_of(request: Request) -> viewer.Page | None:
    """`?page=true&max_id=…`; None for the collection itself."""
    if not request.query_params.get("page"):
        return None
    return viewer.Page(PER_PAGE, max_id=id_in(request.query_params.get("max_id", "")))


def _address(request: Request) -> str:
    remote: Remote = request.app.state.remote
    return f"{remote.settings.base_url}{request.url.path}"


def _paged(request: Request, total: int, entries: Sequence[tuple[int, Any]], page: viewer.Page | None) -> Response:
    """Pages by cursor, for lists that grow at their beginning."""
    uri = _address(request)
    items = tuple(item for _, item in entries)
    older = f"{uri}?page=true&max_id={entries[-1][0]}" if len(entries) == PER_PAGE else None
    if page is None:
        first = Page(id=f"{uri}?page=true", part_of=uri, items=items, next=older)
        return found(request, Collection(id=uri, total=max(total, len(items)), first=first).to_json())
    own = f"{uri}?page=true" + (f"&max_id={page.max_id}" if page.max_id else "")
    return found(request, Page(id=own, part_of=uri, items=items, next=older).to_json())


def _numbered(request: Request, items: Sequence[Any]) -> Response:
    """Pages by number, for lists that grow at their end."""
    start = _number_of(request) * PER_PAGE
    return _part(request, len(items), items[start : start + PER_PAGE + 1])


def _part(request: Request, total: int, items: Sequence[Any], owner: str | None = None) -> Response:
    """The page with the number asked for, or the collection with its first. `items` holds one more than fits if
    there is a next page."""
    uri, number = _address(request), _number_of(request)
    more = f"{uri}?page={number + 1}" if len(items) > PER_PAGE else None
    page = Page(id=f"{uri}?page={number}", part_of=uri, items=tuple(items[:PER_PAGE]), next=more)
    if request.query_params.get("page"):
        return found(request, page.to_json())
    return found(request, Collection(id=uri, total=total, first=page, attributed_to=owner).to_json())


def _number_of(request: Request) -> int:
    asked = request.query_params.get("page", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 0


def _short(request: Request, uris: Sequence[str]) -> Response:
    return found(request, Collection(id=_address(request), total=len(uris), items=tuple(uris)).to_json())


def _counted(request: Request, total: int) -> Response:
    return found(request, Collection(id=_address(request), total=total).to_json())
