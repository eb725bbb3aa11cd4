"""A grammar of what other software sends: each dialect says the same few things in its own words.

Written from the documentation of each; `tests/payloads` holds whole examples.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from tests.elsewhere import PUBLIC

Json = dict[str, Any]
Some = st.SearchStrategy[Any]

HERE = "https://oak.example"
OURS = (f"{HERE}/users/rosa", f"{HERE}/topics/damp-homes", f"{HERE}/posts/1", f"{HERE}/actor")
TIMES = (
    "2026-11-20T10:00:00Z", "2026-11-20T10:00:00.123456+01:00", "2026-11-20T10:00:00.000000+00:00", "2026-11-20 10:00",
    "2026-11-20", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z", None,
)  # fmt: skip
WORDS = (
    "Damp", "みお", "مرحبا", "e\u0301", "👩‍👩‍👧", "<b>x</b>", "a & b", "", " ", "#housing", "@rosa@oak.example",
    "Wording:\nNew", "x" * 300,
)  # fmt: skip
MARKUP = (
    "<p>Damp again</p>",
    '<p><a href="https://oak.example/users/rosa" class="u-url mention">@<span>rosa</span></a></p>',
    "<h2>Many</h2><ul><li>one<li>two</ul><blockquote>said</blockquote><pre><code>x</code></pre>",
    "<p>#Proposal<br>What we see: mould<br>What should change: heat</p>",
    "<div dir=rtl><p>unclosed <a href=//elm.example>x<img src=x onerror=alert(1)><math><annotation-xml>",
    "**damp** and [a link](https://elm.example)",
    "",
)


@dataclass(frozen=True)
class Dialect:
    """How one kind of server writes. `more` are properties that it alone adds, `folder` is where its posts are."""

    name: str
    folder: str
    types: tuple[str, ...]
    verbs: tuple[str, ...] = ("Create", "Update", "Delete", "Announce", "Like", "Undo", "Follow", "Accept")
    context: Any = "https://www.w3.org/ns/activitystreams"
    media: tuple[str, ...] = ("Document",)
    one_is_no_list: bool = False
    more: Json = field(default_factory=dict)
    activity: Json = field(default_factory=dict)


AS = "https://www.w3.org/ns/activitystreams"
DIALECTS = (
    Dialect(
        "mastodon",
        "statuses",
        ("Note", "Question"),
        ("Create", "Update", "Delete", "Announce", "Like", "Undo", "Follow", "Accept", "Reject", "Block", "Flag",
        "Move",
         "Add", "Remove", "QuoteRequest"),
        [AS, {"toot": "http://joinmastodon.org/ns#", "sensitive": "as:sensitive"}],
        more={"atomUri": "https://elm.example/a", "conversation": "tag:elm.example,2026:1", "inReplyToAtomUri": None},
        activity={"signature": {"type": "RsaSignature2017", "signatureValue": "AAAA"}},
    ),
    Dialect(
        "gotosocial", "statuses", ("Note", "Question", "Article"), context=["https://gotosocial.org/ns", AS],
        media=("Image", "Video"), one_is_no_list=True,
        more={"interactionPolicy": {"canReply": {"always": PUBLIC, "approvalRequired": []}}, "replyApproval": None},
    ),
    Dialect(
        "lemmy", "post", ("Page", "Note"),
        ("Create", "Update", "Delete", "Announce", "Like", "Dislike", "Undo", "Follow", "Accept", "Flag", "Add",
        "Remove", "Block", "Lock"),
        ["https://join-lemmy.org/context.json", AS], media=("Link", "Image", "Document"),
        more={"language": {"identifier": "en", "name": "English"}, "distinguished": False, "commentsEnabled": True},
        activity={"audience": f"{HERE}/topics/damp-homes"},
    ),
    Dialect(
        "piefed", "post", ("Page", "Note", "Question"), ("Create", "Update", "Delete", "Announce", "Like", "Dislike",
        "Undo", "Follow", "Flag", "Lock"),
        media=("Link", "Image"), more={"nsfl": False, "flair": "tenant", "replies": [],
        "language": {"identifier": "en"}},
        activity={"audience": f"{HERE}/topics/damp-homes"},
    ),
    Dialect(
        "mobilizon", "events", ("Event", "Article", "Note"), ("Create", "Update", "Delete", "Join", "Leave", "Invite",
        "Follow", "Announce", "Remove"),
        more={"startTime": "2026-12-01T18:00:00+01:00", "joinMode": "free", "location": {"type": "Place",
        "name": "Town hall",
              "address": {"type": "PostalAddress", "addressLocality": "Leeds"}, "latitude": 53.8}, "inLanguage": "en"},
        activity={"attributedTo": "https://elm.example/@group"},
    ),
    Dialect(
        "peertube", "videos/watch", ("Video", "Note"), ("Create", "Update", "Delete", "Announce", "Like", "Dislike",
        "View", "Undo", "Follow"),
        media=("Image",),
        more={"duration": "PT125S", "views": 12, "category": {"identifier": "11"}, "icon": [{"type": "Image",
        "url": "https://elm.example/t.jpg"}],
              "subtitleLanguage": [], "hasParts": "https://elm.example/chapters", "isLiveBroadcast": None},
    ),
    Dialect(
        "pixelfed", "p", ("Note", "Question"), media=("Image", "Document", "Video"), one_is_no_list=False,
        more={"capabilities": {"announce": PUBLIC, "like": PUBLIC, "reply": None}, "location": {"type": "Place",
        "longitude": "-1.5"}},
    ),
    Dialect(
        "misskey", "notes", ("Note", "Question"), ("Create", "Delete", "Announce", "Like", "EmojiReact", "Undo",
        "Follow", "Block", "Flag", "Move"),
        more={"_misskey_content": "x", "_misskey_quote": f"{HERE}/posts/1", "quoteUrl": f"{HERE}/posts/1",
        "isCat": True},
        activity={"_misskey_reaction": "🎉", "content": ":cat:"},
    ),
    Dialect(
        "wordpress", "archives", ("Article", "Note", "Page"), media=("Image", "Audio", "Video"),
        more={"preview": {"type": "Note", "content": "<p>Why</p>"}, "nameMap": {"en": "Why"},
        "image": {"type": "Image", "url": "https://elm.example/f.jpg"}},
    ),
    Dialect(
        "pleroma", "objects", ("Note", "Question", "Article", "Audio", "Event", "ChatMessage"),
        ("Create", "Update", "Delete", "Announce", "Like", "EmojiReact", "Undo", "Follow", "Accept", "Move", "Flag"),
        [AS, "https://elm.example/schemas/litepub-0.1.jsonld", {"@language": "und"}],
        more={"emoji": {"blob": "https://elm.example/blob.png"}, "context": "https://elm.example/contexts/1",
        "source": "hello"},
    ),
    Dialect(
        "folkmoot", "proposals", ("Article", "Note", "Question", "Page"), ("Create", "Update", "Delete", "Announce",
        "Like", "Undo", "Flag"),
        more={"civic:kind": "proposal", "civic:sections": [{"key": "seen", "source": "Damp", "content": "<p>Damp</p>"}],
              "civic:state": "sent", "civic:steps": [{"id": "https://elm.example/steps/1", "kind": "sent",
              "published": "2026-11-20T10:00:00Z"}],
              "civic:asks": [{"name": "Council", "actor": "https://elm.example/users/s1", "days": [5, 20, 60]}]},
        activity={"civic:mandate": "Board", "proof": {"type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022"}},
    ),
)  # fmt: skip


def one_of(*values: Any) -> Some:
    return st.sampled_from(values)


def one_or_many(values: Some) -> Some:
    """A value alone, in a list, twice in a list, or none."""
    return st.one_of(values, st.lists(values, max_size=3))


def addresses(who: str) -> Some:
    known = one_of(PUBLIC, "as:Public", f"{who}/followers", *OURS)
    return one_or_many(known)


def files(dialect: Dialect) -> Some:
    file = st.fixed_dictionaries(
        {"type": st.sampled_from(dialect.media), "mediaType": one_of("image/jpeg", "video/mp4", "text/html", None)},
        optional={
            "url": one_of(
                "https://elm.example/1.jpg",
                [{"type": "Link", "href": "https://elm.example/1.jpg", "mediaType": "image/jpeg"}],
            ),
            "href": one_of("https://news.example/damp"),
            "name": st.sampled_from(WORDS),
            "summary": st.sampled_from(WORDS),
            "blurhash": one_of("UKO2?U%2Tw=w]~RBVZRi};RPxuwH", "x"),
            "focalPoint": one_of([0.0, -0.5], [0, 0], [2, 2], None),
            "width": one_of(800, 0, 10**9, "800"),
            "height": one_of(600, None),
        },
    )
    return one_or_many(file)


TAGS = one_or_many(
    st.one_of(
        st.fixed_dictionaries({"type": one_of("Mention"), "href": st.sampled_from(OURS),
        "name": st.sampled_from(WORDS)}),
        st.fixed_dictionaries(
            {"type": one_of("Hashtag"), "name": one_of("#housing", "damp", "#Proposal", "#WeSeeThisToo", "#for")},
            optional={"href": one_of("https://elm.example/tags/damp")},
        ),
        st.fixed_dictionaries(
            {
                "type": one_of("Emoji"),
                "name": one_of(":blob:", "blob"),
                "icon": one_of({"type": "Image", "url": "https://elm.example/blob.png"}, None),
            }
        ),
        st.fixed_dictionaries(
            {
                "type": one_of("Link"),
                "rel": one_of("https://misskey-hub.net/ns#_misskey_quote", "quote"),
                "href": st.sampled_from(OURS),
            }
        ),
        st.fixed_dictionaries({"type": one_of("Edition", "Infohash"), "name": st.sampled_from(WORDS)}),
    )
)  # fmt: skip

OPTIONS = st.lists(
    st.fixed_dictionaries(
        {"type": one_of("Note"), "name": st.sampled_from(WORDS)},
        optional={"replies": st.fixed_dictionaries({"type": one_of("Collection"), "totalItems": one_of(0, 3, 2**40)})},
    ),
    max_size=4,
)


@st.composite
def posts(draw: st.DrawFn, dialect: Dialect, who: str) -> Json:
    """An object as this dialect writes it."""
    domain = who.split("/users/")[0]
    kind = draw(st.sampled_from(dialect.types))
    content = draw(st.sampled_from(MARKUP))
    document: Json = {
        "id": f"{domain}/{dialect.folder}/{draw(st.integers(1, 60))}",
        "type": kind,
        "attributedTo": draw(one_of(who, [who], [{"type": "Person", "id": who}, {"type": "Group", "id": f"{who}/g"}])),
        "to": draw(addresses(who)),
        "cc": draw(addresses(who)),
        "published": draw(st.sampled_from(TIMES)),
        "content": content,
        "tag": draw(TAGS),
        "attachment": draw(files(dialect)),
        **dialect.more,
    }
    extra = st.fixed_dictionaries(
        {},
        optional={
            "contentMap": one_of({"en": content}, {"de": content, "en": "other"}, {"xx-yy": None}),
            "inReplyTo": one_of(f"{HERE}/posts/1", f"{domain}/{dialect.folder}/1", None),
            "summary": st.sampled_from(WORDS),
            "name": st.sampled_from(WORDS),
            "sensitive": one_of(True, False, None, 1),
            "updated": st.sampled_from(TIMES),
            "url": one_of(
                f"{domain}/@x/1",
                [{"type": "Link", "mediaType": "text/html", "href": f"{domain}/w/1"}],
                {"type": "Link", "href": f"{domain}/w/2"},
            ),
            "mediaType": one_of("text/html", "text/markdown", "text/x.misskeymarkdown"),
            "source": one_of({"content": "**x**", "mediaType": "text/markdown"}, "x", None),
            "replies": one_of(f"{domain}/replies", {"type": "Collection", "id": f"{domain}/replies", "first": None}),
            "quote": st.sampled_from(OURS),
        },
    )
    document |= draw(extra)
    if kind == "Question":
        document[draw(one_of("oneOf", "anyOf"))] = draw(OPTIONS)
        document |= {"endTime": draw(st.sampled_from(TIMES)), "votersCount": draw(one_of(0, 5, None))}
    return document


@st.composite
def activities(draw: st.DrawFn, who: str = "https://elm.example/users/s1") -> Json:
    """An activity by `who`, in any dialect."""
    dialect = draw(st.sampled_from(DIALECTS))
    domain = who.split("/users/")[0]
    verb = draw(st.sampled_from(dialect.verbs))
    post = draw(posts(dialect, who))
    aim = draw(st.sampled_from(OURS))
    obj: Callable[[], Any] = {
        "Create": lambda: draw(one_of(post, post, [post], [post, {**post, "id": post["id"] + "b"}], post["id"])),
        "Update": lambda: draw(one_of(post, actor(who, dialect.name), post["id"])),
        "Delete": lambda: draw(one_of(post["id"], {"type": "Tombstone", "id": post["id"]}, who)),
        "Announce": lambda: draw(one_of(aim, post["id"], post, {"type": "Create", "id": f"{domain}/c", "actor": who,
        "object": post})),
        "Undo": lambda: {"type": draw(one_of("Like", "Follow", "Announce", "Block")), "id": f"{domain}/x/1",
        "actor": who, "object": aim},
        "Accept": lambda: {"type": "Follow", "id": f"{HERE}/follows/1", "actor": f"{HERE}/users/rosa", "object": who},
        "Flag": lambda: draw(one_of(aim, [aim, f"{HERE}/posts/1"])),
        "Move": lambda: who,
    }.get(verb, lambda: aim)  # fmt: skip
    document = {
        "@context": dialect.context,
        "id": f"{domain}/activities/{draw(st.integers(1, 10**6))}",
        "type": verb,
        "actor": who,
        "object": obj(),
        "to": post["to"],
        "cc": post["cc"],
        **(dialect.activity if draw(st.booleans()) else {}),
    }
    if verb in ("Add", "Remove", "Move"):
        document["target"] = draw(one_of(f"{who}/featured", aim, f"{domain}/users/s2"))
    return document


def actor(who: str, flavour: str) -> Json:
    """A profile as this software writes it."""
    name = who.rpartition("/")[2]
    return {
        "id": who,
        "type": "Group" if flavour == "lemmy" else "Person",
        "preferredUsername": name,
        "name": name.title(),
        "summary": "<p>x</p>",
        "inbox": f"{who}/inbox",
        "outbox": f"{who}/outbox",
        "followers": f"{who}/followers",
        "endpoints": {"sharedInbox": None if flavour == "gotosocial" else "https://elm.example/inbox"},
        "icon": [{"type": "Image", "url": "https://elm.example/48.png"}] if flavour == "peertube" else None,
        "attachment": [{"type": "PropertyValue", "name": "Site", "value": "<a href='https://elm.example'>x</a>"}],
        "alsoKnownAs": [] if flavour == "mastodon" else None,
        "publicKey": {"id": f"{who}#main-key", "owner": who, "publicKeyPem": "PEM"},
    }
