"""Finding proposals, people and topics, and looking up an address elsewhere."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.http.sessions import member_of, viewer_of
from server.queries import accounts, posts, search, timelines, topics
from server.remote.elsewhere import Elsewhere
from server.rules import limits
from server.templating import marked, path_of
from server.views.viewer import VISITOR, Page
from server.web.feeds import entries
from server.web.page import feed, member, page, see_other, shows

SIZE = 20


async def find(request: Request) -> Response:
    """What fits the words; an address or a handle leads members straight to what it names."""
    query = request.query_params.get("q", "").replace("\x00", "").strip()[: limits.SEARCH_QUERY]
    if not query:
        return await page(request, "pages/search/search.html", query="", here="search")
    if _is_address(query) and await member_of(request) is not None:
        path = await resolve(request, query)
        if path:
            return see_other(path)
    viewer = await viewer_of(request)
    found = await posts.views(await search.posts_with(viewer, query, limit=SIZE), viewer)
    words = query.casefold()
    return await page(
        request,
        "pages/search/search.html",
        query=query,
        topics=[each for each in await topics.all_topics() if words in f"{each.name} {each.slug}".casefold()],
        proposals=[each for each in found if each.proposal],
        posts=[each for each in found if not each.proposal],
        accounts=[each for each in await accounts.search(query, limit=SIZE) if each.kind != "instance"],
        here="search",
    )


async def tag(request: Request) -> Response:
    """What is public under a hashtag: where the links of hashtags lead."""
    name = request.path_params["name"].replace("\x00", "")[: limits.HASHTAG]
    viewer = await viewer_of(request)
    found = await posts.views(await timelines.tagged(viewer, Page(SIZE), name), viewer)
    return await page(
        request,
        "pages/search/search.html",
        query=f"#{name}",
        topics=[],
        accounts=[],
        proposals=[each for each in found if each.proposal],
        posts=[each for each in found if not each.proposal],
        here="search",
    )


async def search_feed(request: Request) -> Response:
    """What visitors find with some words, for those who want to hear of more."""
    query = request.query_params.get("q", "").replace("\x00", "").strip()[: limits.SEARCH_QUERY]
    found = await posts.views(await search.posts_with(VISITOR, query, limit=SIZE), VISITOR) if query else []
    newest = sorted(found, key=lambda each: each.id, reverse=True)
    return await feed(request, query or marked("Search"), f"/search?{urlencode({'q': query})}", entries(newest))


async def authorize_interaction(request: Request) -> Response:
    """Where other servers send people who want to answer or follow from here (FEP-3b86, Mastodon's remote follow)."""
    await member(request)
    uri = request.query_params.get("uri", "").replace("\x00", "").strip()[:2000]
    path = await resolve(request, uri.removeprefix("acct:")) if uri else ""
    return see_other(path or f"/search?{urlencode({'q': uri})}")


async def resolve(request: Request, text: str) -> str:
    """Our page of what an address or handle elsewhere names; empty if nothing can be found there now."""
    remote: Elsewhere = request.app.state.remote
    viewer = await viewer_of(request)
    if text.startswith(("http://", "https://")):
        known = await posts.by_uri(text, viewer)
        if known is not None:
            return path_of(known)
        found = await remote.find_post(text)
        post = await posts.by_id(found, viewer) if found is not None else None
        if post is not None:
            return path_of(post)
    account = await remote.find_account(text)
    return path_of(account) if account is not None else ""


def _is_address(text: str) -> bool:
    return text.startswith(("http://", "https://")) or ("@" in text[1:] and " " not in text)


ROUTES: list[BaseRoute] = [
    shows("/search", find),
    shows("/search/feed.atom", search_feed),
    shows("/tags/{name}", tag),
    shows("/authorize_interaction", authorize_interaction),
]
