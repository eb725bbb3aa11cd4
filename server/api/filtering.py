"""The filters of whoever reads. Who has none pays nothing for them."""

from typing import Final

from starlette.requests import Request

from server.http.kept import Kept, kept_in
from server.queries import filters
from server.views.filters import FilterView
from server.views.viewer import Viewer

KEPT: Final = 500


async def filters_of(request: Request, viewer: Viewer) -> tuple[FilterView, ...]:
    """The reader's filters. They are read once after each change of them."""
    if not viewer.filters:
        return ()
    kept: Kept[tuple[FilterView, ...]] = kept_in(request, "filters", KEPT)
    key = f"{viewer.account_id}.{viewer.filters}"
    found = kept.get(key)
    if found is None:
        found = await filters.all_of(viewer)
        kept.put(key, found)
    return found
