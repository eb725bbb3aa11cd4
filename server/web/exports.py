"""Your data: take it along, as files that other servers read, and bring lists from elsewhere."""

from datetime import UTC, datetime
from typing import Any, Final

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute

from server.actions.imports import start_import
from server.config import Settings
from server.http import limits
from server.http.body import Params
from server.media.archive import archive
from server.media.store import Store
from server.queries import exports, imports, posts
from server.queries.keys import published_of
from server.queries.organisations import uris_of
from server.render.exports import actor_file, list_file, outbox_file, proposals_file
from server.rules.errors import CivicError, Invalid, NotFound
from server.rules.exports import LISTS, read, written
from server.templating import marked
from server.views.viewer import Viewer
from server.web.page import Form, errors_of, member, page, principal, see_other, shows
from server.web.pictures import takes, typed

_NO_FILE: Final = marked("Choose the file first.")


async def data(request: Request) -> Response:
    return await data_page(request, {}, {})


async def data_page(request: Request, values: Form, errors: dict[str, str]) -> Response:
    """What can be taken along, what can be brought, and how far a list is that is being taken in."""
    me = (await member(request)).member
    brought = await imports.of_member(me.id)
    return await page(
        request,
        "pages/settings/data.html",
        422 if errors else 200,
        lists=LISTS,
        imports=brought,
        running=any(not each.ended for each in brought),
        values=values,
        errors=errors,
        here="settings",
    )


async def one_list(request: Request) -> Response:
    """One list as CSV, with Mastodon's columns."""
    me = (await member(request)).member
    kind = next((each for each in LISTS if each == request.path_params["kind"]), None)
    if kind is None:
        raise NotFound
    settings: Settings = request.app.state.settings
    entries = await exports.entries(kind, me.account.id, settings.domain)
    return _download(written(kind, entries).encode(), f"{kind}.csv", "text/csv; charset=utf-8")


async def whole(request: Request) -> Response:
    """Everything as one ZIP file. What they said without their name is not in it: the file would give them away."""
    me = (await member(request)).member
    await request.app.state.limits.spend(limits.ARCHIVES, f"archives:{me.id}")
    settings: Settings = request.app.state.settings
    own, viewer = me.account.id, Viewer(me.account.id)
    raised = await posts.views(await exports.proposals_of(own), viewer)
    lists = {kind: await exports.entries(kind, own, settings.domain) for kind in LISTS}
    texts: dict[str, bytes] = {
        "actor.json": actor_file(
            me.account, settings.origin, settings.handle_domain, await published_of(own), await uris_of(own)
        ),
        "outbox.json": outbox_file(me.account, [body async for body in exports.said(own)]),
        "likes.json": list_file("likes.json", await exports.liked(own)),
        "bookmarks.json": list_file("bookmarks.json", [entry.target for entry in lists["bookmarks"]]),
        "proposals.csv": proposals_file(raised).encode(),
        **{f"{kind}.csv": written(kind, entries).encode() for kind, entries in lists.items()},
    }
    store = Store(settings.media_dir)
    files = [(f"media/{path}", found) for _, path in await exports.files_of(own) if (found := store.find(path))]
    made = await archive(settings.data_dir / "tmp", texts, files)
    name = f"{me.account.name}-{datetime.now(UTC).date().isoformat()}.zip"
    return FileResponse(
        made, media_type="application/zip", filename=name, headers=_PRIVATE, background=BackgroundTask(made.unlink)
    )


async def bring(request: Request, sent: Params) -> Response:
    """Take in a list."""
    by = await principal(request)
    try:
        content = sent.file("file")
        if content is None:
            raise Invalid("file", _NO_FILE)
        kind = sent.text("kind")
        await start_import(by, kind, read(kind, content))
    except CivicError as error:
        return await data_page(request, typed(sent), errors_of(error))
    return see_other("/settings/data", "taking-in")


_PRIVATE: Final[dict[str, Any]] = {"Cache-Control": "no-store"}


def _download(content: bytes, name: str, kind: str) -> Response:
    return Response(content, 200, {**_PRIVATE, "Content-Disposition": f'attachment; filename="{name}"'}, kind)


ROUTES: list[BaseRoute] = [
    shows("/settings/data", data),
    shows("/settings/data/archive.zip", whole),
    shows("/settings/data/{kind}.csv", one_list),
    takes("/settings/data/bring", bring),
]
