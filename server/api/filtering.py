"""The filters of whoever reads. Who has none pays nothing for them."""

from collections import OrderedDict
from typing import Final

from starlette.requests import Request

from server.queries import filters
from server.views.filters import FilterView
from server.views.viewer import Viewer

KEPT: Final = 500

Kept = OrderedDict[tuple[int, int], tuple[FilterView, ...]]


async def filters_of(request: Request, viewer: Viewer) -> tuple[FilterView, ...]:
    """The reader's filters. They are read once after each change of them."""
    if not viewer.filters:
        return ()
    kept: Kept | None = getattr(request.app.state, "kept_filters", None)
    if kept is None:
        kept = request.app.state.kept_filters = OrderedDict()
    key = (viewer.account_id, viewer.filters)
    if key not in kept:
        kept[key] = await filters.all_of(viewer)
        while len(kept) > KEPT:
            kept.popitem(last=False)
    return kept[key]
