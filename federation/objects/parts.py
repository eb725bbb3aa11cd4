"""What hangs on a post: mentions, hashtags, emoji, media, and who may interact with it."""

import re
from dataclasses import dataclass
from typing import Any, Final, Self

from federation.objects.actor import picture_of
from federation.values import (
    MAX_ALT_TEXT,
    MAX_ATTACHMENTS,
    MAX_EMOJIS,
    MAX_HASHTAGS,
    MAX_MENTIONS,
    MAX_TAGS,
    Json,
    addresses_of,
    id_of,
    integer,
    many,
    text,
    type_of,
    url_of,
    without_none,
)

_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+*-]{1,100}")
_BLURHASH = re.compile(r"[0-9A-Za-z#$%*+,\-.:;=?@\[\]^_{|}~]{6,200}")
_MEDIA_KINDS: Final = frozenset({"Document", "Image", "Video", "Audio"})
_QUOTE_RELATIONS: Final = frozenset(
    {"quote", "https://misskey-hub.net/ns#_misskey_quote", "https://w3id.org/fep/044f#quote"}
)


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody named in the text; `href` is the actor's id."""

    href: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Hashtag:
    """A hashtag, its name without `#`, as written."""

    name: str
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Emoji:
    """A custom emoji, its name without colons."""

    name: str
    url: str
    id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file with a post. `name` is its text alternative; `focal_point` runs from -1 to 1 both ways."""

    url: str
    media_type: str = ""
    name: str = ""
    blurhash: str = ""
    width: int = 0
    height: int = 0
    focal_point: tuple[float, float] | None = None

    def to_json(self) -> Json:
        """A Document: any other type of attachment makes Lemmy refuse the whole post."""
        return without_none(
            {
                "type": "Document",
                "mediaType": self.media_type or None,
                "url": self.url,
                "name": self.name or None,
                "blurhash": self.blurhash or None,
                "width": self.width or None,
                "height": self.height or None,
                "focalPoint": list(self.focal_point) if self.focal_point else None,
            }
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """Who may do what without asking (GoToSocial's interaction policy, FEP-044f). None: the author does not say.
    `reply_asking` may answer, but the author sees it first."""

    can_like: tuple[str, ...] | None = None
    can_reply: tuple[str, ...] | None = None
    can_announce: tuple[str, ...] | None = None
    can_quote: tuple[str, ...] | None = None
    reply_asking: tuple[str, ...] = ()

    @classmethod
    def parse(cls, value: object) -> Self | None:
        """Read a policy; None when there is none."""
        if not isinstance(value, dict):
            return None
        allowed = {name: _allowed(value.get(key)) for name, key in _INTERACTIONS.items()}
        if all(item is None for item in allowed.values()):
            return None
        reply = value.get("canReply")
        asking = reply.get("manualApproval", reply.get("approvalRequired")) if isinstance(reply, dict) else None
        return cls(**allowed, reply_asking=addresses_of(asking))

    def to_json(self) -> Json:
        """The policy with only what it says."""
        stated = {key: getattr(self, name) for name, key in _INTERACTIONS.items()}
        return {key: {"automaticApproval": list(who)} for key, who in stated.items() if who is not None}


_INTERACTIONS: Final = {
    "can_like": "canLike",
    "can_reply": "canReply",
    "can_announce": "canAnnounce",
    "can_quote": "canQuote",
}


def mentions_of(value: object) -> tuple[Mention, ...]:
    """The mentions in a `tag`, by actor, none twice."""
    found: dict[str, Mention] = {}
    for tag in _tags(value, "Mention"):
        href = id_of(tag.get("href"))
        if href and len(found) < MAX_MENTIONS:
            found.setdefault(href, Mention(href, text(tag.get("name"), 512)))
    return tuple(found.values())


def hashtags_of(value: object) -> tuple[Hashtag, ...]:
    """The hashtags in a `tag`, none twice whatever the case."""
    found: dict[str, Hashtag] = {}
    for tag in _tags(value, "Hashtag"):
        name = text(tag.get("name"), 255).strip().removeprefix("#")
        if name and len(found) < MAX_HASHTAGS:
            found.setdefault(name.casefold(), Hashtag(name, id_of(tag.get("href"))))
    return tuple(found.values())


def emojis_of(value: object) -> tuple[Emoji, ...]:
    """The custom emoji in a `tag`."""
    found: dict[str, Emoji] = {}
    for tag in _tags(value, "Emoji"):
        name, url = text(tag.get("name"), 255).strip(":"), picture_of(tag.get("icon"))
        if name and url and len(found) < MAX_EMOJIS:
            found.setdefault(name, Emoji(name, url, id_of(tag)))
    return tuple(found.values())


def tags_json(mentions: tuple[Mention, ...], hashtags: tuple[Hashtag, ...], emojis: tuple[Emoji, ...]) -> list[Json]:
    """One `tag` of all three."""
    return [
        *(without_none({"type": "Mention", "href": item.href, "name": item.name or None}) for item in mentions),
        *(without_none({"type": "Hashtag", "name": f"#{item.name}", "href": item.href}) for item in hashtags),
        *(
            without_none(
                {"type": "Emoji", "id": item.id, "name": f":{item.name}:", "icon": {"type": "Image", "url": item.url}}
            )
            for item in emojis
        ),
    ]


def attachments_of(value: object) -> tuple[Attachment, ...]:
    """The files in an `attachment` (or `image`); links and anything without an http(s) address are left out."""
    found = []
    for item in many(value)[:MAX_ATTACHMENTS]:
        if type_of(item) not in _MEDIA_KINDS:
            continue
        url = url_of(item.get("url")) or url_of(item.get("href"))
        if url is not None:
            found.append(_attachment(url, item))
    return tuple(found)


def links_of(value: object) -> tuple[str, ...]:
    """The addresses of the Links in an `attachment`: what the post is about (Lemmy, FEP-8967)."""
    links = (item for item in many(value)[:MAX_ATTACHMENTS] if type_of(item) == "Link")
    return tuple(dict.fromkeys(href for href in (url_of(link) for link in links) if href))


def quote_of(document: Json) -> str | None:
    """The id of the quoted post, under any of the names in use (FEP-044f, FEP-e232, Misskey, Fedibird)."""
    for key in ("quote", "quoteUrl", "quoteUri", "_misskey_quote"):
        if uri := id_of(document.get(key)):
            return uri
    links = (tag for tag in _tags(document.get("tag"), "Link") if text(tag.get("rel")) in _QUOTE_RELATIONS)
    return next((href for href in (id_of(link.get("href")) for link in links) if href), None)


def _tags(value: object, kind: str) -> list[Json]:
    return [tag for tag in many(value)[:MAX_TAGS] if type_of(tag) == kind]


def _attachment(url: str, item: Json) -> Attachment:
    media_type = text(item.get("mediaType"), 128).lower()
    kind = type_of(item).lower()
    if not _MEDIA_TYPE.fullmatch(media_type):
        # Lemmy and Mobilizon send an Image without saying which kind.
        media_type = "" if kind == "document" else f"{kind}/*"
    blurhash = text(item.get("blurhash"), 200)
    return Attachment(
        url=url,
        media_type=media_type,
        name=text(item.get("name"), MAX_ALT_TEXT) or text(item.get("summary"), MAX_ALT_TEXT),
        blurhash=blurhash if _BLURHASH.fullmatch(blurhash) else "",
        width=_pixels(item.get("width")),
        height=_pixels(item.get("height")),
        focal_point=_focal_point(item.get("focalPoint")),
    )


def _pixels(value: object) -> int:
    number = integer(value)
    return number if number <= 100_000 else 0


def _focal_point(value: Any) -> tuple[float, float] | None:
    if not isinstance(value, list) or len(value) != 2:
        return None
    numbers = [float(item) for item in value if isinstance(item, int | float) and not isinstance(item, bool)]
    if len(numbers) != 2 or any(abs(number) > 1 for number in numbers):
        return None
    return numbers[0], numbers[1]


def _allowed(value: object) -> tuple[str, ...] | None:
    """`always` is what GoToSocial wrote before `automaticApproval`."""
    if not isinstance(value, dict):
        return None
    return addresses_of(value.get("automaticApproval", value.get("always")))
