"""Browsers that are signed in."""

from datetime import UTC, datetime

from server.rules.ids import now_ms
from server.storage.models.members import Session
from server.views.sessions import SessionView

LIFE = 60 * 24 * 3600 * 1000  # milliseconds a browser may stay away before it must sign in again


async def by_token_hash(token_hash: str) -> SessionView | None:
    """The session with this hash, unless it has not been used for sixty days."""
    found = await Session.get_or_none(token_hash=token_hash, seen_at__gt=now_ms() - LIFE)
    return None if found is None else _view(found)


async def of_member(member_id: int) -> list[SessionView]:
    """Where a member is signed in, the browser used last first."""
    found = await Session.filter(member_id=member_id, seen_at__gt=now_ms() - LIFE).order_by("-seen_at").limit(50)
    return [_view(each) for each in found]


def _view(row: Session) -> SessionView:
    return SessionView(row.token_hash, row.member_id, row.csrf, row.agent, _time(row.created_at), _time(row.seen_at))


def _time(at: int) -> datetime:
    return datetime.fromtimestamp(at / 1000, UTC)
