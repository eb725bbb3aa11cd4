"""Filters as apps know them that were written before 4.0: each is one phrase, a keyword of a filter of today."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.actions import filters as actions
from server.actions.filters import FilterDraft, KeywordDraft
from server.api.filters import expiry_of, tell
from server.api.params import path_id
from server.http.bearer import Caller, caller
from server.http.body import params_of
from server.http.replies import Json
from server.queries import filters
from server.render.filters import as_v1_filter
from server.rules.errors import Invalid, NotFound
from server.views.filters import FilterView, KeywordView


async def many(request: Request) -> Response:
    me = await caller(request, "read:filters")
    return Json([as_v1_filter(view, word) for view in await filters.all_of(me.viewer) for word in view.keywords])


async def one(request: Request) -> Response:
    me = await caller(request, "read:filters")
    return Json(as_v1_filter(*await _known(me, path_id(request))))


async def create(request: Request) -> Response:
    me = await caller(request, "write:filters")
    params = await params_of(request)
    phrase = params.text("phrase")
    draft = FilterDraft(
        title=phrase,
        contexts=params.texts("context"),
        action="hide" if params.flag("irreversible") else "warn",
        expires_at=expiry_of(params, None),
    )
    filter_id = await actions.create_filter(me.by, draft, [KeywordDraft(phrase, params.flag("whole_word"))])
    tell(request, me)
    found = await filters.by_id(me.viewer, filter_id)
    assert found is not None
    return Json(as_v1_filter(found, found.keywords[0]))


async def edit(request: Request) -> Response:
    """What is not given stays. Of a filter with several words or posts only the word can be changed here: such an app
    does not know of the others."""
    me = await caller(request, "write:filters")
    params = await params_of(request)
    before, word = await _known(me, path_id(request))
    phrase = params.text("phrase", word.keyword)
    irreversible = params.maybe("irreversible")
    draft = FilterDraft(
        title=phrase if before.title == word.keyword else before.title,
        contexts=params.texts("context") if "context" in params else before.contexts,
        action=before.action if irreversible is None else "hide" if irreversible else "warn",
        expires_at=expiry_of(params, before),
    )
    alone = len(before.keywords) == 1 and not before.statuses
    if not alone and (set(draft.contexts), draft.action) != (set(before.contexts), before.action):
        raise Invalid("context", "This filter holds several words. Change it in an app that shows all of them.")
    if not alone:
        draft = FilterDraft(before.title, before.contexts, before.action, expiry_of(params, before))
    keyword = KeywordDraft(phrase, params.flag("whole_word", word.whole_word), word.id)
    await actions.edit_filter(me.by, before.id, draft, [keyword])
    tell(request, me)
    return Json(as_v1_filter(*await _known(me, word.id)))


async def delete(request: Request) -> Response:
    me = await caller(request, "write:filters")
    await actions.delete_keyword(me.by, path_id(request), filter_too=True)
    tell(request, me)
    return Json({})


async def _known(me: Caller, keyword_id: int) -> tuple[FilterView, KeywordView]:
    found = await filters.with_keyword(me.viewer, keyword_id)
    if found is None:
        raise NotFound
    return found, next(word for word in found.keywords if word.id == keyword_id)


ROUTES = [
    Route("/v1/filters", many),
    Route("/v1/filters", create, methods=["POST"]),
    Route("/v1/filters/{id}", one),
    Route("/v1/filters/{id}", edit, methods=["PUT"]),
    Route("/v1/filters/{id}", delete, methods=["DELETE"]),
]
