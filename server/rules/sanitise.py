"""The one place where HTML from people and other servers becomes HTML that may be shown.

Text is cleaned once, on its way in, and stored clean. Pages mark only `content_html` as safe; everything
else is escaped.
"""

import html
import re
import unicodedata
from urllib.parse import urlsplit

import nh3

from server.rules.limits import REMOTE_HTML

REL = "nofollow noopener noreferrer"

_TAGS = "p br a span strong b em i u del s code pre blockquote ul ol li h1 h2 h3 h4 h5 h6"
_DROPPED_WITH_CONTENT = (
    "script style math svg template noscript noembed noframes iframe object applet embed marquee title textarea xmp "
    "plaintext select audio video canvas head"
)
_SCHEMES = frozenset({"http", "https", "mailto"})
_CLASSES = {
    "a": frozenset({"mention", "hashtag", "u-url"}),
    "span": frozenset({"h-card", "mention", "hashtag", "invisible", "ellipsis"}),
}
_NUMBERED = {("ol", "start"), ("li", "value")}

# More rounds than any input of honest software needs; see `clean_html`.
_ROUNDS = 4

_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_ANCHOR = re.compile(r"<a(?P<attributes>(?: [^>]*)?)>(?P<body>.*?)</a>", re.S)
_HREF = re.compile(r' href="([^"]*)"')
_TAG = re.compile(r"<[^>]*>")
_HIDING = re.compile(r' class="[^"]*\b(?:invisible|ellipsis)\b[^"]*"')
_NO_CLASS = re.compile(r' class="\s*"')
_HEADING = re.compile(r"<(/?)h([156])>")
_SHORTENED = re.compile(
    r'(?:<span class="invisible">https?://(?:www\.)?</span>)?'
    r'<span(?: class="ellipsis")?>(?P<shown>[^<]*)</span>'
    r'(?:<span class="invisible">[^<]*</span>)?'
)
_BREAK = re.compile(r"<br>|</?(?:p|li|ul|ol|blockquote|pre|h[2-4])(?: [^>]*)?>")
_BLANKS = re.compile(r"\s+")

# Joiners make emoji and Persian words; tag characters make the flags of Wales and Scotland.
_KEPT_FORMAT = frozenset("\u200c\u200d") | {chr(point) for point in range(0xE0020, 0xE0080)}


def strip_unstorable(text: str) -> str:
    """The text without NUL, other control characters but tab and line ends, and lone surrogates: none of them can be
    stored by every database or stand in XML."""
    return _UNSTORABLE.sub("", text)


def clean_html(raw: str) -> str:
    """HTML that is safe to show inside a page, from HTML of any origin.

    Keeps paragraphs, emphasis, lists, quotes, code and links; headings become `h2` to `h4`. Links go to `http`,
    `https` and `mailto` only, always with a host and never with credentials; all others leave their text. A link whose
    text hides or misstates its host shows it. Pictures, styles and everything that runs are gone. Cleaning what is
    clean changes nothing: `clean_html(clean_html(x)) == clean_html(x)`.
    """
    if len(raw) > REMOTE_HTML:
        return _as_paragraph(raw[:REMOTE_HTML])
    current = raw
    for _ in range(_ROUNDS):
        # A parser may read its own output differently (links nested by way of removed elements), and whatever differs
        # could be a way through. So only a text that a further round leaves alone is let out.
        cleaned = _clean_once(current)
        if cleaned == current:
            return cleaned
        current = cleaned
    return _as_paragraph(current)


def plain_text(markup: str) -> str:
    """The words of some HTML on one line, for titles, summaries, OpenGraph and notifications. This is text: whoever
    puts it into HTML escapes it."""
    spaced = _BREAK.sub(" ", clean_html(markup))
    return _BLANKS.sub(" ", strip_unstorable(html.unescape(_TAG.sub("", spaced)))).strip()


def clean_name(text: str, limit: int) -> str:
    """A name on one line, at most `limit` characters. Control characters, direction overrides and invisible fillers
    are gone, blanks are single. Empty when nothing visible is left, so that the caller falls back to the handle."""
    spaced = "".join(" " if unicodedata.category(char) in {"Zl", "Zp", "Cc"} else char for char in text)
    shown = "".join(char for char in spaced if _may_stand_in_name(char))
    cut = _BLANKS.sub(" ", shown).strip()[:limit].rstrip("\u200d ")
    return cut if any(char not in _KEPT_FORMAT and not char.isspace() for char in cut) else ""


def _may_stand_in_name(char: str) -> bool:
    return char in _KEPT_FORMAT or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn"}


def _clean_once(raw: str) -> str:
    cleaned = strip_unstorable(_CLEANER.clean(strip_unstorable(raw)))
    cleaned = _NO_CLASS.sub("", _HEADING.sub(_demote, cleaned))
    parts, end = [], 0
    for anchor in _ANCHOR.finditer(cleaned):
        parts += [_HIDING.sub("", cleaned[end : anchor.start()]), _clean_link(anchor)]
        end = anchor.end()
    return "".join([*parts, _HIDING.sub("", cleaned[end:])])


def _as_paragraph(markup: str) -> str:
    # Only text is left, so one round is final.
    return _clean_once(
        f"<p>{html.escape(strip_unstorable(_TEXT_ONLY.clean(strip_unstorable(markup))), quote=False)}</p>"
    )


def _filter_attribute(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "href":
        return value if _is_safe_link(value) else None
    if (tag, attribute) in _NUMBERED:
        return value if re.fullmatch(r"[0-9]{1,6}", value) else None
    if attribute == "lang":
        return value if re.fullmatch(r"[A-Za-z0-9-]{1,35}", value) else None
    return None if attribute == "title" else value


def _is_safe_link(url: str) -> bool:
    # Browsers read backslashes as slashes and drop blanks, Python does neither: what the two may read differently is
    # refused.
    if re.search(r"[\s\\<>\"\x00-\x20\x7f]", url):
        return False
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    if parts.scheme == "mailto":
        return "@" in parts.path
    return parts.scheme in _SCHEMES and bool(parts.hostname) and "@" not in parts.netloc


def _demote(heading: re.Match[str]) -> str:
    return f"<{heading[1]}h{'2' if heading[2] == '1' else '4'}>"


def _clean_link(anchor: re.Match[str]) -> str:
    attributes, body = anchor["attributes"], anchor["body"]
    href = _HREF.search(attributes)
    if href is None:
        return _HIDING.sub("", body)
    host = _shown_host(html.unescape(href[1]))
    if not _is_honest_short_form(body, host):
        body = _HIDING.sub("", body)
    body = _name_true_host(body, host)
    attributes = attributes.replace(f' rel="{REL}"', "")
    rel = f"tag {REL}" if re.search(r' class="[^"]*\bhashtag\b', attributes) else REL
    return f'<a{attributes} rel="{rel}">{body}</a>'


def _shown_host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _is_honest_short_form(body: str, host: str) -> bool:
    """Whether this is Mastodon's way of shortening an address (scheme and tail hidden) with the true host in sight."""
    short = _SHORTENED.fullmatch(body)
    return short is not None and _host_of_text(html.unescape(short["shown"])) == host


def _name_true_host(body: str, host: str) -> str:
    text = html.unescape(_TAG.sub("", body)).strip()
    claimed = re.match(r"(?:https?://|www\.)\S*", text, re.I)
    if claimed is None or not host or _host_of_text(claimed[0]) == host or text.endswith(f"({host})"):
        return body
    return f"{body} ({host})"


def _host_of_text(text: str) -> str:
    bare = re.sub(r"^https?://", "", text, flags=re.I)
    return re.split(r"[/?#:\s]", bare, maxsplit=1)[0].lower().removeprefix("www.").rstrip("….,;)")


_CLEANER = nh3.Cleaner(
    tags=frozenset(_TAGS.split()),
    clean_content_tags=frozenset(_DROPPED_WITH_CONTENT.split()),
    attributes={"a": {"href"}, "ol": {"start"}, "li": {"value"}},
    allowed_classes=_CLASSES,
    attribute_filter=_filter_attribute,
    url_schemes=_SCHEMES,
    url_relative="deny",
    link_rel=REL,
)
_TEXT_ONLY = nh3.Cleaner(tags=set(), clean_content_tags=frozenset(_DROPPED_WITH_CONTENT.split()), attributes={})
