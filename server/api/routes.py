"""All addresses of the Mastodon API."""

from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.routing import BaseRoute, Mount, Router
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.api import (
    accounts,
    apps,
    civic,
    conversations,
    credentials,
    docs,
    domain_blocks,
    empty,
    filters,
    instance,
    interactions,
    lists,
    markers,
    media,
    notifications,
    oauth,
    polls,
    relationships,
    reports,
    scheduled,
    search,
    statuses,
    streaming,
    tags,
    timelines,
    v1_filters,
)
from server.config import Settings
from server.http.bearer import asker
from server.http.limits import CALLS, Limits, Spent
from server.http.routing import ByStart

# Within a noun the order counts: `/accounts/relationships` must come before `/accounts/{id}`.
_MODULES: tuple[Any, ...] = (
    timelines,
    credentials,
    relationships,
    domain_blocks,
    empty,
    accounts,
    statuses,
    interactions,
    notifications,
    polls,
    media,
    search,
    instance,
    apps,
    lists,
    filters,
    v1_filters,
    scheduled,
    markers,
    tags,
    conversations,
    reports,
    streaming,
    civic,
    docs,
)


def routes(settings: Settings) -> list[BaseRoute]:
    """The API, sign-in for apps, and media files, for the app's router."""
    api = [route for module in _MODULES for route in module.ROUTES]
    return [
        Mount("/api", app=Counted(ByStart(api, words=2, redirect_slashes=False))),
        *media.FILES,
        Mount("/oauth", app=Counted(Router(oauth.ROUTES, redirect_slashes=False))),
        *oauth.METADATA,
    ]


class Counted:
    """What every call of the API has in common: a slash at the end does not matter, and calls are counted."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        if len(path) > 1 and path.endswith("/"):
            scope = {**scope, "path": path.rstrip("/")}
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limits: Limits = scope["app"].state.limits
        spent = await limits.spend(CALLS, await asker(HTTPConnection(scope))) if limits.enabled else None
        await self._app(scope, receive, send if spent is None else _with_headers(send, spent))


def _with_headers(send: Send, spent: Spent) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(spent.headers())
        await send(message)

    return send_with_headers
