"""Keys: RSA for requests, Ed25519 for proofs, and the two ways actors publish them (PEM, and Multikey of FEP-521a).

Loading an RSA private key checks it for tens of milliseconds unless told not to, so loaded keys are kept, and keys from
our own database are not checked again.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_public_key,
    load_pem_private_key,
    load_pem_public_key,
)

from federation.errors import Unsigned

PublicKey = RSAPublicKey | Ed25519PublicKey

_BASE58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
# Multicodec prefixes, as unsigned varints: 0xed ed25519-pub, 0x1205 rsa-pub.
_ED25519: Final = b"\xed\x01"
_RSA: Final = b"\x85\x24"
_RSA_BITS: Final = range(2048, 8193)
_MAX_EXPONENT: Final = 2**32
_MAX_TEXT: Final = 4096


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs a request: the id under which the public key is published, and the RSA private key as PEM."""

    key_id: str
    private_pem: str = field(repr=False)


def generate_rsa() -> tuple[str, str]:
    """A new 2048-bit RSA key pair as (private PKCS #8 PEM, public SPKI PEM). Takes about 0.1 s of CPU: use a thread."""
    key = generate_private_key(public_exponent=65537, key_size=2048)
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return _private_pem(key), public.decode("ascii")


def generate_ed25519() -> tuple[str, str]:
    """A new Ed25519 key pair as (private PKCS #8 PEM, public Multikey `z6Mk…`)."""
    key = Ed25519PrivateKey.generate()
    return _private_pem(key), encode_multikey(key.public_key())


def encode_multikey(key: PublicKey) -> str:
    """A public key as `publicKeyMultibase` of a Multikey (W3C Controlled Identifiers 2.2.2): base58btc behind a `z`."""
    if isinstance(key, Ed25519PublicKey):
        return "z" + base58_encode(_ED25519 + key.public_bytes_raw())
    return "z" + base58_encode(_RSA + key.public_bytes(Encoding.DER, PublicFormat.PKCS1))


def decode_multikey(text: str) -> PublicKey:
    """The public key of a `publicKeyMultibase`: Ed25519, or RSA of 2048 to 8192 bits. Raises `Unsigned` otherwise."""
    if not text.startswith("z"):
        raise Unsigned("the public key is not in base58btc multibase")
    raw = base58_decode(text[1:])
    try:
        if raw.startswith(_ED25519):
            return Ed25519PublicKey.from_public_bytes(raw[2:])
        if raw.startswith(_RSA):
            return _accepted(load_der_public_key(raw[2:]))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise Unsigned("the public key cannot be read") from error
    raise Unsigned("the public key is of a kind we do not know")


@lru_cache(maxsize=4096)
def load_public(text: str) -> PublicKey:
    """A public key from PEM (`publicKeyPem`) or multibase (`publicKeyMultibase`). Raises `Unsigned` if unusable."""
    if len(text) > _MAX_TEXT:
        raise Unsigned("the public key is too long")
    if text.startswith("z"):
        return decode_multikey(text)
    try:
        return _accepted(load_pem_public_key(text.strip().encode("utf-8", "replace")))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise Unsigned("the public key cannot be read") from error


@lru_cache(maxsize=1024)
def load_rsa_private(pem: str) -> RSAPrivateKey:
    """One of our own RSA private keys. Raises `ValueError` if it is of another kind."""
    # The check costs 40 ms and guards against keys chosen by somebody else; these we made ourselves.
    key = load_pem_private_key(pem.encode("ascii"), password=None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("requests are signed with RSA keys only")
    return key


@lru_cache(maxsize=1024)
def load_ed25519_private(pem: str) -> Ed25519PrivateKey:
    """One of our own Ed25519 private keys. Raises `ValueError` if it is of another kind."""
    key = load_pem_private_key(pem.encode("ascii"), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError("proofs are made with Ed25519 keys only")
    return key


def sign_rsa(pem: str, message: bytes) -> bytes:
    """RSASSA-PKCS1-v1_5 with SHA-256, the one algorithm every server of the fediverse accepts. About 1 ms of CPU."""
    return load_rsa_private(pem).sign(message, padding.PKCS1v15(), SHA256())


def holds(key: PublicKey, signature: bytes, message: bytes) -> bool:
    """Whether `signature` over `message` is by `key`: RSASSA-PKCS1-v1_5 with SHA-256, or Ed25519."""
    try:
        if isinstance(key, Ed25519PublicKey):
            key.verify(signature, message)
        else:
            key.verify(signature, message, padding.PKCS1v15(), SHA256())
    except InvalidSignature:
        return False
    return True


def base58_encode(raw: bytes) -> str:
    """Bytes in the Bitcoin base-58 alphabet; leading zero bytes become leading `1`."""
    number, digits = int.from_bytes(raw), ""
    while number:
        number, digit = divmod(number, 58)
        digits = _BASE58[digit] + digits
    return "1" * (len(raw) - len(raw.lstrip(b"\0"))) + digits


def base58_decode(text: str) -> bytes:
    """The bytes behind a base-58 text of at most 4,096 characters. Raises `Unsigned` for any other character."""
    if len(text) > _MAX_TEXT or not set(text) <= set(_BASE58):
        raise Unsigned("this is not base58btc")
    number = 0
    for character in text:
        number = number * 58 + _BASE58.index(character)
    return b"\0" * (len(text) - len(text.lstrip("1"))) + number.to_bytes((number.bit_length() + 7) // 8)


def _accepted(key: object) -> PublicKey:
    if isinstance(key, Ed25519PublicKey):
        return key
    if not isinstance(key, RSAPublicKey):
        raise Unsigned("the public key is neither RSA nor Ed25519")
    if key.key_size not in _RSA_BITS:
        raise Unsigned("an RSA key must have 2048 to 8192 bits")
    # A huge exponent makes each check as dear as a signature.
    if key.public_numbers().e > _MAX_EXPONENT:
        raise Unsigned("the exponent of the RSA key is too large")
    return key


def _private_pem(key: RSAPrivateKey | Ed25519PrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode("ascii")
