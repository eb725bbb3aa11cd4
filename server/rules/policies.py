"""The rules that get in the way: what kinds there are, and what is said about one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from server.rules.drafts import Elsewhere
from server.rules.errors import Invalid, too_long
from server.rules.sanitise import clean_name

PolicyKind = Literal[
    "law", "guidance", "target", "funding", "contract", "eligibility", "form", "it_system", "custom", "not_sure"
]

POLICY_KINDS: Final[Mapping[PolicyKind, str]] = {
    "law": "A law",
    "guidance": "Guidance",
    "target": "A target",
    "funding": "A funding condition",
    "contract": "A contract",
    "eligibility": "Who may have it",
    "form": "A form",
    "it_system": "An IT system",
    "custom": "A habit",
    "not_sure": "Not sure",
}
NAME: Final = 200
TEXT: Final = 10_000
CITED: Final = 10  # policies that one proposal can name


@dataclass(frozen=True, slots=True)
class PolicyDraft:
    """A policy as somebody describes it. The texts are Markdown: `source` what the rule says, `explained` what it means
    for people, `easy` the same in easy words. From elsewhere `html` holds them as they came, by the same names;
    `owner_uri` is then the account of whoever can change it."""

    name: str
    kind: str = "not_sure"
    owner_name: str = ""
    owner_uri: str = ""
    web_url: str = ""
    source: str = ""
    explained: str = ""
    easy: str = ""
    language: str = ""
    version: int = 1
    elsewhere: Elsewhere | None = None
    html: Mapping[str, str] | None = None
    same_as: tuple[str, ...] = ()


def check_policy(draft: PolicyDraft) -> None:
    """Raises `Invalid` with the field at fault."""
    if not clean_name(draft.name, NAME):
        raise Invalid("name", "Say what the rule is called, as people know it.")
    if draft.web_url and not draft.web_url.startswith(("https://", "http://")):
        raise Invalid("web_url", "A link begins with https:// and has no spaces.")
    if len(draft.web_url) > 2048 or any(letter.isspace() for letter in draft.web_url):
        raise Invalid("web_url", "A link begins with https:// and has no spaces.")
    for name, text in (("source", draft.source), ("explained", draft.explained), ("easy", draft.easy)):
        if len(text) > TEXT:
            raise too_long(name, len(text), TEXT)


def policy_kind(name: str) -> PolicyKind:
    """The kind with this name; one that we do not know is “not sure”."""
    return next((kind for kind in POLICY_KINDS if kind == name), "not_sure")


def name_key(name: str) -> str:
    """Two names with the same key are the same rule, at one instance."""
    return " ".join(clean_name(name, NAME).casefold().split())
