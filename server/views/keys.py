"""The public keys of an account, as it publishes them."""

from dataclasses import dataclass
from datetime import datetime

from server.rules.accounts import Kind


@dataclass(frozen=True, slots=True)
class PublicKeyView:
    """`use` is `request` (RSA, `public` is PEM) or `proof` (Ed25519, `public` is multibase)."""

    uri: str
    use: str
    public: str


@dataclass(frozen=True, slots=True)
class SigningView:
    """An account of ours that signs, and since when with these keys. `name` is `actor` for the instance itself."""

    uri: str
    kind: Kind
    name: str
    since: datetime
