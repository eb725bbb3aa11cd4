"""From a handle to an actor and back (RFC 7033, RFC 7565, FEP-d556), and the XRD for old servers (RFC 6415)."""

from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import quoteattr

from federation.errors import Malformed
from federation.names import Acct, domain_of, is_url, parse_acct
from federation.values import Json, many, text

JRD_TYPE: Final = "application/jrd+json"
ACTIVITY_TYPE: Final = "application/activity+json"
_LD_TYPE: Final = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
_SELF_TYPES: Final = frozenset({ACTIVITY_TYPE, _LD_TYPE})
_SUBSCRIBE: Final = "http://ostatus.org/schema/1.0/subscribe"
_PROFILE: Final = "http://webfinger.net/rel/profile-page"
_MAX_LINKS: Final = 50


@dataclass(frozen=True, slots=True)
class Jrd:
    """What a WebFinger answer says: whose it is, and which actor that is.

    The caller must loop back: ask the subject's own domain when it is another, and require that the actor's name and
    host lead to this subject again. Otherwise any domain could name any actor as its own.
    """

    subject: Acct
    actor: str | None
    subscribe: str | None


def jrd_of(acct: Acct, actor: str, *, page: str, origin: str) -> Json:
    """The answer for an actor of ours. `origin` is where a remote reader comes to follow it."""
    return {
        "subject": f"acct:{acct}",
        "aliases": list(dict.fromkeys((page, actor))),
        "links": [
            {"rel": _PROFILE, "type": "text/html", "href": page},
            {"rel": "self", "type": ACTIVITY_TYPE, "href": actor},
            {"rel": _SUBSCRIBE, "template": f"{origin}/authorize_interaction?uri={{uri}}"},
        ],
    }


def parse_jrd(document: Json) -> Jrd:
    """Read another server's answer. Raises `Malformed` when its subject is no handle."""
    subject = text(document.get("subject"))
    if not subject.startswith("acct:"):
        raise Malformed("the WebFinger answer has no acct: subject")
    links = [link for link in many(document.get("links"))[:_MAX_LINKS] if isinstance(link, dict)]
    templates = (text(link.get("template")) for link in links if link.get("rel") == _SUBSCRIBE)
    return Jrd(
        subject=parse_acct(subject),
        actor=self_link(document),
        subscribe=next((template for template in templates if is_url(template) and "{uri}" in template), None),
    )


def self_link(document: Json) -> str | None:
    """The actor's id: the first link `self` with an ActivityPub media type and an http(s) address."""
    for link in many(document.get("links"))[:_MAX_LINKS]:
        if isinstance(link, dict) and link.get("rel") == "self" and text(link.get("type")) in _SELF_TYPES:
            href = text(link.get("href"))
            if is_url(href):
                return href
    return None


def parse_resource(resource: str, *, here: str, handles: str = "") -> Acct | str:
    """What a WebFinger question asks for: a handle, or the address of an actor or of the whole instance (FEP-d556).

    `here` is our domain, `handles` the one in our handles if that is another. Raises `Malformed` when it is neither, or
    about another domain.
    """
    if is_url(resource):
        if domain_of(resource) != here:
            raise Malformed("this address is not of this server")
        return resource
    acct = parse_acct(resource)
    if acct.domain not in (here, handles):
        raise Malformed("this handle is not of this server")
    return acct


def host_meta(origin: str) -> str:
    """The XRD that says where WebFinger is."""
    template = quoteattr(f"{origin}/.well-known/webfinger?resource={{uri}}")
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">\n'
        f'  <Link rel="lrdd" type="{JRD_TYPE}" template={template}/>\n'
        "</XRD>\n"
    )
