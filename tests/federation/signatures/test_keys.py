"""Keys and their published forms."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from federation.errors import Unsigned
from federation.signatures import keys


def pem_of(key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey) -> str:
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def test_a_new_rsa_pair_signs_and_verifies() -> None:
    private, public = keys.generate_rsa()
    key = keys.load_public(public)
    assert isinstance(key, RSAPublicKey)
    assert key.key_size == 2048
    signature = keys.sign_rsa(private, b"message")
    assert keys.holds(key, signature, b"message")
    assert not keys.holds(key, signature, b"massage")
    assert keys.decode_multikey(keys.encode_multikey(key)).public_numbers() == key.public_numbers()


def test_a_new_ed25519_pair_signs_and_verifies() -> None:
    private, public = keys.generate_ed25519()
    assert public.startswith("z6Mk")
    key = keys.load_public(public)
    signature = keys.load_ed25519_private(private).sign(b"message")
    assert keys.holds(key, signature, b"message")
    assert not keys.holds(key, bytes([signature[0] ^ 1]) + signature[1:], b"message")


def test_the_published_multikey_of_fep_8b32_reads_back() -> None:
    text = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
    key = keys.decode_multikey(text)
    assert isinstance(key, Ed25519PublicKey)
    assert keys.encode_multikey(key) == text


@pytest.mark.parametrize(("raw", "text"), [(b"", ""), (b"\0\0a", "112g"), (b"Hello World!", "2NEpo7TZRRrLZSi2U")])
def test_base58_keeps_leading_zeros(raw: bytes, text: str) -> None:
    assert keys.base58_encode(raw) == text
    assert keys.base58_decode(text) == raw


@pytest.mark.parametrize(
    "text",
    [
        "", "z", "z0OIl", "mAAAA", "z" + "1" * 5000, "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
        "z" + keys.base58_encode(b"\xed\x01short"), "z" + keys.base58_encode(b"\x85\x24junk"),
        "z" + keys.base58_encode(b"\x12\x34" + bytes(32)), "ключ", "\ud800",
    ],
)  # fmt: skip
def test_an_unreadable_key_is_no_signature(text: str) -> None:
    with pytest.raises(Unsigned):
        keys.load_public(text)


def test_weak_huge_and_foreign_kinds_of_keys_are_refused() -> None:
    weak = rsa.generate_private_key(65537, 1024).public_key()
    huge = RSAPublicNumbers(65537, 2**16383 + 1).public_key()
    slow = RSAPublicNumbers(2**40 + 1, 2**2047 + 1).public_key()
    other = ec.generate_private_key(ec.SECP256R1()).public_key()
    for key in (weak, huge, slow, other):
        with pytest.raises(Unsigned):
            keys.load_public(pem_of(key))


def test_a_multikey_is_asked_for_its_prefix() -> None:
    with pytest.raises(Unsigned):
        keys.decode_multikey("6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2")


def test_our_own_keys_of_the_wrong_kind_are_a_mistake_of_ours() -> None:
    rsa_pem, _ = keys.generate_rsa()
    ed_pem, _ = keys.generate_ed25519()
    with pytest.raises(ValueError, match="RSA"):
        keys.load_rsa_private(ed_pem)
    with pytest.raises(ValueError, match="Ed25519"):
        keys.load_ed25519_private(rsa_pem)


def test_a_signer_does_not_print_its_key() -> None:
    assert "secret" not in repr(keys.Signer("https://a.example/actor#main-key", "secret"))
