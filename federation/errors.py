"""What can go wrong between two servers, and whether trying again can help.

    ProtocolError            never tried again; `wire` is what an inbox answers
    ├── Malformed            400  not the shape the specification asks for
    ├── TooLarge             413  over one of our limits
    ├── Unsigned             401  no signature, or one that does not hold
    ├── Forged               403  the signer speaks for somebody else (FEP-fe34)
    ├── UnsafeAddress             an address we refuse to reach
    └── NotFetched                the remote server said no, or sent something unusable
        └── Gone                  404 or 410
    Unavailable              503  temporary: time-outs, connection errors, 429, 5xx; may be tried again

`reason` is one plain sentence for the log and the admin page; it never holds key material.
"""


class ProtocolError(Exception):
    """A request, address or document that breaks the rules; trying again would change nothing."""

    wire = 400

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Malformed(ProtocolError):
    """A document or address that does not have the shape its specification asks for."""


class TooLarge(ProtocolError):
    """A body or document over one of our limits."""

    wire = 413


class Unsigned(ProtocolError):
    """No signature, more than one, or one that does not hold."""

    wire = 401


class Forged(ProtocolError):
    """Correctly signed, by somebody who may not say this (FEP-fe34)."""

    wire = 403


class UnsafeAddress(ProtocolError):
    """An address this server refuses to reach: private, special, blocked or not http."""


class NotFetched(ProtocolError):
    """The remote server refused, or answered with something we cannot use.

    `status` is its HTTP status, None when the answer was unusable before a status was known.
    """

    def __init__(self, reason: str, status: int | None = None) -> None:
        super().__init__(reason)
        self.status = status


class Gone(NotFetched):
    """The remote server answered 404 or 410: there is nothing at that address."""


class Unavailable(Exception):
    """The remote server could not be reached just now; `retry_after` is its own wish, in seconds."""

    wire = 503

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after
