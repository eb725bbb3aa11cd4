"""What a proposal is made of, how it is read out of a text from any app, and how it is written for one."""

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from server.rules import limits
from server.rules.errors import Invalid, Text
from server.rules.sanitise import REL, plain_text, strip_unstorable
from server.rules.text import find_hashtags, find_mentions, is_hashtag, plain_line, strip_leading

SectionKey = Literal["seen", "rule", "change", "evidence", "affected", "tried", "better", "easy"]
State = Literal[
    "draft", "raised", "agreed", "sent", "answered", "in_action", "closed", "held", "linked", "dormant", "withdrawn"
]

SECTION_TITLES: dict[SectionKey, str] = {
    "seen": "What we see",
    "rule": "Which rule",
    "change": "What should change",
    "evidence": "Evidence",
    "affected": "Who is affected",
    "tried": "What was tried",
    "better": "What would get better",
    "easy": "In easy words",
}
SECTION_KEYS: tuple[SectionKey, ...] = tuple(SECTION_TITLES)
REQUIRED_SECTIONS: tuple[SectionKey, ...] = ("seen", "rule", "change")
NOT_SAID = "Not said yet"

STATE_WORDS: dict[State, str] = {
    "draft": "Draft",
    "raised": "Raised",
    "agreed": "Agreed",
    "sent": "Sent",
    "answered": "Answered",
    "in_action": "In action",
    "closed": "Closed",
    "held": "Held for a steward to read",
    "linked": "Linked",
    "dormant": "Dormant",
    "withdrawn": "Withdrawn",
}
STATES: tuple[State, ...] = tuple(STATE_WORDS)
SIDE_STATES: frozenset[State] = frozenset({"held", "linked", "dormant", "withdrawn"})

HASHTAG = "proposal"
DESK = "proposals"

_LABELS: dict[str, SectionKey] = {
    "what we see": "seen",
    "see": "seen",
    "which rule": "rule",
    "rule": "rule",
    "barrier": "rule",
    "what should change": "change",
    "change": "change",
    "evidence": "evidence",
    "who is affected": "affected",
    "affected": "affected",
    "what was tried": "tried",
    "tried": "tried",
    "what would get better": "better",
    "in easy words": "easy",
    # German, as our pages and letters say them to whoever answers in it.
    "was wir sehen": "seen",
    "welche regel": "rule",
    "regel": "rule",
    "was sich ändern soll": "change",
    "belege": "evidence",
    "wer betroffen ist": "affected",
    "was ausprobiert wurde": "tried",
    "was besser würde": "better",
    "in einfachen worten": "easy",
}
# The short labels are also how sentences begin ("See the letter", "Change the form"): they need a colon, bold, or the
# line to themselves.
_LABEL = re.compile(
    r"""[ \t]* (?:[-*+>][ \t]+ | \#{1,6}[ \t]+)? (?P<bold>\*\*|__)? [ \t]*
    (?: (?P<long>what[ ]we[ ]see|which[ ]rule|what[ ]should[ ]change)\b
        (?:[ ]at[ ]the[ ]frontline\b | [ ]causes[ ]it\b)?
      | (?P<short>see|rule|barrier|change|evidence|(?:who[ ]is[ ])?affected|(?:what[ ]was[ ])?tried
        |what[ ]would[ ]get[ ]better|in[ ]easy[ ]words
        |was[ ]wir[ ]sehen|(?:welche[ ])?regel|was[ ]sich[ ]ändern[ ]soll|belege|wer[ ]betroffen[ ]ist
        |was[ ]ausprobiert[ ]wurde|was[ ]besser[ ]würde|in[ ]einfachen[ ]worten)(?![^\W_]) )
    [ \t]* (?P<mark>[:：?][:：]?)? [ \t]* (?(bold)(?P=bold)) [ \t]* (?P<after>[:：])? [ \t]*""",
    re.I | re.X,
)
_TITLE_MARKS = re.compile(r"\s*(?:#{1,6}\s+|>\s*|[-*+]\s+)")
_PROPOSAL_TAG = re.compile(rf"(?<!\w)#{HASHTAG}(?!\w)", re.I)
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")


@dataclass(frozen=True, slots=True)
class Section:
    """One answer: `source` is Markdown as typed."""

    key: SectionKey
    source: str


@dataclass(frozen=True, slots=True)
class ParsedProposal:
    """A proposal read out of a text. `missing` names the required sections without words; `mentions` are the leading
    ones alone, `hashtags` all of them."""

    title: str
    sections: tuple[Section, ...]
    missing: tuple[SectionKey, ...]
    mentions: tuple[str, ...]
    hashtags: tuple[str, ...]


def is_proposal_text(source: str, topic_mentions: Iterable[str], *, domain: str = "") -> bool:
    """Whether a root post with this text raises a proposal: it mentions a topic and has `#proposal` in any case, or is
    sent to `@proposals` of this `domain`. `topic_mentions` holds the keys of `find_mentions` that are topics."""
    mentioned = {mention.lower() for mention in find_mentions(source)}
    if mentioned & {DESK, f"{DESK}@{domain.lower()}"}:
        return True
    tagged = HASHTAG in {tag.casefold() for tag in find_hashtags(source)}
    return tagged and not mentioned.isdisjoint(mention.lower() for mention in topic_mentions)


def parse_from_app(source: str) -> ParsedProposal:
    """Reads title and sections out of any text; there is none that it refuses.

    Mentions and hashtags at the start are stripped, and so are lines of hashtags at the end. The first line is the
    title without Markdown; what does not fit goes on into the text. Text before the first label is what we see, for a
    person who knows of no labels writes just that. A first line that is a label leaves the title to the section's
    first words.
    """
    addressed = strip_leading(strip_unstorable(source).replace("\r\n", "\n").replace("\r", "\n"))
    lines = _without_tag_lines(addressed.rest.split("\n"))
    title, rest = "", ""
    if lines and _label(lines[0]) is None:
        title, rest = _cut(_title_words(lines.pop(0)))
    sections = _sections([rest, *lines] if rest else lines, "seen")
    if not title:
        title = next((cut for section in sections if (cut := _cut(_title_words(section.source))[0])), "")
    present = {section.key for section in sections}
    return ParsedProposal(
        title=title,
        sections=sections,
        missing=tuple(key for key in REQUIRED_SECTIONS if key not in present),
        mentions=addressed.mentions,
        hashtags=tuple(find_hashtags(source)),
    )


def compose_source(title: str, sections: Sequence[Section]) -> str:
    """The text an app would have sent for this title and these sections: `parse_from_app` reads it back."""
    parts = [title, *(f"{SECTION_TITLES[section.key]}:\n{section.source}" for section in sections if section.source)]
    return "\n\n".join(parts)


def compose_html(sections_html: Iterable[tuple[SectionKey, str]]) -> str:
    """The AP `content`: each section's sanitised HTML under its bold label, without title and state line."""
    return "".join(_labelled(SECTION_TITLES[key], markup) for key, markup in sections_html if markup)


def compose_status_html(
    title: str,
    sections_html: Iterable[tuple[SectionKey, str]],
    *,
    state_word: str,
    page_url: str,
    tags: Iterable[tuple[str, str]],
) -> str:
    """What apps show: bold title, the labelled sections, and a last line with state, link to the page and the `tags`
    (name without `#`, address), to which the caller adds `Proposal`. The page stays out of the sections, so that each
    instance composes its own."""
    marks = " ".join(
        f'<a href="{html.escape(url)}" class="mention hashtag" rel="tag {REL}">#<span>{_escape(name)}</span></a>'
        for name, url in tags
    )
    page = f'<a href="{html.escape(page_url)}" rel="{REL}">Read and comment</a>'
    last = " · ".join(part for part in (_escape(state_word), page, marks) if part)
    return f"<p><strong>{_escape(title)}</strong></p>{compose_html(sections_html)}<p>{last}</p>"


def abstract(sections_html: Iterable[tuple[SectionKey, str]], limit: int = limits.ABSTRACT) -> str:
    """Two to four sentences of plain text: how what we see begins, and how what should change begins. Where neither is
    said, whatever is. At most `limit` characters."""
    texts = {key: _SENTENCE_END.split(plain_text(markup)) for key, markup in sections_html if markup}
    chosen = [*texts.get("seen", [])[:2], *texts.get("change", [])[:2]]
    if not chosen:
        chosen = [sentence for sentences in texts.values() for sentence in sentences][:2]
    text = " ".join(chosen)
    return text if len(text) <= limit else f"{_cut(text, limit - 1)[0]}…"


def check_proposal_form(title: str, sections: Iterable[Section]) -> None:
    """Raises `Invalid` with the first form field (`title` or a section's key) that is empty or too long. For the web
    form alone: a text from an app is raised with what it has."""
    if not plain_line(title):
        raise Invalid("title", "Say in one line what gets in the way.")
    if "\n" in title.strip() or len(title.strip()) > limits.TITLE:
        raise Invalid("title", "Keep it to one line of at most %(most)s characters.", most=limits.TITLE)
    said = {section.key: section.source.strip() for section in sections}
    for key in REQUIRED_SECTIONS:
        if not said.get(key):
            raise Invalid(key, _ASKED[key])
    for key, text in said.items():
        if len(text) > limits.SECTION:
            raise Invalid(
                key,
                "This has %(length)s characters. Please keep it to %(limit)s and link to a document for the rest.",
                limit=limits.SECTION,
                length=len(text),
            )


_ASKED: dict[SectionKey, str] = {
    "seen": Text("Say what you see at the frontline: what happens, to whom, how often."),
    "rule": Text("Say which rule causes it. “Not sure” is fine."),
    "change": Text("Say what should change. Start with a verb: let, stop, add, allow."),
}


def _label(line: str) -> tuple[SectionKey, str] | None:
    """The section a line opens and the words after its label."""
    found = _LABEL.match(line)
    if found is None:
        return None
    rest = line[found.end() :]
    if found["short"] and rest and not (found["mark"] or found["after"] or found["bold"]):
        return None
    return _LABELS[(found["long"] or found["short"]).lower()], rest


def sections_of(text: str, otherwise: SectionKey) -> tuple[Section, ...]:
    """The sections of a text by their labels; what stands before the first label belongs to `otherwise`."""
    return _sections(_without_tag_lines(text.strip().split("\n")), otherwise)


def labelled(text: str) -> tuple[str, tuple[Section, ...]]:
    """The text before the first label, and the sections from there on."""
    lines = _without_tag_lines(text.strip().split("\n"))
    start = next((at for at, line in enumerate(lines) if _label(line) is not None), len(lines))
    return "\n".join(lines[:start]).strip(), _sections(lines[start:], "seen")


def cut_title(line: str) -> tuple[str, str]:
    """A line as a title without Markdown, and what was too long for it."""
    return _cut(_title_words(line))


def _sections(lines: Iterable[str], key: SectionKey) -> tuple[Section, ...]:
    texts: dict[SectionKey, list[str]] = {each: [] for each in SECTION_KEYS}
    for line in lines:
        opened = _label(line)
        if opened is not None:
            key, line = opened
            texts[key] = [f"{said}\n"] if (said := "\n".join(texts[key]).strip()) else []
        texts[key].append(line)
    joined = ((key, "\n".join(parts).strip()) for key, parts in texts.items())
    return tuple(Section(key, text) for key, text in joined if text)


def _without_tag_lines(lines: list[str]) -> list[str]:
    """The lines up to the last one that holds more than hashtags: tags at the end are for finding, not for reading."""
    end = len(lines)
    while end and all(word.startswith("#") and is_hashtag(word) for word in lines[end - 1].split()):
        end -= 1
    return lines[:end]


def _title_words(source: str) -> str:
    line = next((line for line in source.split("\n") if line.strip()), "")
    bare = _TITLE_MARKS.sub("", line, count=1) if _TITLE_MARKS.match(line) else line
    untagged = _PROPOSAL_TAG.sub("", bare)
    return " ".join(plain_line(untagged).split()) or " ".join(untagged.split())


def _cut(text: str, limit: int = limits.TITLE) -> tuple[str, str]:
    """The text up to the last word that fits, and what is left."""
    if len(text) <= limit:
        return text, ""
    space = text.rfind(" ", 0, limit + 1)
    end = space if space > 0 else limit
    return text[:end].rstrip(), text[end:].lstrip()


def _labelled(label: str, markup: str) -> str:
    opening = f"<p><strong>{label}</strong>"
    if markup.startswith("<p>"):
        return f"{opening}<br>{markup.removeprefix('<p>')}"
    return f"{opening}</p>{markup}"


def _escape(text: str) -> str:
    return html.escape(text, quote=False)
