from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.digest_sync import EMPTY, Synchronization, digest_of, header_of, parse_header


def test_the_digest_of_nothing_is_zero_and_of_one_is_its_hash() -> None:
    assert digest_of([]) == EMPTY
    assert digest_of(["https://a.example/1"]) == sha256(b"https://a.example/1").hexdigest()


@given(st.lists(st.text()))
def test_order_and_repeats_do_not_matter(uris: list[str]) -> None:
    assert digest_of(uris) == digest_of(uris[::-1] + uris)


@given(st.sets(st.text(), min_size=1))
def test_a_missing_id_shows(uris: set[str]) -> None:
    assert digest_of(uris) != digest_of(list(uris)[1:])


def test_the_header_is_read_back() -> None:
    sync = Synchronization("https://a.example/f", "https://a.example/f/sync", digest_of(["x"]))
    assert parse_header(header_of(sync)) == sync


@pytest.mark.parametrize(
    "value", ["", 'collectionId="x"', 'collectionId="https://a.example/f", url="https://a.example/s", digest="zz"']
)
def test_an_incomplete_header_is_ignored(value: str) -> None:
    assert parse_header(value) is None
