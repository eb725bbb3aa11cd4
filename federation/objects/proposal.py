"""A proposal: a post with a title, an abstract and named sections (contract, "A proposal from an app").

It travels as an Article, which other servers show as a titled thread; or, by a setting of the instance, as a Note that
begins with the title, which they show whole. `civic:kind` says what it is in both forms.
"""

from dataclasses import dataclass, replace
from html import escape
from typing import Final, Literal, Self

from federation.errors import Malformed
from federation.objects.history import MAX_STEPS, Ask, Step, asks_of, steps_of
from federation.objects.post import Post, localised
from federation.values import (
    MAX_ADDRESSES,
    MAX_NAME,
    MAX_SECTIONS,
    MAX_SUMMARY,
    Json,
    id_of,
    ids_of,
    text,
    type_of,
    without_none,
)

Form = Literal["article", "note"]
Listing = str | tuple[str, ...]

KIND: Final = "proposal"
_FORMS: Final = frozenset({"Article", "Note"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A post (its `name` the title, its `summary` the abstract, its `civic_sections` the truth) and its civic facts.

    `steps` are the newest of its timeline and `asks` what was asked of policy owners; `outcome` is how it closed,
    `answer_code` the newest answer's code; `role` and `place` are the author's. `kind` is what sort of proposal it is
    (`civic:proposalKind`), `warning` what readers are warned of: the summary of an Article is its abstract. A listing
    is the address of a collection, or the ids themselves. `content` is the rendering of the sections alone, without
    title and state: each instance adds those where it shows the proposal.
    """

    post: Post
    state: str = ""
    kind: str = ""
    warning: str = ""
    answers: Listing = ()
    history: Listing = ()
    endorsements: Listing = ()
    co_authors: Listing = ()
    addressed_to: tuple[str, ...] = ()
    incorporates: tuple[str, ...] = ()
    outcome: str = ""
    answer_code: str = ""
    role: str = ""
    place: str = ""
    policies: tuple[str, ...] = ()
    same_barrier: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    asks: tuple[Ask, ...] = ()

    @property
    def title(self) -> str:
        return self.post.name

    @classmethod
    def parse(cls, document: Json) -> Self:
        """Read a proposal in either form. Raises as `Post.parse` does, and `Malformed` when it is no proposal."""
        if not is_proposal(document):
            raise Malformed("this post is not a civic proposal")
        post = Post.parse(document)
        title = text(document.get("civic:title")) or post.name
        abstract = text(document.get("civic:abstract"), MAX_SUMMARY) or localised(document, "summary", MAX_SUMMARY)[0]
        return cls(
            post=replace(
                post, type="Article", name=title, summary=abstract, content=post.content.removeprefix(_heading(title))
            ),
            state=text(document.get("civic:state"), 64),
            kind=text(document.get("civic:proposalKind"), 64),
            warning=text(document.get("civic:contentWarning"), MAX_SUMMARY),
            answers=_listing(document.get("civic:answers")),
            history=_listing(document.get("civic:history")),
            endorsements=_listing(document.get("civic:endorsements")),
            co_authors=_listing(document.get("civic:coAuthors")),
            addressed_to=ids_of(document.get("civic:addressedTo"), MAX_ADDRESSES),
            incorporates=ids_of(document.get("civic:incorporates"), MAX_ADDRESSES),
            outcome=text(document.get("civic:outcome"), 16),
            answer_code=text(document.get("civic:answerCode"), 32),
            role=text(document.get("civic:role"), 80),
            place=text(document.get("civic:place"), 80),
            policies=ids_of(document.get("civic:policies"), MAX_SECTIONS),
            same_barrier=ids_of(document.get("civic:sameBarrier"), MAX_ADDRESSES),
            steps=steps_of(document.get("civic:steps")),
            asks=asks_of(document.get("civic:asks")),
        )

    def to_json(self, form: Form = "article") -> Json:
        """The proposal without its context, as an Article with a preview or as a Note that begins with the title."""
        if form == "article":
            body = replace(self.post, type="Article").to_json()
            body["preview"] = {"type": "Note", "content": _heading(self.title) + self.post.summary}
        else:
            content = _heading(self.title) + self.post.content
            body = replace(
                self.post, type="Note", name="", summary=escape(self.warning, quote=False), content=content
            ).to_json()
            body |= {"civic:title": self.title, "civic:abstract": self.post.summary}
        return body | without_none(
            {
                "civic:kind": KIND,
                "civic:state": self.state or None,
                "civic:proposalKind": self.kind or None,
                "civic:contentWarning": self.warning or None,
                "civic:answers": _listed(self.answers),
                "civic:history": _listed(self.history),
                "civic:endorsements": _listed(self.endorsements),
                "civic:coAuthors": _listed(self.co_authors),
                "civic:addressedTo": _listed(self.addressed_to),
                "civic:incorporates": _listed(self.incorporates),
                "civic:outcome": self.outcome or None,
                "civic:answerCode": self.answer_code or None,
                "civic:role": self.role or None,
                "civic:place": self.place or None,
                "civic:policies": _listed(self.policies),
                "civic:sameBarrier": _listed(self.same_barrier),
                "civic:steps": [step.to_json() for step in self.steps[-MAX_STEPS:]] or None,
                "civic:asks": [ask.to_json() for ask in self.asks] or None,
            }
        )


def is_proposal(document: Json) -> bool:
    """Whether a post is a civic proposal: an untitled one is only a post."""
    titled = text(document.get("civic:title"), MAX_NAME) or localised(document, "name", MAX_NAME)[0]
    return document.get("civic:kind") == KIND and type_of(document, _FORMS) in _FORMS and bool(titled)


def _heading(title: str) -> str:
    return f"<p><strong>{escape(title, quote=False)}</strong></p>"


def _listing(value: object) -> Listing:
    if isinstance(value, list):
        return ids_of(value, MAX_ADDRESSES)
    return id_of(value) or ()


def _listed(value: Listing) -> str | list[str] | None:
    if isinstance(value, str):
        return value
    return list(value) or None
