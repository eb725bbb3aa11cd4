"""What other processes of this instance did is shown to whoever listens to this one."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from server.effects import notify, stream
from server.effects.context import Context
from server.storage.notices import Notices

log = logging.getLogger(__name__)


async def announce(context: Context, channel: str, event: str) -> None:
    context.hub.publish(channel, event)


# What `Hub.tell` is called with: the name, and who takes the facts.
SHOWN: Final[Mapping[str, Callable[..., Awaitable[None]]]] = {
    "shown": stream.show,
    "removed": stream.remove,
    "notified": notify.show,
    "announced": announce,
}


async def follow(notices: Notices, context: Context) -> None:
    """Show one thing after the other until cancelled. The database must be in use."""
    while True:
        name, *facts = await notices.next()
        await shown(context, name, *facts)


async def shown(context: Context, name: str, *facts: Any) -> None:
    """Show one thing. One that fails, or that only another version knows, is left out."""
    if name not in SHOWN:
        return
    try:
        await SHOWN[name](context, *facts)
    except Exception:
        log.exception("Could not show what another process did: %s", name)
