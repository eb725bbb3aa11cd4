"""A request as it arrived, and what its signature claims: the two values both signature schemes share."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from federation.errors import Unsigned

# Fields that mean one thing. Two of them would let the signature cover one and the rest of the program read the other.
_SINGLE: Final = frozenset(
    {"content-digest", "content-length", "content-type", "date", "digest", "signature", "signature-input"}
)

NOTHING_MORE: Final[Mapping[str, str]] = {}


@dataclass(frozen=True, slots=True)
class ReceivedRequest:
    """What arrived, as raw as the server can give it.

    `raw_path` is path and query exactly as sent; `headers` are (lower-case name, value) pairs in order; `body` is None
    when there is none. `scheme` and `authority` are our own, from the configuration: what a proxy or the sender wrote
    into `Host` is never used, so a request signed for another server does not hold here.
    """

    method: str
    raw_path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes | None
    scheme: str
    authority: str

    @property
    def needs_digest(self) -> bool:
        """Whether the signature must cover a digest: everything with a body, and every method that may have one."""
        return bool(self.body) or self.method not in ("GET", "HEAD")

    def find(self, name: str) -> str | None:
        """The value of a header field (several are joined as RFC 9110 5.3 says), None without one.

        Raises `Unsigned` when a field that must be alone appears twice.
        """
        if name == "host":
            return self.authority
        values = [value.strip() for key, value in self.headers if key == name]
        if len(values) > 1 and name in _SINGLE:
            raise Unsigned(f"the header field {name} appears {len(values)} times")
        return ", ".join(values) if values else None

    def field(self, name: str) -> str:
        """Like `find`, but raises `Unsigned` when the field is missing or would break out of its line."""
        value = self.find(name)
        if value is None:
            raise Unsigned(f"the signature covers {name}, which the request does not have")
        if "\n" in value or "\r" in value:
            raise Unsigned(f"the header field {name} has a line break")
        return value


@dataclass(frozen=True, slots=True)
class Claim:
    """A signature that was read and covers enough, but was not checked yet.

    `key_kind` is `rsa`, `ed25519` or None when the sender left it to the key; `messages` are the byte strings of which
    one must be the signed one; times are Unix seconds; `digest` names the covered digest field, None if none is needed.
    """

    key_id: str
    key_kind: str | None
    signature: bytes
    messages: tuple[bytes, ...]
    created: float
    expires: float | None
    digest: str | None


def as_bytes(message: str) -> bytes:
    """The signed text as it was on the wire. Raises `Unsigned` for characters no header can hold."""
    try:
        return message.encode("latin-1")
    except UnicodeEncodeError as error:
        raise Unsigned("the signed text holds characters that no HTTP header can") from error
