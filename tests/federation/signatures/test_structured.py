"""Structured fields and digests."""

import hashlib
from base64 import b64encode

import pytest

from federation.errors import Unsigned
from federation.signatures.digest import check_content_digest, check_digest, content_digest_of, digest_of
from federation.signatures.structured import InnerList, Item, Token, parse_dictionary, serialise


def test_every_kind_of_value_reads_and_writes_back() -> None:
    text = r'sig1=("@method" "a";req  "b"  );created=-5;keyid="a\"b\\c";raw=:aGk=:;no=?0;yes;t=tok/1'
    (value,) = parse_dictionary(text).values()
    assert isinstance(value, InnerList)
    assert value.items[1] == Item("a", {"req": True})
    assert value.params == {
        "created": -5, "keyid": 'a"b\\c', "raw": b"hi", "no": False, "yes": True, "t": Token("tok/1"),
    }  # fmt: skip
    assert serialise(value) == r'("@method" "a";req "b");created=-5;keyid="a\"b\\c";raw=:aGk=:;no=?0;yes;t=tok/1'
    assert parse_dictionary("a, b=1 ,\tc=()") == {"a": Item(True), "b": Item(1), "c": InnerList(())}


@pytest.mark.parametrize(
    "text",
    [
        "", "A=1", "a=", "a=1 b=2", "a=1,", "a=1,a=2", 'a="x', "a=1.5", "a=:x:", "a=:====:", "a=(1", 'a=("x""y")',
        "a=1;b=1;b=2", "a=1;", "a=@123", "x" * 9000, "a=?2", 'a="é"', "a=1234567890123456",
    ],
)  # fmt: skip
def test_what_is_not_exactly_a_dictionary_is_refused(text: str) -> None:
    with pytest.raises(Unsigned):
        parse_dictionary(text)


def test_our_own_digests_hold() -> None:
    check_digest(digest_of(b"body"), b"body")
    check_content_digest(content_digest_of(b"body"), b"body")


def test_sha_512_and_unknown_hashes_beside_a_known_one_are_read() -> None:
    long = b64encode(hashlib.sha512(b"body").digest()).decode()
    check_digest(f"sha-512={long}, md5=AAAA", b"body")
    check_content_digest(f"sha-512=:{long}:, {content_digest_of(b'body')}, crc=:AAAA:", b"body")


@pytest.mark.parametrize(
    "value", ["", "md5=AAAA", "SHA-256=", "SHA-256=*", "SHA-256=AAAA,sha-256=AAAA", "SHA-256=AAAA"]
)
def test_a_wrong_digest_is_refused(value: str) -> None:
    with pytest.raises(Unsigned):
        check_digest(value, b"body")


@pytest.mark.parametrize("value", ["sha-1=:AAAA:", "sha-256=:AAAA:", "sha-256=AAAA", "sha-256=(1)", "sha-256"])
def test_a_wrong_content_digest_is_refused(value: str) -> None:
    with pytest.raises(Unsigned):
        check_content_digest(value, b"body")


def test_one_wrong_hash_beside_a_right_one_is_refused() -> None:
    with pytest.raises(Unsigned):
        check_content_digest(f"{content_digest_of(b'body')}, sha-512=:AAAA:", b"body")
