"""The stamp that allows a quote, and the wish for one (FEP-044f)."""

from dataclasses import dataclass
from typing import Self

from federation.errors import Forged, Malformed
from federation.names import same_origin
from federation.parse import Activity
from federation.values import Json, authors_of, first, id_of, type_of

TYPE = "QuoteAuthorization"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteAuthorization:
    """`author` allows the post `quoting` to quote their post `quoted`."""

    id: str
    author: str
    quoting: str
    quoted: str

    @classmethod
    def parse(cls, document: Json) -> Self:
        """Read a stamp. Raises `Malformed` when it is none, `Forged` when it is not at the origin of its author."""
        uri, authors = id_of(document), authors_of(document)
        quoting, quoted = id_of(document.get("interactingObject")), id_of(document.get("interactionTarget"))
        if type_of(document) != TYPE or uri is None or len(authors) != 1 or quoting is None or quoted is None:
            raise Malformed("this is not a permission to quote")
        if not same_origin(uri, authors[0]) or not same_origin(quoted, authors[0]):
            raise Forged("only the author of a post can allow others to quote it")
        return cls(id=uri, author=authors[0], quoting=quoting, quoted=quoted)

    def to_json(self) -> Json:
        """The stamp without its context."""
        return {
            "id": self.id,
            "type": TYPE,
            "attributedTo": self.author,
            "interactingObject": self.quoting,
            "interactionTarget": self.quoted,
        }


def quoting_of(activity: Activity) -> str:
    """The post for which a QuoteRequest asks, its `instrument`, sent whole or by its id.

    Raises `Malformed` when it names none, `Forged` when that is not the asker's, or quotes something else.
    """
    instrument = first(activity.raw.get("instrument"))
    uri = id_of(instrument)
    if uri is None:
        raise Malformed("the request does not say which post wants to quote")
    if not same_origin(uri, activity.actor):
        raise Forged("the post that wants to quote is of another origin than who asks")
    if isinstance(instrument, dict) and "attributedTo" in instrument and authors_of(instrument) != (activity.actor,):
        raise Forged("the post that wants to quote is somebody else's")
    return uri


def quote_request(uri: str, actor: str, quoted: str, quoting: str) -> Json:
    """A QuoteRequest, as it is sent back in the answer to it."""
    return {"id": uri, "type": "QuoteRequest", "actor": actor, "object": quoted, "instrument": quoting}
