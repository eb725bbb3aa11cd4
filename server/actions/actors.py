"""Actors: accounts of other servers, kept as their servers describe them, with their keys and pictures."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from tortoise.exceptions import IntegrityError

from server.queries.domains import stance
from server.rules import limits
from server.rules.drafts import AccountDraft, KeyDraft
from server.rules.errors import Refused
from server.rules.events.groups import OrganisationsClaimed
from server.rules.ids import new_id, new_key, now_ms
from server.rules.permissions import Principal, check_administer, check_write
from server.rules.sanitise import clean_html, clean_name
from server.storage.counts import touch
from server.storage.models.accounts import Account
from server.storage.models.media import Media
from server.storage.models.members import Membership
from server.storage.sql import execute_many, rows, write
from server.storage.unit import unit


async def record_account(by: Principal, draft: AccountDraft) -> int:
    """Keep what another server says of one of its accounts, new or known; returns its id here.

    `by` is that account itself or, at first sight, the operator on its behalf. Its keys become exactly those given.

    Raises:
        Refused: the address is one of ours.
    """
    if by.standing != "operator":
        check_write(by)
    else:
        check_administer(by)
    if not draft.domain:
        raise Refused("This account lives here.", detail=draft.uri)
    known = await Account.get_or_none(uri=draft.uri)
    if known is not None and not known.domain:
        raise Refused("This account lives here.", detail=draft.uri)
    values = {
        "url": draft.url or draft.uri,
        "kind": draft.kind,
        "display_name": clean_name(draft.display_name, limits.DISPLAY_NAME),
        "summary_html": clean_html(draft.summary_html),
        "profile_fields": [
            {"name": clean_name(name, limits.FIELD_NAME), "html": clean_html(value)}
            for name, value in draft.fields[: limits.FIELDS]
        ],
        "inbox": draft.inbox,
        "shared_inbox": draft.shared_inbox,
        "outbox": draft.outbox,
        "followers_uri": draft.followers_uri,
        "locked": draft.locked,
        "bot": draft.bot,
        "discoverable": draft.discoverable,
        "civic": draft.civic,
        "moved_to": draft.moved_to,
        "also_known_as": list(draft.also_known_as),
        "fetched_at": now_ms(),
    }
    account_id = known.id if known is not None else new_id()
    try:
        async with unit() as u:
            if known is None:
                await give_way(by, draft)
                await insert(by, account_id, draft, values)
            else:
                changed = any(getattr(known, name) != value for name, value in values.items() if name != "fetched_at")
                if known.civic != draft.civic:
                    await move_support(by, account_id, 1 if draft.civic else -1)
                known.update_from_dict(values)
                await known.save(update_fields=[*values])
                if changed:
                    await touch("accounts", account_id)
            await replace_keys(by, account_id, draft.keys)
            await place_picture(by, account_id, "avatar_id", known.avatar_id if known else None, draft.avatar_url)
            await place_picture(by, account_id, "header_id", known.header_id if known else None, draft.header_url)
            if draft.member_of or (known is not None and await Membership.exists(account_id=account_id)):
                u.emit(OrganisationsClaimed(account_id, draft.member_of))
    except IntegrityError:
        return (await Account.get(uri=draft.uri)).id
    return account_id


async def insert(by: Principal, account_id: int, draft: AccountDraft, values: Mapping[str, Any]) -> None:
    """The row of somebody new."""
    check_write(by) if by.standing != "operator" else check_administer(by)
    if (await stance(draft.domain)).policy == "limit":
        values = {**values, "limited": True}
    lists = {name: orjson.dumps(values[name]).decode() for name in ("profile_fields", "also_known_as")}
    row = {
        "id": account_id,
        "uri": draft.uri,
        "name": draft.name,
        "name_key": draft.name.lower(),
        "domain": draft.domain,
        "created_at": draft.created or now_ms(),
        **values,
        **lists,
    }
    await write(f"INSERT INTO accounts ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", [*row.values()])


async def move_support(by: Principal, account_id: int, change: int) -> None:
    """An account turned out to belong to a civic instance (1), or no longer to (-1): its support counts there."""
    check_write(by) if by.standing != "operator" else check_administer(by)
    await write(
        "UPDATE proposals SET support_civic = support_civic + ?, support_wider = support_wider - ?"
        " WHERE post_id IN (SELECT post_id FROM likes WHERE account_id = ?)",
        [change, change, account_id],
    )


async def give_way(by: Principal, draft: AccountDraft) -> None:
    """Another account held this handle before: its server gave the name to a new address, so the old one is gone."""
    check_write(by) if by.standing != "operator" else check_administer(by)
    await write(
        "UPDATE accounts SET name_key = name_key || '#' || CAST(id AS TEXT), state = 'gone'"
        " WHERE name_key = ? AND domain = ? AND uri <> ?",
        [draft.name.lower(), draft.domain, draft.uri],
    )


async def replace_keys(by: Principal, account_id: int, keys: Sequence[KeyDraft]) -> None:
    """The keys an account has now; those it no longer lists are forgotten."""
    check_write(by) if by.standing != "operator" else check_administer(by)
    fresh = {key.uri: key for key in keys}
    found = await rows(
        "SELECT uri, account_id, public FROM keys WHERE account_id = ? OR uri IN (?)", [account_id, list(fresh)]
    )
    known = {row["uri"]: row["public"] for row in found if row["account_id"] == account_id}
    for row in found:
        if row["account_id"] != account_id:  # a key belongs to whoever listed it first
            del fresh[row["uri"]]
    if gone := [uri for uri in known if uri not in fresh]:
        await write("DELETE FROM keys WHERE account_id = ? AND uri IN (?)", [account_id, gone])
    await execute_many(
        "INSERT INTO keys (uri, account_id, use, public, private, first_seen) VALUES (?, ?, ?, ?, '', ?)",
        [(uri, account_id, key.use, key.public, now_ms()) for uri, key in fresh.items() if uri not in known],
    )
    await execute_many(
        "UPDATE keys SET public = ?, first_seen = ? WHERE uri = ? AND account_id = ?",
        [
            (key.public, now_ms(), uri, account_id)
            for uri, key in fresh.items()
            if uri in known and known[uri] != key.public
        ],
    )


async def place_picture(by: Principal, account_id: int, column: str, before_id: int | None, url: str) -> None:
    """Note where the picture of somebody elsewhere stands; it is fetched when somebody looks at it."""
    check_write(by) if by.standing != "operator" else check_administer(by)
    before = await Media.get_or_none(id=before_id) if before_id else None
    if (before.remote_url if before else "") == url:
        return
    media_id = None
    if url:
        media_id = new_id()
        await Media.create(id=media_id, account_id=account_id, remote_url=url, key=new_key(), created_at=now_ms())
    assert column in ("avatar_id", "header_id")
    await write(f"UPDATE accounts SET {column} = ?, rev = rev + 1 WHERE id = ?", [media_id, account_id])
