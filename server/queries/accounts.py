"""Accounts, and how a viewer stands to them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from server.queries.media import by_ids as media_by_ids
from server.queries.moments import maybe_moment, moment
from server.queries.paging import window
from server.rules.ids import now_ms
from server.storage.sql import rows
from server.views.accounts import AccountView, FieldView, OrganisationRef, RelationshipView
from server.views.media import MediaView
from server.views.viewer import Page, Viewer

NAMES = (  # noqa: SIM905 -- thirty quoted words would not read better
    "id uri url kind name domain display_name summary_html summary_source profile_fields language avatar_id header_id"
    " locked bot discoverable civic moved_to also_known_as state followers_count following_count posts_count"
    " last_post_at created_at rev limited hides_network"
).split()


def columns(alias: str = "a") -> str:
    """What `view` needs of an account, for a SELECT that joins `accounts` under this name."""
    own = ", ".join(f"{alias}.{name} AS a_{name}" for name in NAMES)
    return (
        f"{own}, (SELECT m.role FROM members m WHERE m.account_id = {alias}.id) AS a_role,"
        f" (SELECT m.frontline_role FROM members m WHERE m.account_id = {alias}.id) AS a_frontline_role,"
        f" (SELECT s.organisation_id FROM memberships s WHERE s.account_id = {alias}.id AND s.claimed AND s.confirmed"
        f" ORDER BY s.since, s.id LIMIT 1) AS a_organisation_id,"
        f" ({alias}.kind = 'organisation' AND EXISTS (SELECT 1 FROM owners o WHERE o.account_id = {alias}.id))"
        f" AS a_owns_policies,"
        f" CASE WHEN {alias}.kind = 'topic' THEN (SELECT t.hashtag FROM topics t WHERE t.account_id = {alias}.id) END"
        f" AS a_hashtag"
    )


def loaded(value: Any) -> Any:
    """A JSON column as raw SQL gives it: text, or already read."""
    return orjson.loads(value) if isinstance(value, str | bytes) else value


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around accounts, by id: pictures, and the organisations they belong to."""

    media: Mapping[int, MediaView] = field(default_factory=dict)
    organisations: Mapping[int, OrganisationRef] = field(default_factory=dict)


async def around(found: Iterable[Mapping[str, Any]]) -> Around:
    """What stands around rows that were selected with `columns`, in two queries."""
    every = list(found)
    ids = sorted({row["a_organisation_id"] for row in every if row["a_organisation_id"]})
    homes = (
        await rows(
            "SELECT id, uri, url, name, domain, display_name, avatar_id FROM accounts"
            " WHERE id IN (?) AND state = 'active'",
            [ids],
        )
        if ids
        else []
    )
    pictures = [row[name] for row in every for name in ("a_avatar_id", "a_header_id") if row[name]]
    media = await media_by_ids([*pictures, *(home["avatar_id"] for home in homes if home["avatar_id"])])
    return Around(media, {home["id"]: _organisation(home, media) for home in homes})


def _organisation(row: Mapping[str, Any], media: Mapping[int, MediaView]) -> OrganisationRef:
    return OrganisationRef(
        id=row["id"],
        uri=row["uri"],
        url=row["url"] or row["uri"],
        acct=f"{row['name']}@{row['domain']}" if row["domain"] else row["name"],
        domain=row["domain"],
        name=row["display_name"] or row["name"],
        picture=media.get(row["avatar_id"] or 0),
    )


def view(row: Mapping[str, Any], around: Around) -> AccountView:
    """The view of a row that was selected with `columns`."""
    media = around.media
    return AccountView(
        id=row["a_id"],
        uri=row["a_uri"],
        url=row["a_url"] or row["a_uri"],
        kind=row["a_kind"],
        name=row["a_name"],
        domain=row["a_domain"],
        display_name=row["a_display_name"],
        summary_html=row["a_summary_html"],
        summary_source=row["a_summary_source"],
        fields=tuple(
            FieldView(field["name"], field["html"], field.get("source", ""))
            for field in loaded(row["a_profile_fields"]) or []
        ),
        avatar=media.get(row["a_avatar_id"] or 0),
        header=media.get(row["a_header_id"] or 0),
        locked=bool(row["a_locked"]),
        bot=bool(row["a_bot"]),
        discoverable=bool(row["a_discoverable"]),
        civic=bool(row["a_civic"]),
        state=row["a_state"],
        limited=bool(row["a_limited"]),
        hides_network=bool(row["a_hides_network"]),
        followers_count=max(row["a_followers_count"], 0),
        following_count=max(row["a_following_count"], 0),
        posts_count=max(row["a_posts_count"], 0),
        last_post_at=maybe_moment(row["a_last_post_at"]),
        created_at=moment(row["a_created_at"]),
        moved_to=row["a_moved_to"],
        also_known_as=tuple(loaded(row["a_also_known_as"]) or ()),
        role=row["a_role"] or "",
        frontline_role=row["a_frontline_role"] or "",
        organisation=around.organisations.get(row["a_organisation_id"] or 0),
        language=row["a_language"],
        rev=row["a_rev"],
        owns_policies=bool(row["a_owns_policies"]),
        hashtag=row["a_hashtag"] or "",
    )


async def views(found: Sequence[Mapping[str, Any]]) -> list[AccountView]:
    """The views of rows that were selected with `columns`, in two more queries."""
    beside = await around(found)
    return [view(row, beside) for row in found]


async def one(condition: str, values: Sequence[Any]) -> AccountView | None:
    """The first account that fits a condition on `a`."""
    found = await rows(f"SELECT {columns()} FROM accounts a WHERE {condition} LIMIT 1", values)
    return (await views(found))[0] if found else None


async def by_id(account_id: int) -> AccountView | None:
    return await one("a.id = ?", [account_id])


async def by_ids(ids: Iterable[int]) -> dict[int, AccountView]:
    found = await rows(f"SELECT {columns()} FROM accounts a WHERE a.id IN (?)", [list(ids)])
    return {account.id: account for account in await views(found)}


async def by_uri(uri: str) -> AccountView | None:
    """By federated id."""
    return await one("a.uri = ?", [uri])


async def by_uris(uris: Iterable[str]) -> dict[str, AccountView]:
    found = await rows(f"SELECT {columns()} FROM accounts a WHERE a.uri IN (?)", [list(uris)])
    return {account.uri: account for account in await views(found)}


async def by_acct(name: str, domain: str = "") -> AccountView | None:
    """By handle; `domain` is empty for those who live here."""
    return await one("a.name_key = ? AND a.domain = ?", [name.lower(), domain.lower()])


@dataclass(frozen=True, slots=True)
class Address:
    """Where somebody of ours is found, and no more: what WebFinger tells."""

    name: str
    uri: str
    url: str


async def address_by_name(name: str) -> Address | None:
    """Of somebody who is here and active, by name or slug."""
    return await _address("name_key = ? AND domain = ''", name.lower())


async def address_by_uri(uri: str) -> Address | None:
    """As `address_by_name`, by federated id."""
    return await _address("uri = ? AND domain = ''", uri)


async def _address(where: str, value: str) -> Address | None:
    found = await rows(
        f"SELECT name, uri, COALESCE(NULLIF(url, ''), uri) AS url FROM accounts WHERE {where} AND state = 'active'",
        [value],
    )
    return Address(**found[0]) if found else None


async def local_by_name(name: str) -> AccountView | None:
    """A member, organisation or topic of ours by its name or slug."""
    return await by_acct(name)


async def search(text: str, *, limit: int = 20, offset: int = 0, following: Viewer | None = None) -> list[AccountView]:
    """Accounts whose name or handle begins with, or contains, the text; the best known first."""
    name, _, domain = text.strip().lower().removeprefix("@").partition("@")
    pattern = name.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    only = " AND a.id IN (SELECT target_id FROM follows WHERE account_id = ?)" if following else ""
    found = await rows(
        f"SELECT {columns()} FROM accounts a WHERE a.state = 'active' AND a.kind <> 'instance'"
        f" AND (a.name_key LIKE ? ESCAPE '\\' OR lower(a.display_name) LIKE ? ESCAPE '\\') AND a.domain LIKE ?{only}"
        " ORDER BY (a.name_key = ?) DESC, a.followers_count DESC, a.id LIMIT ? OFFSET ?",
        [
            f"{pattern}%",
            f"%{pattern}%",
            f"{domain}%" if domain else "%",
            *([following.account_id] if following else []),
            name,
            limit,
            offset,
        ],
    )
    return await views(found)


async def relationships(viewer: Viewer, ids: Sequence[int]) -> list[RelationshipView]:
    """How the viewer stands to each, in the order asked for; in one query."""
    me = viewer.account_id
    found = await rows(
        "SELECT a.id, a.domain, f.state AS following, f.show_boosts, f.notify, g.state AS followed,"
        " (SELECT 1 FROM blocks b WHERE b.account_id = ? AND b.target_id = a.id) AS blocking,"
        " (SELECT 1 FROM blocks b WHERE b.account_id = a.id AND b.target_id = ?) AS blocked_by,"
        " (SELECT 1 FROM domain_blocks d WHERE d.account_id = ? AND d.domain = a.domain) AS domain_blocking,"
        " m.notifications AS muting_notifications, m.id AS muting, n.comment AS note"
        " FROM accounts a LEFT JOIN follows f ON f.account_id = ? AND f.target_id = a.id"
        " LEFT JOIN follows g ON g.account_id = a.id AND g.target_id = ?"
        " LEFT JOIN mutes m ON m.account_id = ? AND m.target_id = a.id AND (m.expires_at IS NULL OR m.expires_at > ?)"
        " LEFT JOIN account_notes n ON n.account_id = ? AND n.target_id = a.id WHERE a.id IN (?)",
        [me, me, me, me, me, me, now_ms(), me, list(ids)],
    )
    known = {
        row["id"]: RelationshipView(
            id=row["id"],
            following=row["following"] == "accepted",
            showing_boosts=row["following"] == "accepted" and bool(row["show_boosts"]),
            notifying=row["following"] == "accepted" and bool(row["notify"]),
            requested=row["following"] == "pending",
            requested_by=row["followed"] == "pending",
            followed_by=row["followed"] == "accepted",
            blocking=bool(row["blocking"]),
            blocked_by=bool(row["blocked_by"]),
            muting=row["muting"] is not None,
            muting_notifications=bool(row["muting_notifications"]),
            domain_blocking=bool(row["domain_blocking"]),
            note=row["note"] or "",
        )
        for row in found
    }
    return [known[account_id] for account_id in ids if account_id in known]


async def listed(join: str, condition: str, values: Sequence[Any], page: Page) -> list[tuple[int, AccountView]]:
    """A part of a list of accounts, each with the id of the row that puts it there: the cursor of its paging.

    Args:
        join: the table that holds the rows, as `x`, and its join to `accounts a`.
    """
    where, bound, order = window(page, "x.id")
    found = await rows(
        f"SELECT x.id AS cursor, {columns()} FROM {join} WHERE a.state = 'active' AND {condition} AND {where}"
        f" ORDER BY x.id {order} LIMIT ?",
        [*values, *bound, page.limit],
    )
    if order == "ASC":
        found.reverse()
    return [(row["cursor"], account) for row, account in zip(found, await views(found), strict=True)]


async def followers_of(account_id: int, page: Page) -> list[tuple[int, AccountView]]:
    return await listed(
        "follows x JOIN accounts a ON a.id = x.account_id",
        "x.target_id = ? AND x.state = 'accepted'",
        [account_id],
        page,
    )


async def following_of(account_id: int, page: Page) -> list[tuple[int, AccountView]]:
    return await listed(
        "follows x JOIN accounts a ON a.id = x.target_id",
        "x.account_id = ? AND x.state = 'accepted'",
        [account_id],
        page,
    )


async def follow_requests_of(viewer: Viewer, page: Page) -> list[tuple[int, AccountView]]:
    """Those who wait for the viewer's yes."""
    return await listed(
        "follows x JOIN accounts a ON a.id = x.account_id",
        "x.target_id = ? AND x.state = 'pending'",
        [viewer.account_id],
        page,
    )


async def blocked_by(viewer: Viewer, page: Page) -> list[tuple[int, AccountView]]:
    return await listed("blocks x JOIN accounts a ON a.id = x.target_id", "x.account_id = ?", [viewer.account_id], page)


async def muted_by(viewer: Viewer, page: Page) -> list[tuple[int, AccountView]]:
    return await listed(
        "mutes x JOIN accounts a ON a.id = x.target_id",
        "x.account_id = ? AND (x.expires_at IS NULL OR x.expires_at > ?)",
        [viewer.account_id, now_ms()],
        page,
    )
