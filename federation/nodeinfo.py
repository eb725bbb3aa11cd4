"""What an instance says about itself (NodeInfo 2.0 and 2.1, FEP-2677, FEP-0151).

It is for people and statistics. What another server can do is never decided by it: that is `implements` of its actor.
"""

from dataclasses import dataclass
from typing import Final, Literal

from federation.errors import Malformed
from federation.names import is_url, same_origin
from federation.values import Json, integer, many, text, without_none

Version = Literal["2.0", "2.1"]

_SCHEMA: Final = "http://nodeinfo.diaspora.software/ns/schema/"
_APPLICATION: Final = "https://www.w3.org/ns/activitystreams#Application"
_MAX_LINKS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeInfo:
    """One instance in numbers. A count of None is not told."""

    software: str
    version: str
    name: str = ""
    open_registrations: bool = False
    users: int | None = None
    users_month: int | None = None
    users_half_year: int | None = None
    posts: int | None = None
    repository: str | None = None

    def to_json(self, schema: Version) -> Json:
        """The document in one of the two versions; only 2.1 knows a repository."""
        software = {"name": self.software, "version": self.version}
        if schema == "2.1" and self.repository:
            software["repository"] = self.repository
        users = {"total": self.users, "activeMonth": self.users_month, "activeHalfyear": self.users_half_year}
        return {
            "version": schema,
            "software": software,
            "protocols": ["activitypub"],
            "services": {"inbound": [], "outbound": []},
            "openRegistrations": self.open_registrations,
            "usage": without_none({"users": without_none(users), "localPosts": self.posts}),
            "metadata": {"nodeName": self.name} if self.name else {},
        }


def links(origin: str, application: str) -> Json:
    """`/.well-known/nodeinfo`: where both versions are, and the instance's own actor (FEP-2677)."""
    return {
        "links": [
            {"rel": f"{_SCHEMA}2.0", "href": f"{origin}/nodeinfo/2.0"},
            {"rel": f"{_SCHEMA}2.1", "href": f"{origin}/nodeinfo/2.1"},
            {"rel": _APPLICATION, "href": application},
        ]
    }


def parse_links(document: Json, url: str) -> tuple[str | None, str | None]:
    """The addresses of the newest known NodeInfo and of the instance actor, if they are at the origin of `url`."""
    found: dict[str, str] = {}
    for link in many(document.get("links"))[:_MAX_LINKS]:
        if isinstance(link, dict):
            href = text(link.get("href"))
            if is_url(href) and same_origin(href, url):
                found.setdefault(text(link.get("rel")), href)
    return found.get(f"{_SCHEMA}2.1") or found.get(f"{_SCHEMA}2.0"), found.get(_APPLICATION)


def parse(document: Json) -> NodeInfo:
    """Read another instance's document. Raises `Malformed` when it does not name its software."""
    software = _object(document.get("software"))
    usage = _object(document.get("usage"))
    users = _object(usage.get("users"))
    repository = text(software.get("repository"))
    if not (name := text(software.get("name"), 64)):
        raise Malformed("the NodeInfo document does not name its software")
    return NodeInfo(
        software=name,
        version=text(software.get("version"), 64),
        name=text(_object(document.get("metadata")).get("nodeName"), 200),
        open_registrations=document.get("openRegistrations") is True,
        users=_count(users.get("total")),
        users_month=_count(users.get("activeMonth")),
        users_half_year=_count(users.get("activeHalfyear")),
        posts=_count(usage.get("localPosts")),
        repository=repository if is_url(repository) else None,
    )


def _object(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def _count(value: object) -> int | None:
    number = integer(value, -1)
    return None if number < 0 else number
