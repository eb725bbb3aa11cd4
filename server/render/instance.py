"""The instance for the outside."""

from dataclasses import dataclass
from typing import Any, Final

from server import __version__
from server.render.accounts import as_account
from server.rules import limits
from server.views.instance import InstanceView

# --- Mastodon's API: Instance (version 2 and 1) ---

MASTODON_VERSION: Final = f"4.2.0 (compatible; Folkmoot {__version__})"
SOURCE_URL: Final = "https://github.com/folkmoot/folkmoot"
IMAGE_TYPES: Final = ["image/jpeg", "image/png", "image/gif", "image/webp"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where this instance is on the web. `streaming` begins with ws; `vapid_key` is empty until push is set up."""

    origin: str
    streaming: str
    vapid_key: str = ""
    source_url: str = SOURCE_URL


def as_instance_v2(instance: InstanceView, place: Place) -> dict[str, Any]:
    """`/api/v2/instance`, with everything that some client cannot do without."""
    contact = as_account(instance.contact, place.origin) if instance.contact else None
    return {
        "domain": instance.domain,
        "title": instance.title,
        "version": MASTODON_VERSION,
        "source_url": place.source_url,
        "description": instance.description,
        "usage": {"users": {"active_month": instance.active_month}},
        "thumbnail": {
            "url": f"{place.origin}/media/default/thumbnail.png",
            "description": "",
            "blurhash": None,
            "versions": {},
        },
        "icon": [{"src": f"{place.origin}/media/default/icon.png", "size": "192x192"}],
        "languages": [instance.language or "en"],
        "configuration": {
            "urls": {
                "streaming": place.streaming,
                "status": None,
                "about": f"{place.origin}/about",
                "privacy_policy": f"{place.origin}/privacy",
                "terms_of_service": None,
            },
            "vapid": {"public_key": place.vapid_key},
            **_configuration(),
            "translation": {"enabled": False},
            "timelines_access": {
                "live_feeds": {"local": "public", "remote": "public"},
                "hashtag_feeds": {"local": "public", "remote": "public"},
                "trending_link_feeds": {"local": "disabled", "remote": "disabled"},
            },
            "limited_federation": False,
        },
        "registrations": {
            "enabled": instance.sign_up == "open",
            "approval_required": False,
            "reason_required": False,
            "message": None if instance.sign_up == "open" else "Membership here is by invitation.",
            "min_age": None,
            "url": f"{place.origin}/join" if instance.sign_up == "open" else None,
        },
        "contact": {"email": instance.contact_email, "account": contact},
        "rules": as_rules(instance),
        "wrapstodon": None,
    }


def as_instance_v1(instance: InstanceView, place: Place) -> dict[str, Any]:
    """`/api/v1/instance`, which older clients still ask for."""
    return {
        "uri": instance.domain,
        "title": instance.title,
        "short_description": instance.description,
        "description": instance.description,
        "email": instance.contact_email,
        "version": MASTODON_VERSION,
        "urls": {"streaming_api": place.streaming},
        "stats": {
            "user_count": instance.members_count,
            "status_count": instance.posts_count,
            "domain_count": instance.domains_count,
        },
        "thumbnail": f"{place.origin}/media/default/thumbnail.png",
        "languages": [instance.language or "en"],
        "registrations": instance.sign_up == "open",
        "approval_required": False,
        "invites_enabled": instance.sign_up != "closed",
        "configuration": _configuration(),
        "contact_account": as_account(instance.contact, place.origin) if instance.contact else None,
        "rules": as_rules(instance),
        "max_toot_chars": limits.STATUS,
        "poll_limits": {
            "max_options": limits.POLL_OPTIONS_MAX,
            "max_option_chars": limits.POLL_OPTION,
            "min_expiration": limits.POLL_SECONDS_MIN,
            "max_expiration": limits.POLL_SECONDS_MAX,
        },
    }


def as_rules(instance: InstanceView) -> list[dict[str, Any]]:
    return [
        {"id": str(number), "text": text, "hint": "", "translations": {}}
        for number, text in enumerate(instance.rules, start=1)
    ]


def _configuration() -> dict[str, Any]:
    return {
        "accounts": {
            "max_featured_tags": 0,
            "max_pinned_statuses": 5,
            "max_display_name_length": limits.DISPLAY_NAME,
            "max_note_length": limits.BIO,
            "max_avatar_description_length": limits.MEDIA_ALT_TEXT,
            "max_header_description_length": limits.MEDIA_ALT_TEXT,
            "max_profile_fields": limits.FIELDS,
            "profile_field_name_limit": limits.FIELD_NAME,
            "profile_field_value_limit": limits.FIELD_VALUE,
        },
        "statuses": {
            "max_characters": limits.STATUS,
            "max_media_attachments": limits.MEDIA_PER_POST,
            "characters_reserved_per_url": limits.STATUS_URL,
            "supported_mime_types": ["text/markdown", "text/plain"],
        },
        "media_attachments": {
            "supported_mime_types": IMAGE_TYPES,
            "description_limit": limits.MEDIA_ALT_TEXT,
            "image_size_limit": limits.IMAGE_BYTES,
            "image_matrix_limit": limits.IMAGE_PIXELS,
            "video_size_limit": 0,
            "video_frame_rate_limit": 0,
            "video_matrix_limit": 0,
        },
        "polls": {
            "max_options": limits.POLL_OPTIONS_MAX,
            "max_characters_per_option": limits.POLL_OPTION,
            "min_expiration": limits.POLL_SECONDS_MIN,
            "max_expiration": limits.POLL_SECONDS_MAX,
        },
    }
