"""Filters: what a member does not want to read, with any number of words and posts in each."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.actions import filters as actions
from server.actions.filters import FilterDraft, KeywordDraft
from server.api.params import id_of, path_id
from server.http.bearer import Caller, caller
from server.http.body import Params, params_of
from server.http.replies import Json
from server.queries import filters, posts
from server.render.filters import as_filter, as_filter_status, as_keyword
from server.rules.errors import Invalid, NotFound
from server.rules.ids import now_ms
from server.views.filters import FilterView


async def many(request: Request) -> Response:
    me = await caller(request, "read:filters")
    return Json([as_filter(each) for each in await filters.all_of(me.viewer)])


async def one(request: Request) -> Response:
    me = await caller(request, "read:filters")
    return Json(as_filter(await known(me, path_id(request))))


async def create(request: Request) -> Response:
    me = await caller(request, "write:filters")
    params = await params_of(request)
    draft = FilterDraft(
        title=params.text("title"),
        contexts=params.texts("context"),
        action=params.text("filter_action") or "warn",
        expires_at=expiry_of(params, None),
    )
    filter_id = await actions.create_filter(me.by, draft, keywords_of(params))
    tell(request, me)
    return Json(as_filter(await known(me, filter_id)))


async def edit(request: Request) -> Response:
    """What is not given stays."""
    me = await caller(request, "write:filters")
    params, before = await params_of(request), await known(me, path_id(request))
    draft = FilterDraft(
        title=params.text("title", before.title),
        contexts=params.texts("context") if "context" in params else before.contexts,
        action=params.text("filter_action") or before.action,
        expires_at=expiry_of(params, before),
    )
    await actions.edit_filter(me.by, before.id, draft, keywords_of(params))
    tell(request, me)
    return Json(as_filter(await known(me, before.id)))


async def delete(request: Request) -> Response:
    me = await caller(request, "write:filters")
    await actions.delete_filter(me.by, path_id(request))
    tell(request, me)
    return Json({})


async def keywords(request: Request) -> Response:
    me = await caller(request, "read:filters")
    return Json([as_keyword(each) for each in (await known(me, path_id(request))).keywords])


async def add_keyword(request: Request) -> Response:
    me = await caller(request, "write:filters")
    params = await params_of(request)
    draft = KeywordDraft(params.text("keyword"), params.flag("whole_word"))
    keyword_id = await actions.add_keyword(me.by, path_id(request), draft)
    tell(request, me)
    return Json(await _keyword(me, keyword_id))


async def keyword(request: Request) -> Response:
    me = await caller(request, "read:filters")
    return Json(await _keyword(me, path_id(request)))


async def edit_keyword(request: Request) -> Response:
    me = await caller(request, "write:filters")
    params, before = await params_of(request), await _keyword(me, path_id(request))
    draft = KeywordDraft(params.text("keyword", before["keyword"]), params.flag("whole_word", before["whole_word"]))
    await actions.edit_keyword(me.by, path_id(request), draft)
    tell(request, me)
    return Json(await _keyword(me, path_id(request)))


async def delete_keyword(request: Request) -> Response:
    me = await caller(request, "write:filters")
    await actions.delete_keyword(me.by, path_id(request))
    tell(request, me)
    return Json({})


async def statuses(request: Request) -> Response:
    me = await caller(request, "read:filters")
    return Json([as_filter_status(each) for each in (await known(me, path_id(request))).statuses])


async def add_status(request: Request) -> Response:
    """A post that the member sees."""
    me = await caller(request, "write:filters")
    post = await posts.by_id(id_of((await params_of(request)).text("status_id")), me.viewer)
    if post is None:
        raise NotFound
    entry_id = await actions.add_status(me.by, path_id(request), (post.reblog or post).id)
    tell(request, me)
    return Json(await _entry(me, entry_id))


async def status(request: Request) -> Response:
    me = await caller(request, "read:filters")
    return Json(await _entry(me, path_id(request)))


async def delete_status(request: Request) -> Response:
    me = await caller(request, "write:filters")
    await actions.delete_status(me.by, path_id(request))
    tell(request, me)
    return Json({})


async def known(me: Caller, filter_id: int) -> FilterView:
    """A filter of the caller's."""
    found = await filters.by_id(me.viewer, filter_id)
    if found is None:
        raise NotFound
    return found


def keywords_of(params: Params) -> list[KeywordDraft]:
    """The changes to keywords that come with a filter (`keywords_attributes`)."""
    return [
        KeywordDraft(
            keyword=part.text("keyword"),
            whole_word=part.flag("whole_word"),
            id=id_of(part.text("id")) if part.text("id") else 0,
            gone=part.flag("_destroy"),
        )
        for part in params.parts("keywords_attributes")
    ]


def expiry_of(params: Params, before: FilterView | None) -> int | None:
    """When the filter ends, in milliseconds: `expires_in` seconds from now, never if that is empty, and as before if it
    is not given."""
    seconds = params.number("expires_in")
    if seconds is not None:
        if not 0 < seconds < 3_200_000_000:
            raise Invalid("expires_in", "Say in how many seconds the filter ends, or leave it empty.")
        return now_ms() + seconds * 1000
    if "expires_in" in params or before is None or before.expires_at is None:
        return None
    return int(before.expires_at.timestamp() * 1000)


def tell(request: Request, me: Caller) -> None:
    """The member's other apps read their filters anew."""
    request.app.state.hub.announce(f"user:{me.by.account_id}", "filters_changed")


async def _keyword(me: Caller, keyword_id: int) -> dict[str, Any]:
    found = await filters.with_keyword(me.viewer, keyword_id)
    if found is None:
        raise NotFound
    return next(as_keyword(each) for each in found.keywords if each.id == keyword_id)


async def _entry(me: Caller, entry_id: int) -> dict[str, Any]:
    found = await filters.with_status(me.viewer, entry_id)
    if found is None:
        raise NotFound
    return next(as_filter_status(each) for each in found.statuses if each.id == entry_id)


ROUTES = [
    Route("/v2/filters", many),
    Route("/v2/filters", create, methods=["POST"]),
    Route("/v2/filters/keywords/{id}", keyword),
    Route("/v2/filters/keywords/{id}", edit_keyword, methods=["PUT"]),
    Route("/v2/filters/keywords/{id}", delete_keyword, methods=["DELETE"]),
    Route("/v2/filters/statuses/{id}", status),
    Route("/v2/filters/statuses/{id}", delete_status, methods=["DELETE"]),
    Route("/v2/filters/{id}", one),
    Route("/v2/filters/{id}", edit, methods=["PUT"]),
    Route("/v2/filters/{id}", delete, methods=["DELETE"]),
    Route("/v2/filters/{id}/keywords", keywords),
    Route("/v2/filters/{id}/keywords", add_keyword, methods=["POST"]),
    Route("/v2/filters/{id}/statuses", statuses),
    Route("/v2/filters/{id}/statuses", add_status, methods=["POST"]),
]
