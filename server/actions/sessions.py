"""Signing a browser in and out. Only the hash of its token is kept (OWASP Session Management)."""

import hashlib
import secrets

from server.rules.ids import now_ms
from server.rules.permissions import Principal, check_own_session
from server.storage.models.members import Member, Session

HOUR = 3600 * 1000


async def open_session(by: Principal, agent: str, *, instead_of: str = "") -> str:
    """Sign a browser in as `by` and return the token for its cookie. A suspended member may sign in, to read why and to
    appeal; the edges show them nothing else.

    Args:
        agent: what the browser calls itself, in words that its owner knows again.
        instead_of: the hash of a session that ends now, so that a token is never carried over a sign-in.
    """
    check_own_session(by)
    token = secrets.token_urlsafe(32)
    now = now_ms()
    if instead_of:
        await Session.filter(token_hash=instead_of).delete()
    await Session.create(
        token_hash=hashlib.sha256(token.encode()).hexdigest(),
        member_id=by.member_id,
        csrf=secrets.token_urlsafe(24),
        agent=agent.replace("\x00", "")[:255],
        created_at=now,
        seen_at=now,
    )
    return token


async def close_session(by: Principal, token_hash: str) -> None:
    """Sign one's own browser out. One that is gone already is no error.

    A suspended member may still sign out, so this asks only who owns the session.
    """
    check_own_session(by)
    await Session.filter(token_hash=token_hash, member_id=by.member_id).delete()


async def note_seen(by: Principal, token_hash: str) -> None:
    """The browser was used just now. Written at most once an hour, so that reading pages does not write."""
    check_own_session(by)
    now = now_ms()
    if await Session.filter(token_hash=token_hash, member_id=by.member_id, seen_at__lt=now - HOUR).update(seen_at=now):
        await Member.filter(id=by.member_id).update(seen_at=now)
