"""How far a member has read a timeline."""

from collections.abc import Mapping

from server.queries.markers import TIMELINES
from server.rules.errors import Invalid
from server.rules.ids import new_id, now_ms
from server.rules.permissions import Principal, check_member
from server.storage.models.notifications import Marker
from server.storage.unit import unit


async def set_markers(by: Principal, read: Mapping[str, int]) -> None:
    """Remember the last id read per timeline (`home`, `notifications`). Each change raises the marker's version.

    Raises:
        Invalid: an unknown timeline.
    """
    check_member(by)
    if not set(read) <= set(TIMELINES):
        raise Invalid("timeline", "Only home and notifications have markers.")
    async with unit():
        for timeline, last in read.items():
            row = await Marker.get_or_none(account_id=by.account_id, timeline=timeline)
            if row is None:
                await Marker.create(
                    id=new_id(),
                    account_id=by.account_id,
                    timeline=timeline,
                    last_read_id=last,
                    updated_at=now_ms(),
                )
            else:
                row.last_read_id, row.version, row.updated_at = last, row.version + 1, now_ms()
                await row.save()
