"""Finding the route of a request without trying all of them, which would cost more than many an answer."""

from collections import defaultdict
from collections.abc import Iterable

from starlette.routing import BaseRoute, Mount, Route, Router, WebSocketRoute
from starlette.types import Receive, Scope, Send


class ByStart:
    """Routes grouped by the first words of their paths (`/v1/timelines/…`); a request meets only those of its group, in
    the order they were given. All the routes of people (`/@name`) are one group.

    Args:
        words: how many words make a group. They must be written out in every route that has so many.
        redirect_slashes: send the asker on where only a slash at the end is wrong.
    """

    def __init__(self, routes: Iterable[BaseRoute], words: int = 1, *, redirect_slashes: bool = True) -> None:
        self._words = words
        grouped: defaultdict[str, list[BaseRoute]] = defaultdict(list)
        for route in routes:
            assert isinstance(route, Route | Mount | WebSocketRoute)
            start = self._start(route.path)
            assert "{" not in start, f"no group for {route.path}"
            grouped[start].append(route)
        self._groups = {start: Router(found, redirect_slashes=redirect_slashes) for start, found in grouped.items()}
        self._nothing = Router([], redirect_slashes=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        await self._groups.get(self._start(path), self._nothing)(scope, receive, send)

    def _start(self, path: str) -> str:
        if path.startswith("/@"):
            return "@"
        return "/".join(path.strip("/").split("/", self._words)[: self._words])
