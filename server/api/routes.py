"""All addresses of the Mastodon API.

A request is led by its first two words (`v1/timelines`) to the few routes of that noun, for looking through all of
them costs more than answering.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.routing import BaseRoute, Mount, Route, Router, WebSocketRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.api import (
    accounts,
    apps,
    civic,
    conversations,
    credentials,
    docs,
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

# Within a noun the order counts: `/accounts/relationships` must come before `/accounts/{id}`.
_MODULES: tuple[Any, ...] = (
    timelines,
    credentials,
    relationships,
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
    """The API, sign-in for apps, and media files, for the app's router; the busiest first."""
    api = [route for module in _MODULES for route in module.ROUTES]
    return [
        Mount("/api", app=Counted(ByNoun(api))),
        *media.FILES,
        Mount("/oauth", app=Counted(Router(oauth.ROUTES, redirect_slashes=False))),
        *oauth.METADATA,
    ]


class ByNoun:
    """Routes grouped by the first two parts of their path."""

    def __init__(self, every: Iterable[Route | WebSocketRoute]) -> None:
        grouped: defaultdict[str, list[BaseRoute]] = defaultdict(list)
        for route in every:
            grouped[_noun(route.path)].append(route)
        self._routers = {noun: Router(found, redirect_slashes=False) for noun, found in grouped.items()}
        self._nothing = Router([], redirect_slashes=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        await self._routers.get(_noun(path), self._nothing)(scope, receive, send)


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


def _noun(path: str) -> str:
    parts = path.strip("/").split("/", 2)
    return "/".join(parts[:2])
