"""The desk: an account of each instance to which members write as to a colleague, from any app. This says how their
messages are read; what becomes of them is in `actions/desk.py`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from server.rules import limits
from server.rules.proposals import REQUIRED_SECTIONS, cut_title, labelled, parse_from_app
from server.rules.text import find_hashtags, strip_leading

Command = Literal["help", "publish", "discard"]
Question = Literal["title", "seen", "rule", "change", "topic", ""]

# English, German, French, Spanish, Welsh, as for stances. One word is a command where it stands alone.
_WORDS: dict[Command, str] = {
    "help": "help hilfe aide ayuda cymorth start ?",
    "publish": "publish veröffentlichen veroeffentlichen publier publicar cyhoeddi",
    "discard": "discard verwerfen abandonner descartar gwaredu",
}
_COMMANDS: dict[str, Command] = {word: command for command, words in _WORDS.items() for word in words.split()}
_PUBLISH_TAG = re.compile(rf"(?<!\w)#(?:{'|'.join(_WORDS['publish'].split())})(?!\w)", re.I)
_MARKS = " \t\n.!,:;*_\"'“”„«»#"
_LINE = re.compile(
    r"^[ \t]*(?:\*\*)?(?:(?P<title>titel|title|titre|título|teitl)|topic|thema|thème|tema|pwnc)"
    r"[ \t]*(?:\*\*)?[ \t]*[:：][ \t]*(?:\*\*)?[ \t]*(?P<said>.*?)[ \t]*$",
    re.I | re.M,
)


@dataclass(frozen=True, slots=True)
class Message:
    """A message to the desk. `text` is what is left of it for the proposal; `title` and `topic` are lines that name
    them; `hashtags` and `topic` are in small letters, without `#`."""

    command: Command | None
    text: str
    title: str
    topic: str
    hashtags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wording:
    """What is known so far. `cut`: the first line was longer than a title, and went on into the text."""

    title: str
    answers: Mapping[str, str]
    topic_id: int | None = None
    cut: bool = False


def read(source: str) -> Message:
    """Reads a message: one word alone may be a command, and `#publish` is one wherever it stands."""
    tags = tuple(tag.casefold() for tag in find_hashtags(source))
    text = strip_leading(_PUBLISH_TAG.sub("", source).replace("\r\n", "\n")).rest.strip()
    named: dict[str, str] = {}
    for line in _LINE.finditer(text):
        named.setdefault("title" if line["title"] else "topic", line["said"].strip("*_ \t"))
    text = _LINE.sub("", text).strip() if named else text
    command = _COMMANDS.get(_word(text or " ".join(tags[:1])))
    if command is not None:
        text = ""
    elif _PUBLISH_TAG.search(source):
        command = "publish"
    topic = named.get("topic", "").removeprefix("#").casefold()
    return Message(command, text, named.get("title", ""), topic, tags)


def wanting(wording: Wording, *, topics: bool) -> Question:
    """What to ask next, empty if nothing is missing. `topics`: there are some to choose from."""
    if not wording.title:
        return "title"
    for key in REQUIRED_SECTIONS:
        if not wording.answers.get(key, "").strip():
            return key  # type: ignore[return-value]  # the required sections are questions, too
    return "topic" if topics and wording.topic_id is None else ""


def begun(message: Message) -> Wording:
    """The first message about something: the first line is what gets in the way, as in a public post."""
    parsed = parse_from_app(f"{message.title}\n{message.text}" if message.title else message.text)
    first = message.title or next((line for line in message.text.split("\n") if line.strip()), "")
    return Wording(
        title=parsed.title,
        answers={section.key: section.source for section in parsed.sections},
        cut=len(first) > limits.TITLE,
    )


def continued(message: Message, before: Wording, asked: Question | None) -> Wording:
    """A further message. What has a label takes the place of what was said before; what has none answers the question
    that was `asked`, or is added to what we see. None: nothing was asked, and only what has a label counts."""
    plain, sections = labelled(message.text)
    title, rest = cut_title(message.title) if message.title else (before.title, "")
    answers = dict(before.answers)
    if asked == "title" and plain and not message.title:
        first, _, more = plain.partition("\n")
        title, rest = cut_title(first)
        plain = "\n".join(part for part in (rest, more.strip()) if part)
    if plain and asked is not None:
        key = next((each for each in REQUIRED_SECTIONS if each == asked), "seen")
        answers[key] = "\n\n".join(part for part in (answers.get(key, ""), plain) if part)
    answers |= {section.key: section.source for section in sections}
    return Wording(title, answers, before.topic_id, cut=bool(rest))


def topic_of(message: Message, names: Mapping[str, int], asked: Question | None) -> tuple[int | None, Message]:
    """The topic a message names, and the message without an answer that is nothing but its name. `names` has the
    hashtags, slugs and names of topics in small letters."""
    if asked == "topic" and (alone := names.get(_word(message.text))) is not None:
        return alone, replace(message, text="")
    return next((names[each] for each in (message.topic, *message.hashtags) if each in names), None), message


def _word(text: str) -> str:
    return text.casefold().strip(_MARKS)
