"""Topics, which stewards look after, and their links to other organisations, which admins do."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.actions import topics as actions
from server.queries import topics
from server.rules.errors import CivicError, Invalid, NotFound
from server.rules.topics import REPLIES
from server.views.topics import ChapterView, TopicView
from server.web.admin import admin, steward
from server.web.page import Form, does, errors_of, id_from, page, see_other, shows

CARE = {
    "compare": (actions.ask_compare, "compare-asked"),
    "trust": (actions.trust_chapter, "saved"),
    "trial": (actions.put_on_trial, "saved"),
}


async def all_topics(request: Request) -> Response:
    return await _topics(request, {}, {})


async def create(request: Request, form: Form) -> Response:
    by = await steward(request)
    try:
        await actions.create_topic(
            by,
            form.get("slug", "").lower(),
            form.get("name", ""),
            keys=await request.app.state.new_keys(),
            description=form.get("description", ""),
        )
    except CivicError as error:
        return await _topics(request, form, {name or "slug": text for name, text in errors_of(error).items()})
    return see_other("/admin/topics", "topic-made")


async def ask_edit(request: Request) -> Response:
    await steward(request)
    found = await _topic(request)
    values = {"name": found.name, "description": found.description, "replies": found.replies}
    return await page(request, "pages/admin/topic.html", topic=found, values=values, here="admin")


async def edit(request: Request, form: Form) -> Response:
    by, found = await steward(request), await _topic(request)
    try:
        await actions.edit_topic(
            by,
            found.account.id,
            name=form.get("name", ""),
            description=form.get("description", ""),
            replies=next((rule for rule in REPLIES if rule == form.get("replies")), None),
        )
    except CivicError as error:
        return await page(
            request, "pages/admin/topic.html", 422, topic=found, values=form, errors=errors_of(error), here="admin"
        )
    return see_other("/admin/topics", "saved")


async def link(request: Request, form: Form) -> Response:
    """Ask another organisation's topic to exchange with ours."""
    by, found = await admin(request), await _topic(request)
    field = f"url-{found.slug}"
    try:
        if not form.get(field, "").startswith(("https://", "http://")):
            raise Invalid(field, "Give the whole web address of the other topic. It begins with https://.")
        await request.app.state.remote.link_topic(by, found.account.id, form[field])
    except CivicError as error:
        return await _topics(request, form, {field: error.text})
    return see_other("/admin/topics", "asked")


async def answer(request: Request, form: Form) -> Response:
    """Say yes or no to a chapter that asks, or end a link."""
    by, found = await admin(request), await _topic(request)
    chapter = _chapter(found, form)
    if form.get("do") == "accept":
        await request.app.state.remote.link_topic(by, found.account.id, chapter.account.uri)
        return see_other("/admin/topics", "linked")
    await actions.unlink_chapter(by, found.account.id, chapter.account.id)
    return see_other("/admin/topics", "refused" if form.get("do") == "refuse" else "unlinked")


async def look_after(request: Request, form: Form) -> Response:
    """What stewards do about a link that stands: compare now, trust the chapter, put it on trial."""
    by, found = await steward(request), await _topic(request)
    chapter = _chapter(found, form)
    act, notice = CARE.get(form.get("do", ""), CARE["compare"])
    await act(by, found.account.id, chapter.account.id)
    return see_other("/admin/topics", notice)


def _chapter(found: TopicView, form: Form) -> ChapterView:
    chapter = next((each for each in found.chapters if each.account.id == id_from(form.get("chapter", ""))), None)
    if chapter is None:
        raise NotFound
    return chapter


async def _topic(request: Request) -> TopicView:
    found = await topics.by_slug(request.path_params["slug"])
    if found is None:
        raise NotFound
    return found


async def _topics(request: Request, values: Form, errors: dict[str, str]) -> Response:
    await steward(request)
    return await page(
        request,
        "pages/admin/topics.html",
        422 if errors else 200,
        topics=await topics.all_topics(),
        values=values,
        errors=errors,
        here="admin",
    )


ROUTES: list[BaseRoute] = [
    shows("/admin/topics", all_topics),
    does("/admin/topics", create),
    shows("/admin/topics/{slug}", ask_edit),
    does("/admin/topics/{slug}", edit),
    does("/admin/topics/{slug}/link", link),
    does("/admin/topics/{slug}/answer", answer),
    does("/admin/topics/{slug}/care", look_after),
]
