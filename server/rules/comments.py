"""What a comment is to its proposal: a stance, which anyone can state from any app with a hashtag."""

from typing import Literal

from server.rules.text import find_hashtags

Stance = Literal["for", "against", "question", "experience", "neutral"]

STANCES: tuple[Stance, ...] = ("for", "against", "question", "experience", "neutral")
STANCE_WORDS: dict[Stance, str] = {
    "for": "For",
    "against": "Against",
    "question": "Question",
    "experience": "Experience",
    "neutral": "Comment",
}

# English, German, French, Spanish, Welsh; with and without accents, as people type on a phone.
_HASHTAGS: dict[Stance, str] = {
    "for": "for dafür dafuer pour favor afavor oblaid oblaidd",
    "against": "against dagegen contre contra encontra ynerbyn",
    "question": "question frage pregunta cwestiwn",
    "experience": "experience erfahrung expérience experiencia profiad",
}
_STANCE_OF = {word: stance for stance, words in _HASHTAGS.items() for word in words.split()}


def stance_of(source: str) -> Stance:
    """The stance of the first hashtag that names one, in any of our languages; `neutral` without."""
    tags = (tag.casefold() for tag in find_hashtags(source))
    return next((_STANCE_OF[tag] for tag in tags if tag in _STANCE_OF), "neutral")


def parse_stance(word: object) -> Stance:
    """The stance this wire or form value names; `neutral` for anything else, as an unknown stance is no reason to lose
    the words."""
    return next((stance for stance in STANCES if stance == word), "neutral")
