"""Apps, codes and tokens (RFC 6749, RFC 7636, RFC 7009). What these mean for a request is in `api/oauth.py`."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from server.queries.apps import hash_of
from server.rules.ids import new_id, now_ms
from server.rules.permissions import Principal, check_member, check_register_app
from server.storage.models.apps import App, Code, Token
from server.storage.sql import execute, rows
from server.storage.unit import unit

CODE_LIFE_MS = 600_000


@dataclass(frozen=True, slots=True)
class Grant:
    """What a member agreed to when they let the app in. `proven`: the code was bound to a verifier, and it fits.
    `code_hash` goes with the token that is issued for it."""

    member_id: int
    scopes: str
    proven: bool
    code_hash: str


async def register_app(by: Principal, name: str, website: str, redirect_uris: Sequence[str], scopes: str) -> int:
    """Write down a new app; anyone may. Returns its id. It can do nothing until a member lets it in."""
    check_register_app(by)
    app = await App.create(
        id=new_id(),
        name=name,
        website=website,
        client_id=secrets.token_urlsafe(32),
        client_secret=secrets.token_urlsafe(32),
        redirect_uris=list(redirect_uris),
        scopes=scopes,
        created_at=now_ms(),
    )
    return int(app.id)


async def grant_code(by: Principal, app_id: int, redirect_uri: str, scopes: str, challenge: str = "") -> str:
    """A code with which the app fetches its token, once, within ten minutes.

    Args:
        challenge: the S256 code challenge of RFC 7636, or empty.
    """
    check_member(by)
    code = secrets.token_urlsafe(32)
    await Code.create(
        code_hash=hash_of(code),
        app_id=app_id,
        member_id=by.member_id,
        redirect_uri=redirect_uri,
        scopes=scopes,
        challenge=challenge,
        expires_at=now_ms() + CODE_LIFE_MS,
    )
    return code


async def spend_code(by: Principal, app_id: int, code: str, redirect_uri: str, verifier: str) -> Grant | None:
    """What the code stands for, or None if it is unknown, old, spent, another app's, or the verifier does not fit.

    Two requests with one code cannot both win: the row is claimed by one UPDATE.
    """
    check_register_app(by)
    row = await Code.get_or_none(code_hash=hash_of(code), app_id=app_id)
    if row is None or row.redirect_uri != redirect_uri or row.expires_at < now_ms():
        return None
    if row.challenge and not hmac.compare_digest(row.challenge, challenge_of(verifier)):
        return None
    claimed = await execute(
        "UPDATE codes SET used_at = ? WHERE code_hash = ? AND used_at IS NULL", [now_ms(), row.code_hash]
    )
    return Grant(row.member_id, row.scopes, bool(row.challenge), row.code_hash) if claimed else None


async def revoke_tokens_of(by: Principal, app_id: int, code: str) -> list[int]:
    """Somebody came a second time with a code: whoever was first may have stolen it, so the tokens that were issued for
    it are worthless from now on (RFC 6749, section 4.1.2). Returns their ids."""
    check_register_app(by)
    found = await rows("DELETE FROM tokens WHERE code_hash = ? AND app_id = ? RETURNING id", [hash_of(code), app_id])
    return [row["id"] for row in found]


async def issue_token(
    by: Principal, app_id: int, member_id: int | None, scopes: str, code_hash: str | None = None
) -> str:
    """A new token for a member, or of the app itself when `member_id` is None. It does not expire.

    Args:
        code_hash: of the code that is spent for it, if one is.
    """
    check_register_app(by)
    token = secrets.token_urlsafe(32)
    await Token.create(
        id=new_id(),
        token_hash=hash_of(token),
        app_id=app_id,
        member_id=member_id,
        scopes=scopes,
        code_hash=code_hash,
        created_at=now_ms(),
    )
    return token


async def revoke_token(by: Principal, token_id: int) -> None:
    """Make a token worthless; it may be so already. The edge has checked that the app or the owner asks."""
    check_register_app(by)
    async with unit():
        await Token.filter(id=token_id).delete()


def challenge_of(verifier: str) -> str:
    """The S256 challenge of a verifier (RFC 7636, section 4.2)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
