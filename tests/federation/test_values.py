"""Strict JSON in (attack row 9), and readers that take any shape."""

import json
import time
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.errors import Malformed
from federation.values import (
    MAX_DEPTH,
    PUBLIC,
    addresses_of,
    authors_of,
    dumps,
    first,
    id_of,
    ids_of,
    integer,
    is_public,
    loads,
    many,
    stamp,
    text,
    time_of,
    type_of,
    url_of,
    without_none,
)

words = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))
numbers = st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
anything = st.recursive(
    st.none() | st.booleans() | numbers | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b'"text"',
        b"{",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": -Infinity}',
        b'{"a": 1e999}',
        b'{"a": 1, "a": 2}',
        b'{"a": {"b": 1, "b": 1}}',
        b'{"a": "\\ud800"}',
        b'{"a": ["\\udfff"]}',
        b'{"\\ud800": 1}',
        b'{"a": 1, "a\\u0000": 2}',
        b'{"a": "\xff"}',
        b'{"a": "\x00"}',
        b'\xef\xbb\xbf{"a": 1}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"a": 9223372036854775808}',
        b'{"a": -9223372036854775809}',
        b'{"a":' + b"[" * 1000 + b"]" * 1000 + b"}",
        b'{"a":' * 100_000,
        b"[" * 500_000,
    ],
)
def test_row_9_json_that_another_parser_could_read_differently_is_refused(raw: bytes) -> None:
    with pytest.raises(Malformed):
        loads(raw)


def test_the_deepest_allowed_nesting_is_read_and_one_more_is_not() -> None:
    deep = b'{"a":' + b"[" * (MAX_DEPTH - 1) + b"]" * (MAX_DEPTH - 1) + b"}"
    assert "a" in loads(deep)
    with pytest.raises(Malformed, match="deeper"):
        loads(b'{"b":' + deep + b"}")


def test_brackets_inside_strings_are_no_nesting() -> None:
    assert loads(json.dumps({"a": '["{' * 200, "b": [{}] * 100}).encode())["b"] == [{}] * 100


def test_hostile_quoting_is_scanned_in_linear_time() -> None:
    raw = b"[" * 65 + b'"\\"' * 300_000
    began = time.perf_counter()
    with pytest.raises(Malformed):
        loads(raw)
    assert time.perf_counter() - began < 2


def test_nul_is_removed_from_text() -> None:
    assert loads(b'{"a": ["x\\u0000y", 1, {"b\\u0000": null}]}') == {"a": ["xy", 1, {"b": None}]}


def test_an_escaped_pair_of_surrogates_is_one_character() -> None:
    assert loads(b'{"a": "\\ud83d\\ude00"}') == {"a": "\U0001f600"}


@given(st.dictionaries(words, anything))
def test_what_is_written_is_read_back(document: dict[str, object]) -> None:
    assert loads(dumps(document)) == document


@given(anything)
def test_no_reader_raises_on_any_shape(value: object) -> None:
    many(value), first(value), id_of(value), ids_of(value), text(value), url_of(value), time_of(value)
    type_of(value), integer(value), is_public(value), addresses_of(value)
    authors_of({"attributedTo": value}), authors_of({"actor": value})


def test_one_or_many_is_read_as_many() -> None:
    assert (many(None), many("a"), many(["a"])) == ([], ["a"], ["a"])
    assert (first(None), first([]), first(["a", "b"]), first("a")) == (None, None, "a", "a")


def test_an_id_is_an_http_address_given_whole_or_by_reference() -> None:
    assert id_of("https://a.example/1") == id_of({"id": "https://a.example/1"}) == "https://a.example/1"
    for value in ("urn:x", "javascript:alert(1)", "", None, 1, [], {"id": 1}, "https://u@a.example/", "https://a\\b/"):
        assert id_of(value) is None
    assert ids_of(["https://a.example/1", {"id": "https://a.example/1"}, "x"]) == ("https://a.example/1",)


def test_public_has_three_spellings_and_one_meaning() -> None:
    assert all(map(is_public, ("as:Public", "Public", PUBLIC)))
    assert not is_public(["Public"])
    assert addresses_of(["as:Public", "https://a.example/1", PUBLIC]) == (PUBLIC, "https://a.example/1")


def test_a_group_beside_a_person_is_no_author() -> None:
    person, group = "https://a.example/p", "https://a.example/g"
    listed = [{"type": "Person", "id": person}, {"type": "Group", "id": group}]
    assert authors_of({"attributedTo": listed}) == (person,)
    assert authors_of({"attributedTo": {"type": "Group", "id": group}}) == (group,)
    assert authors_of({"attributedTo": [person, group]}) == (person, group)
    assert authors_of({"actor": person, "attributedTo": group}) == (person,)


def test_of_several_links_the_page_is_the_address() -> None:
    page = {"type": "Link", "mediaType": "text/html", "href": "https://a.example/page"}
    assert url_of([{"type": "Link", "mediaType": "video/mp4", "href": "https://a.example/v"}, page]) == page["href"]
    assert url_of({"type": "Image", "url": "https://a.example/i"}) == "https://a.example/i"
    assert url_of(["javascript:x", {"href": "data:,"}]) is None


def test_numbers_are_whole_and_not_negative() -> None:
    assert [integer(value) for value in (3, -1, True, 1.5, "3", None)] == [3, 0, 0, 0, 0, 0]


def test_times_are_read_with_any_zone_and_written_in_utc() -> None:
    moment = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
    assert time_of("2026-11-20T12:00:00+01:00") == time_of("2026-11-20T11:00:00") == moment
    assert stamp(moment.astimezone(timezone(timedelta(hours=5)))) == "2026-11-20T11:00:00Z"
    for value in ("", "soon", 5, None, "0001-01-01T00:00:00+14:00", "9" * 100):
        assert time_of(value) is None


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_time_survives_the_wire(moment: datetime) -> None:
    assert time_of(stamp(moment)) == moment


def test_of_several_types_the_known_one_counts() -> None:
    assert type_of({"type": ["x:Proposal", "Article"]}, {"Article"}) == "Article"
    assert type_of({"type": ["x:Proposal", 4]}, {"Article"}) == "x:Proposal"
    assert type_of({"type": 4}) == type_of([]) == type_of({}) == ""


def test_keys_without_a_value_are_left_out() -> None:
    assert without_none({"a": None, "b": False, "c": ""}) == {"b": False, "c": ""}
