from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.rules import limits
from server.rules.errors import Invalid
from server.rules.topics import check_name, check_slug, check_topic_id, genesis_of, hashtag_of, slug_of, topic_id

GENESIS = {
    "name": "Damp",
    "created": "2026-11-22T10:00:00Z",
    "founder": "https://a.example/users/rosa",
    "hashtag": "Damp",
}


@pytest.mark.parametrize("name", ["a", "rosa_m", "x" * 30, "2nd"])
def test_a_plain_name_is_taken(name: str) -> None:
    check_name(name)


@pytest.mark.parametrize(
    "name", ["", "Rosa", "rosa-m", "x" * 31, "é", "a b", "a\n", "admin", "proposals", "mailer_daemon"]
)
def test_an_unfit_or_reserved_name_is_refused_with_its_field(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_name(name)
    assert refused.value.field == "name"


@pytest.mark.parametrize("slug", ["damp-homes", "heating", "a_b", "4-day-week"])
def test_a_plain_slug_is_taken(slug: str) -> None:
    check_slug(slug)


@pytest.mark.parametrize("slug", ["", "-a", "a-", "a--b", "Damp", "x" * 41, "speakup", "mailer-daemon", "a\n"])
def test_an_unfit_or_reserved_slug_is_refused_with_its_field(slug: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_slug(slug)
    assert refused.value.field == "slug"


def test_a_topic_name_suggests_its_slug() -> None:
    assert slug_of("Damp, mould and the tenant's Café") == "damp-mould-and-the-tenants-cafe"
    assert slug_of("住房") == ""
    assert slug_of("x" * 60) == "x" * limits.SLUG
    assert slug_of("word " * 20) == "word-word-word-word-word-word-word-word"


@given(st.text())
def test_a_suggested_slug_is_fit_for_use(name: str) -> None:
    slug = slug_of(name)
    if slug:
        check_slug(f"x{slug}"[: limits.SLUG].rstrip("-"))


def test_a_topic_name_gives_a_hashtag_whose_words_can_be_heard() -> None:
    assert hashtag_of("Damp, mould and repairs") == "DampMouldAndRepairs"
    assert hashtag_of("The tenant’s NHS café") == "TheTenantsNHSCafé"
    assert hashtag_of("2026") == "Topic2026"


def test_the_genesis_is_kept_to_the_second_in_utc() -> None:
    moment = datetime(2026, 11, 22, 12, 0, 0, 999, tzinfo=timezone(timedelta(hours=2)))
    assert genesis_of("Damp", moment, "https://a.example/users/rosa", "Damp") == GENESIS
    assert genesis_of("Damp", moment.astimezone(UTC), "https://a.example/users/rosa", "Damp") == GENESIS


def test_the_id_is_the_hash_of_the_genesis_whatever_its_order() -> None:
    known = topic_id({"name": "x", "created": "y", "founder": "z", "hashtag": "h"})
    assert known == "urn:folkmoot:topic:zQmaa8TLFYSy8acZkzizRh7tt6sVBGPQ17xTeEhYnRewfpw"
    assert topic_id(dict(reversed(GENESIS.items()))) == topic_id(GENESIS)
    assert check_topic_id(GENESIS, topic_id(GENESIS))


@pytest.mark.parametrize(
    "genesis",
    [
        None, [], "x", {}, GENESIS | {"name": "Other"}, GENESIS | {"name": None}, GENESIS | {"extra": 1.5},
        GENESIS | {"name": "a\ud800"}, GENESIS | {"extra": "x" * 5000}, GENESIS | {1: "x"},
    ],
)  # fmt: skip
def test_a_genesis_that_is_none_or_another_has_not_this_id(genesis: object) -> None:
    assert not check_topic_id(genesis, topic_id(GENESIS))
    assert not check_topic_id(GENESIS, genesis)


@given(st.dictionaries(st.text(), st.text() | st.none() | st.floats()))
def test_a_strange_genesis_is_an_answer_and_no_fault(genesis: object) -> None:
    assert not check_topic_id(genesis, "urn:folkmoot:topic:z")
