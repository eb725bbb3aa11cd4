"""Apps, and who holds which token. Tokens and codes are looked up by their hash; the text itself is nowhere."""

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson

from server.queries.moments import moment
from server.storage.sql import rows
from server.views.apps import AppView, TokenView
from server.views.viewer import Viewer

_APP = (
    "a.id AS app_id, a.name, a.website, a.client_id, a.client_secret, a.redirect_uris, a.scopes AS app_scopes,"
    " a.created_at AS app_created_at"
)
_TOKEN = (
    f"SELECT t.id, t.member_id, t.scopes, t.created_at, {_APP}, m.account_id, m.role, m.filters_rev, c.state"
    " FROM tokens t JOIN apps a ON a.id = t.app_id"
    " LEFT JOIN members m ON m.id = t.member_id LEFT JOIN accounts c ON c.id = m.account_id"
)


def hash_of(secret: str) -> str:
    """What is stored instead of a token or code. They are long and random, so one plain hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


async def token(text: str) -> TokenView | None:
    """The token with this text, with its app, member and account, in one query."""
    found = await rows(f"{_TOKEN} WHERE t.token_hash = ?", [hash_of(text)])
    return _token(found[0]) if found else None


async def tokens_of(viewer: Viewer) -> list[TokenView]:
    """The apps a member has let in, newest first: for the page where they are shown out."""
    found = await rows(f"{_TOKEN} WHERE t.member_id = ? ORDER BY t.id DESC", [viewer.member_id])
    return [_token(row) for row in found]


async def by_client_id(client_id: str) -> AppView | None:
    found = await rows(f"SELECT {_APP} FROM apps a WHERE a.client_id = ?", [client_id])
    return _app(found[0]) if found else None


async def by_id(app_id: int) -> AppView | None:
    found = await rows(f"SELECT {_APP} FROM apps a WHERE a.id = ?", [app_id])
    return _app(found[0]) if found else None


def _token(row: Mapping[str, Any]) -> TokenView:
    return TokenView(
        id=row["id"],
        app=_app(row),
        member_id=row["member_id"] or 0,
        account_id=row["account_id"] or 0,
        role=row["role"] or "",
        suspended=row["state"] not in (None, "active"),
        scopes=row["scopes"],
        created_at=moment(row["created_at"]),
        filters=row["filters_rev"] or 0,
    )


def _app(row: Mapping[str, Any]) -> AppView:
    uris = row["redirect_uris"]
    return AppView(
        id=row["app_id"],
        name=row["name"],
        website=row["website"],
        client_id=row["client_id"],
        client_secret=row["client_secret"],
        redirect_uris=tuple(orjson.loads(uris) if isinstance(uris, str | bytes) else uris),
        scopes=row["app_scopes"],
        created_at=moment(row["app_created_at"]),
    )
