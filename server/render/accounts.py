"""Accounts for the outside."""

from collections.abc import Mapping
from datetime import UTC, datetime
from html import escape
from typing import Any, Final
from urllib.parse import quote

from server.render.media import absolute
from server.rules.accounts import ROLE_WORDS
from server.views.accounts import AccountView, MemberView, OrganisationRef, RelationshipView

# --- Mastodon's API: Account, CredentialAccount, Relationship ---

MOST: Final = 2**31 - 1
_ROLE_IDS: Final = {"member": "-99", "steward": "1", "guardian": "2", "admin": "3", "organisation": "4", "owner": "5"}
_ROLE_NAMES: Final[Mapping[str, str]] = {
    **{str(role): word for role, word in ROLE_WORDS.items()},
    "organisation": "Organisation",
    "owner": "Policy owner",
}
_ROLE_COLOURS: Final = {
    "steward": "#1d5c8a",
    "guardian": "#5b3f8c",
    "admin": "#8a3a1d",
    "organisation": "#2f5d50",
    "owner": "#6b4a00",
}
_PERMISSIONS: Final = {"steward": "16", "guardian": "16", "admin": "1"}


def stamp(at: datetime) -> str:
    """A time as every client reads it: UTC with three fraction digits."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def maybe_stamp(at: datetime | None) -> str | None:
    return None if at is None else stamp(at)


def count(number: int) -> int:
    """Counts are read into 32 bits by some clients."""
    return max(0, min(number, MOST))


def as_account(account: AccountView, origin: str) -> dict[str, Any]:
    """An Account, the same for every viewer. A picture is always real: without one of their own there is a default."""
    avatar = absolute(origin, account.avatar.url if account.avatar else "/media/default/avatar.png")
    header = absolute(origin, account.header.url if account.header else "/media/default/header.png")
    created = account.created_at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return {
        "id": str(account.id),
        "username": account.name,
        "acct": account.acct,
        "display_name": account.display_name or account.name,
        "locked": account.locked,
        "bot": account.bot,
        "discoverable": account.discoverable,
        "indexable": account.discoverable,
        "group": account.kind == "topic",
        "created_at": stamp(created),
        "note": account.summary_html,
        "url": account.url or account.uri,
        "uri": account.uri,
        "avatar": avatar,
        "avatar_static": avatar,
        "avatar_description": account.avatar.description if account.avatar else "",
        "header": header,
        "header_static": header,
        "header_description": account.header.description if account.header else "",
        "followers_count": count(account.followers_count),
        "following_count": count(account.following_count),
        "statuses_count": count(account.posts_count),
        "last_status_at": account.last_post_at.astimezone(UTC).date().isoformat() if account.last_post_at else None,
        "hide_collections": account.hides_network,
        "noindex": not account.discoverable,
        "emojis": [],
        "roles": as_roles(account),
        "fields": [*_organisation_field(account), *_hashtag_field(account, origin), *as_fields(account)],
        "civic": {
            "role": account.frontline_role or None,
            "organisation": as_organisation(account.organisation, origin) if account.organisation else None,
        },
        **({"suspended": True} if account.suspended else {}),
        **({"limited": True} if account.limited else {}),
    }


def as_person(account: AccountView) -> dict[str, Any]:
    """Enough of an account to name and link it."""
    return {
        "id": str(account.id),
        "acct": account.acct,
        "name": account.shown_name,
        "url": account.url or account.uri,
    }


def as_fields(account: AccountView) -> list[dict[str, Any]]:
    """The lines that somebody wrote on their profile."""
    return [{"name": field.name, "value": field.html, "verified_at": None} for field in account.fields]


def _organisation_field(account: AccountView) -> list[dict[str, Any]]:
    """The organisation as a line of the profile, for apps that do not know `civic`."""
    if account.organisation is None:
        return []
    url, name = escape(account.organisation.url), escape(account.organisation.name, quote=False)
    link = f'<a href="{url}" rel="nofollow noopener">{name}</a>'
    return [{"name": "Organisation", "value": link, "verified_at": None}]


def _hashtag_field(account: AccountView, origin: str) -> list[dict[str, Any]]:
    """The hashtag of a topic, which leads to it from servers that know no groups."""
    if not account.hashtag:
        return []
    url, name = f"{origin}/tags/{quote(account.hashtag, safe='')}", escape(account.hashtag, quote=False)
    link = f'<a href="{url}" class="mention hashtag" rel="tag">#<span>{name}</span></a>'
    return [{"name": "Hashtag", "value": link, "verified_at": None}]


def as_organisation(organisation: OrganisationRef, origin: str) -> dict[str, Any]:
    """The organisation that somebody belongs to, by the account it has here."""
    picture = organisation.picture
    return {
        "id": str(organisation.id),
        "acct": organisation.acct,
        "name": organisation.name,
        "uri": organisation.uri,
        "url": organisation.url,
        "logo": absolute(origin, picture.small_url) if picture else None,
    }


def as_roles(account: AccountView) -> list[dict[str, str]]:
    """The badge of those who hold an office here, of our organisations, and of those among them who can change a rule:
    whoever may answer a proposal has one. As in Mastodon, nobody from elsewhere does."""
    if not account.local:
        return []
    if account.kind == "organisation":
        return [_role("owner" if account.owns_policies else "organisation")]
    return [] if account.role in ("", "member") else [_role(account.role)]


def as_credential_account(member: MemberView, origin: str, *, follow_requests: int) -> dict[str, Any]:
    """The member's own account, with what they wrote as they wrote it."""
    account = member.account
    chosen = member.settings
    return {
        **as_account(account, origin),
        "source": {
            "privacy": chosen.get("visibility", "public"),
            "sensitive": chosen.get("sensitive") == "true",
            "language": chosen.get("language") or member.locale or None,
            "note": account.summary_source,
            "fields": [{"name": field.name, "value": field.source, "verified_at": None} for field in account.fields],
            "follow_requests_count": count(follow_requests),
            "hide_collections": account.hides_network,
            "discoverable": account.discoverable,
            "indexable": account.discoverable,
            "attribution_domains": [],
            "quote_policy": "nobody",
        },
        "role": {**_role(member.role), "permissions": _PERMISSIONS.get(member.role, "0"), "highlighted": True},
    }


def as_preferences(settings: Mapping[str, str], locale: str) -> dict[str, Any]:
    return {
        "posting:default:visibility": settings.get("visibility", "public"),
        "posting:default:sensitive": settings.get("sensitive") == "true",
        "posting:default:language": settings.get("language") or locale or None,
        "posting:default:quote_policy": "nobody",
        "reading:expand:media": settings.get("expand_media", "default"),
        "reading:expand:spoilers": settings.get("expand_spoilers") == "true",
        "reading:autoplay:gifs": False,
    }


def as_relationship(relationship: RelationshipView) -> dict[str, Any]:
    """A Relationship; every answer is a boolean, for a missing one breaks the profile in some clients."""
    return {
        "id": str(relationship.id),
        "following": relationship.following,
        "showing_reblogs": relationship.showing_boosts,
        "notifying": relationship.notifying,
        "languages": None,
        "followed_by": relationship.followed_by,
        "blocking": relationship.blocking,
        "blocked_by": relationship.blocked_by,
        "muting": relationship.muting,
        "muting_notifications": relationship.muting_notifications,
        "muting_expires_at": None,
        "requested": relationship.requested,
        "requested_by": relationship.requested_by,
        "domain_blocking": relationship.domain_blocking,
        "endorsed": relationship.endorsed,
        "note": relationship.note,
    }


def _role(role: str) -> dict[str, str]:
    return {
        "id": _ROLE_IDS.get(role, "-99"),
        "name": _ROLE_NAMES.get(role, "Member"),
        "color": _ROLE_COLOURS.get(role, ""),
    }
