"""From what a person typed to HTML: Markdown without HTML, headings, pictures or indented code, where a line break is a
line break. One renderer for apps and pages. Rendered once, when something is written, and stored.
"""

import html
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from server.rules import limits
from server.rules.sanitise import clean_html, plain_text, strip_unstorable

# Letters, digits, and the marks that Python's \w leaves out and Hebrew, Arabic, Indic and Thai words are written with.
_LETTER = "[\\w\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0900-\u0963\u0966-\u0dff\u0e30-\u0e4e\u200c]"
_MENTION = (
    r"(?<![\w/@])@(?P<name>[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,62}[A-Za-z0-9_])?)"
    r"(?:@(?P<domain>[^\W_](?:[\w.-]{0,250}[^\W_])?(?::[0-9]{1,5})?))?(?![\w@])"
)
_HASHTAG = f"(?<![\\w/&#])#(?P<tag>{_LETTER}{{1,{limits.HASHTAG}}})(?!{_LETTER}|#)"
_MARK = re.compile(f"{_MENTION}|{_HASHTAG}")
_LEADING = re.compile(rf"\s*(?:{_MARK.pattern})(?=[\s,:;]|$)[,:;]?")
_URL = re.compile(r"https?://[^\s<>]+", re.I)
_BLOCK_END = re.compile(r"(</?(?:p|ul|ol|li|blockquote|pre)>|<br />)\n")


@dataclass(frozen=True, slots=True)
class MentionTarget:
    """Where a mention leads: the page of the account, and its handle (`name` or `name@domain`)."""

    url: str
    acct: str


@dataclass(frozen=True, slots=True)
class Addressed:
    """A text without the mentions and hashtags it began with."""

    mentions: tuple[str, ...]
    hashtags: tuple[str, ...]
    rest: str


def render_markdown(source: str, *, mentions: Mapping[str, MentionTarget], tag_url: Callable[[str], str]) -> str:
    """Sanitised HTML of a text. Mentions become links where `mentions` knows them (keys as `find_mentions` gives them)
    and stay text otherwise; hashtags link to `tag_url(tag as typed)`; neither inside code or links. Bare web addresses
    become links, with `http(s)://` or `www.`"""
    env: dict[str, object] = {}
    tokens = _MARKDOWN.parse(strip_unstorable(source), env)
    for children in _inlines(tokens):
        children[:] = [linked for token in _settled(children) for linked in _link_marks(token, mentions, tag_url)]
    rendered = str(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, env))
    return clean_html(_BLOCK_END.sub(r"\1", rendered).strip())


def plain_line(source: str) -> str:
    """The words of a Markdown text on one line, without its marks."""
    return plain_text(render_markdown(source, mentions={}, tag_url=lambda tag: ""))


def find_mentions(source: str) -> list[str]:
    """Who is mentioned, in order and once each: `name` (small letters) for somebody here, `name@domain` (domain in
    small letters, port included) otherwise. Mentions in code and links do not count."""
    return list(dict.fromkeys(mention_key(mark) for mark in _marks(source) if mark["name"]))[: limits.MENTIONS]


def find_hashtags(source: str) -> list[str]:
    """The hashtags without `#`, in order and as first typed, once each whatever the case. A tag has a letter: `#4` is
    a number. Hashtags in code and links do not count."""
    tags: dict[str, str] = {}
    for mark in _marks(source):
        if is_hashtag(mark["tag"] or ""):
            tags.setdefault(mark["tag"].casefold(), mark["tag"])
    return list(tags.values())[: limits.HASHTAGS]


def strip_leading(source: str) -> Addressed:
    """Takes away the mentions and hashtags before the first word, as apps put them there when somebody answers or
    writes to a topic."""
    mentions, hashtags, end = [], [], 0
    while mark := _LEADING.match(source, end):
        if mark["name"]:
            mentions.append(mention_key(mark))
        elif is_hashtag(mark["tag"]):
            hashtags.append(mark["tag"])
        else:
            break
        end = mark.end()
    return Addressed(tuple(mentions), tuple(hashtags), source[end:].lstrip())


def visible_length(source: str) -> int:
    """How long a text counts against a limit: a web address as 23, a mention without its domain, all else in
    characters, as Mastodon's apps count."""
    shortened = _URL.sub("x" * limits.STATUS_URL, source)
    return len(re.sub(_MENTION, lambda mark: f"@{mark['name']}", shortened))


def mention_key(mark: re.Match[str]) -> str:
    return f"{mark['name']}@{mark['domain'].lower()}" if mark["domain"] else mark["name"].lower()


def is_hashtag(tag: str) -> bool:
    """Whether this word, without `#`, is a hashtag rather than a number."""
    return any(char.isalpha() for char in tag)


@lru_cache(maxsize=16)  # while a text is being posted, it is asked for its mentions, its hashtags and for #proposal
def _marks(source: str) -> tuple[re.Match[str], ...]:
    return tuple(
        mark
        for children in _inlines(_MARKDOWN.parse(strip_unstorable(source)))
        for token in _settled(children)
        if token.type == "text" and not token.meta
        for mark in _MARK.finditer(token.content)
    )


def _inlines(tokens: list[Token]) -> Iterator[list[Token]]:
    return (token.children for token in tokens if token.type == "inline" and token.children)


def _settled(children: list[Token]) -> list[Token]:
    """Inline tokens with neighbouring texts joined. A text that must stay as it is (in a link, or escaped with a
    backslash) carries `meta`."""
    settled: list[Token] = []
    inside = 0
    guessed = False
    for position, token in enumerate(children):
        if token.type == "link_open":
            # `see.It` is a sentence without a blank far more often than an address in Italy.
            text = children[position + 1].content
            guessed = token.markup == "linkify" and not re.match(r"https?://|mailto:|www\.", text, re.I)
            inside += 1
            if guessed:
                continue
        elif token.type == "link_close":
            inside -= 1
            if guessed:
                guessed = False
                continue
        elif token.type == "text_special":
            token = Token("text", "", 0, content=token.content, meta={"literal": True})
        elif token.type == "text":
            literal = {"literal": True} if inside and not guessed else {}
            token = Token("text", "", 0, content=token.content, meta=literal)
            if settled and settled[-1].type == "text" and not literal and not settled[-1].meta:
                settled[-1].content += token.content
                continue
        settled.append(token)
    return settled


def _link_marks(token: Token, mentions: Mapping[str, MentionTarget], tag_url: Callable[[str], str]) -> Iterator[Token]:
    if token.type != "text" or token.meta:
        yield token
        return
    end = 0
    for mark in _MARK.finditer(token.content):
        linked = _mention_link(mark, mentions) if mark["name"] else _hashtag_link(mark["tag"], tag_url)
        if linked:
            yield Token("text", "", 0, content=token.content[end : mark.start()])
            yield Token("html_inline", "", 0, content=linked)
            end = mark.end()
    yield Token("text", "", 0, content=token.content[end:])


def _mention_link(mark: re.Match[str], mentions: Mapping[str, MentionTarget]) -> str:
    target = mentions.get(mention_key(mark))
    if target is None:
        return ""
    name = html.escape(target.acct.partition("@")[0])
    link = f'<a href="{html.escape(target.url)}" class="u-url mention">@<span>{name}</span></a>'
    return f'<span class="h-card">{link}</span>'


def _hashtag_link(tag: str, tag_url: Callable[[str], str]) -> str:
    if not is_hashtag(tag):
        return ""
    return (
        f'<a href="{html.escape(tag_url(tag))}" class="mention hashtag" rel="tag">#<span>{html.escape(tag)}</span></a>'
    )


def _renderer() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False, "linkify": True, "breaks": True})
    markdown.enable(["linkify", "strikethrough"])
    markdown.disable(
        ["heading", "lheading", "code", "hr", "html_block", "html_inline", "image", "reference", "text_join"]
    )
    assert markdown.linkify is not None
    markdown.linkify.set({"fuzzy_email": False})
    markdown.linkify.add("//", None)
    markdown.linkify.add("ftp:", None)
    return markdown


_MARKDOWN = _renderer()
