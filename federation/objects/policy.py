"""A policy: the named rule that gets in the way. It travels as a Page, which other servers show as a title with a link,
and `civic:kind` says that it is a rule and no post."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Self

from federation.errors import Malformed
from federation.names import is_url
from federation.objects.post import Section, localised
from federation.origin import author_of
from federation.values import (
    MAX_ADDRESSES,
    MAX_CONTENT,
    MAX_NAME,
    PUBLIC,
    Json,
    id_of,
    ids_of,
    integer,
    many,
    stamp,
    text,
    time_of,
    type_of,
    url_of,
    without_none,
)

KIND: Final = "policy"
_FORMS: Final = frozenset({"Page", "Article"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A policy as the wire knows it. `texts` are what is said about it by key: `source` what the rule says, `explained`
    what that means, `easy` in easy words; all HTML is as it came. `owner` is the account of whoever can change it."""

    id: str
    attributed_to: str
    name: str
    published: datetime
    updated: datetime | None = None
    language: str = ""
    kind: str = ""
    owner_name: str = ""
    owner: str | None = None
    web_url: str | None = None
    texts: Mapping[str, Section] = field(default_factory=dict)
    same_as: tuple[str, ...] = ()
    version: int = 1
    followers: str | None = None

    @classmethod
    def parse(cls, document: Json) -> Self:
        """Read a policy.

        Raises `Malformed` for what is none, without id, name or time, and `Forged` without exactly one author at the
        origin of the id.
        """
        uri, published = id_of(document), time_of(document.get("published"))
        name, language = localised(document, "name", MAX_NAME)
        if not is_policy(document) or uri is None or not name or published is None:
            raise Malformed("this is not a policy: it needs an http(s) id, a name and a time")
        owner = document.get("civic:owner")
        owner = owner if isinstance(owner, dict) else {}
        web = url_of(document.get("civic:web"))
        return cls(
            id=uri,
            attributed_to=author_of(document),
            name=name,
            published=published,
            updated=time_of(document.get("updated")),
            language=language or localised(document, "content", MAX_CONTENT)[1],
            kind=text(document.get("civic:policyKind"), 32),
            owner_name=text(owner.get("name"), 255),
            owner=id_of(owner),
            web_url=web if web and is_url(web) else None,
            texts=_texts(document.get("civic:sections")),
            same_as=tuple(each for each in ids_of(document.get("civic:sameAs"), MAX_ADDRESSES) if each != uri),
            version=integer(document.get("civic:version")) or 1,
        )

    def to_json(self) -> Json:
        """The policy without its context. Its `content` is a rendering of the texts."""
        content = "".join(section.content for section in self.texts.values())
        return without_none(
            {
                "id": self.id,
                "type": "Page",
                "attributedTo": self.attributed_to,
                "name": self.name,
                "content": content or None,
                "contentMap": {self.language: content} if self.language and content else None,
                "url": self.id,
                "published": stamp(self.published),
                "updated": stamp(self.updated) if self.updated else None,
                "to": [PUBLIC],
                "cc": [self.followers] if self.followers else [],
                "civic:kind": KIND,
                "civic:policyKind": self.kind or None,
                "civic:owner": without_none({"id": self.owner, "name": self.owner_name}) if self.owner_name else None,
                "civic:web": self.web_url or None,
                "civic:sections": [section.to_json() for section in self.texts.values()] or None,
                "civic:sameAs": list(self.same_as) or None,
                "civic:version": self.version,
            }
        )


def is_policy(document: Json) -> bool:
    """Whether a document says that it is a policy."""
    return document.get("civic:kind") == KIND and type_of(document, _FORMS) in _FORMS


def _texts(value: object) -> dict[str, Section]:
    found: dict[str, Section] = {}
    for item in many(value)[:8]:
        if isinstance(item, dict) and (key := text(item.get("key"), 64)):
            section = Section(key, text(item.get("source"), MAX_CONTENT), text(item.get("content"), MAX_CONTENT))
            found.setdefault(key, section)
    return found
