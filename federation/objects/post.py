"""A post: a Note or Question of ours, and whatever other servers post (Article, Page, Event, Video, Image, Audio)."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Self

from federation.errors import Malformed
from federation.objects.parts import (
    Attachment,
    Emoji,
    Hashtag,
    Interaction,
    Mention,
    attachments_of,
    emojis_of,
    hashtags_of,
    links_of,
    mentions_of,
    quote_of,
    tags_json,
)
from federation.objects.poll import Poll
from federation.origin import author_of
from federation.values import (
    MAX_CONTENT,
    MAX_NAME,
    MAX_SECTIONS,
    MAX_SUMMARY,
    Json,
    addresses_of,
    dumps,
    first,
    id_of,
    integer,
    is_public,
    many,
    stamp,
    text,
    time_of,
    type_of,
    url_of,
    without_none,
)

POST_TYPES: Final = frozenset({"Note", "Question", "Article", "Page", "Event", "Video", "Image", "Audio"})

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,4}")
_MAX_FACTS: Final = 16_384
_TYPED_FACTS: Final = frozenset(
    {
        "civic:kind", "civic:stance", "civic:code", "civic:version", "civic:topicId", "civic:sections", "civic:state",
        "civic:answers", "civic:history", "civic:endorsements", "civic:coAuthors", "civic:addressedTo",
        "civic:incorporates", "civic:title", "civic:abstract", "civic:outcome", "civic:answerCode", "civic:policies",
        "civic:sameBarrier", "civic:steps", "civic:asks",
        "civic:proposalKind", "civic:contentWarning",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a structured record. The structure is the truth, and HTML `content` its rendering."""

    key: str
    source: str
    content: str

    def to_json(self) -> Json:
        return {"key": self.key, "source": self.source, "content": self.content}


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A post as the wire knows it. All HTML is as it came: cleaning is the reader's duty.

    `quote_stamp` is the quoted author's permission (FEP-044f). `civic_facts` holds the `civic:` keys that have no field
    of their own, unjudged and together at most 16 KB. `starts` and `place` are those of an Event.
    """

    id: str
    attributed_to: str
    type: str = "Note"
    name: str = ""
    summary: str = ""
    content: str = ""
    language: str = ""
    media_type: str = "text/html"
    source: str = ""
    source_type: str = "text/markdown"
    url: str | None = None
    published: datetime | None = None
    updated: datetime | None = None
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    audience: str | None = None
    in_reply_to: str | None = None
    context: str | None = None
    replies: str | None = None
    likes: str | None = None
    shares: str | None = None
    sensitive: bool = False
    mentions: tuple[Mention, ...] = ()
    hashtags: tuple[Hashtag, ...] = ()
    emojis: tuple[Emoji, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    links: tuple[str, ...] = ()
    poll: Poll | None = None
    quote: str | None = None
    quote_stamp: str | None = None
    interaction: Interaction | None = None
    starts: datetime | None = None
    place: str = ""
    civic_kind: str = ""
    civic_stance: str = ""
    civic_code: str = ""
    civic_version: int = 0
    civic_topic_id: str = ""
    civic_sections: tuple[Section, ...] = ()
    civic_facts: Json = field(default_factory=dict)

    @property
    def is_vote(self) -> bool:
        """Whether this is a vote in the poll it answers: a Note with only a name."""
        return self.type == "Note" and bool(self.name and self.in_reply_to) and not (self.content or self.attachments)

    @classmethod
    def parse(cls, document: Json) -> Self:
        """Read a post.

        Raises `Malformed` without an http(s) id or with a type that is no post, `Forged` without exactly one author at
        the origin of the id.
        """
        uri, kind = id_of(document), type_of(document, POST_TYPES)
        if uri is None or kind not in POST_TYPES:
            raise Malformed("this is not a post: it needs an http(s) id and the type of a post")
        content, language = localised(document, "content", MAX_CONTENT)
        source, source_type = _source(document.get("source"))
        tag, attachment = document.get("tag"), many(document.get("attachment"))
        files = attachments_of(attachment) or attachments_of(document.get("image"))
        if kind == "Video" and not files:
            files = attachments_of(document.get("icon"))
        places = (item for item in addresses_of(document.get("audience")) if not is_public(item))
        return cls(
            id=uri,
            attributed_to=author_of(document),
            type=kind,
            name=localised(document, "name", MAX_NAME)[0],
            summary=localised(document, "summary", MAX_SUMMARY)[0],
            content=content,
            language=language or _declared(document),
            media_type=text(document.get("mediaType"), 128) or "text/html",
            source=source,
            source_type=source_type,
            url=url_of(document.get("url")),
            published=time_of(document.get("published")),
            updated=time_of(document.get("updated")),
            to=addresses_of(document.get("to")),
            cc=addresses_of(document.get("cc")),
            audience=next(places, None),
            in_reply_to=id_of(first(document.get("inReplyTo"))),
            context=id_of(document.get("context")),
            replies=id_of(document.get("replies")),
            likes=id_of(document.get("likes")),
            shares=id_of(document.get("shares")),
            sensitive=document.get("sensitive") is True,
            mentions=mentions_of(tag),
            hashtags=hashtags_of(tag),
            emojis=emojis_of(tag),
            attachments=files,
            links=links_of(attachment),
            poll=Poll.parse(document) if kind == "Question" else None,
            quote=quote_of(document),
            quote_stamp=id_of(document.get("quoteAuthorization")),
            interaction=Interaction.parse(document.get("interactionPolicy")),
            starts=time_of(document.get("startTime")) if kind == "Event" else None,
            place=_place(document.get("location")) if kind == "Event" else "",
            civic_kind=text(document.get("civic:kind"), 64),
            civic_stance=text(document.get("civic:stance"), 64),
            civic_code=text(document.get("civic:code"), 64),
            civic_version=integer(document.get("civic:version")),
            civic_topic_id=text(document.get("civic:topicId"), 256),
            civic_sections=_sections(document.get("civic:sections")),
            civic_facts=_facts(document),
        )

    def to_json(self) -> Json:
        """The post without its context; `contexts.standalone` adds that.

        A Note that has content never carries `name`: GoToSocial makes it a content warning, Mastodon a vote.
        """
        return without_none(
            {
                "id": self.id,
                "type": self.type,
                "attributedTo": self.attributed_to,
                "name": (self.name or None) if self.type != "Note" or self.is_vote else None,
                "summary": self.summary or None,
                "content": self.content or None,
                "contentMap": {self.language: self.content} if self.language and self.content else None,
                "mediaType": self.media_type if self.content else None,
                "source": {"content": self.source, "mediaType": self.source_type} if self.source else None,
                "url": self.url,
                "published": stamp(self.published) if self.published else None,
                "updated": stamp(self.updated) if self.updated else None,
                "to": list(self.to),
                "cc": list(self.cc),
                "audience": self.audience,
                "inReplyTo": self.in_reply_to,
                "context": self.context,
                "replies": self.replies,
                "likes": self.likes,
                "shares": self.shares,
                "sensitive": self.sensitive,
                "tag": tags_json(self.mentions, self.hashtags, self.emojis),
                "attachment": [
                    *(item.to_json() for item in self.attachments),
                    *({"type": "Link", "href": href} for href in self.links),
                ],
                **(self.poll.to_json() if self.poll else {}),
                "quote": self.quote,
                "quoteUrl": self.quote,
                "quoteAuthorization": self.quote_stamp,
                "interactionPolicy": self.interaction.to_json() if self.interaction else None,
                "civic:kind": self.civic_kind or None,
                "civic:stance": self.civic_stance or None,
                "civic:code": self.civic_code or None,
                "civic:version": self.civic_version or None,
                "civic:topicId": self.civic_topic_id or None,
                "civic:sections": [section.to_json() for section in self.civic_sections] or None,
                **self.civic_facts,
            }
        )


def localised(document: Json, key: str, limit: int) -> tuple[str, str]:
    """A text and its language: `content` and the entry of `contentMap` that equals it, or the map's first entry."""
    plain, by_language = document.get(key), document.get(f"{key}Map")
    entries = list(by_language.items())[:64] if isinstance(by_language, dict) else []
    entries = [(tag, value) for tag, value in entries if isinstance(value, str) and _LANGUAGE.fullmatch(tag)]
    if not isinstance(plain, str) and entries:
        plain = entries[0][1]
    language = next((tag for tag, value in entries if value == plain), entries[0][0] if entries else "")
    return text(plain, limit), language


def _source(value: object) -> tuple[str, str]:
    if not isinstance(value, dict):
        return "", "text/markdown"
    return text(value.get("content"), MAX_CONTENT), text(value.get("mediaType"), 128) or "text/markdown"


def _declared(document: Json) -> str:
    """The language an object names without a language map (Lemmy, PeerTube, Mobilizon)."""
    named = document.get("language") or document.get("inLanguage")
    tag = text(named.get("identifier") if isinstance(named, dict) else named, 35)
    return tag if _LANGUAGE.fullmatch(tag) and tag != "und" else ""


def _place(value: object) -> str:
    """The name of a place, and its town where the name leaves that open (Mobilizon)."""
    place = first(value)
    if not isinstance(place, dict):
        return text(place, 256)
    address = place.get("address")
    town = text(address.get("addressLocality"), 128) if isinstance(address, dict) else text(address, 128)
    return ", ".join(part for part in (text(place.get("name"), 256), town) if part)


def _sections(value: object) -> tuple[Section, ...]:
    found: dict[str, Section] = {}
    for item in many(value)[:MAX_SECTIONS]:
        if isinstance(item, dict) and (key := text(item.get("key"), 64)):
            section = Section(key, text(item.get("source"), MAX_CONTENT), text(item.get("content"), MAX_CONTENT))
            found.setdefault(key, section)
    return tuple(found.values())


def _facts(document: Json) -> Json:
    """Too many facts are no facts: half of them would be a different statement."""
    facts = {key: value for key, value in document.items() if key.startswith("civic:") and key not in _TYPED_FACTS}
    facts = without_none(facts)
    return facts if len(dumps(facts)) <= _MAX_FACTS else {}
