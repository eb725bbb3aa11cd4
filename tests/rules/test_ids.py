"""Ids carry their time, rise, and are never handed out twice."""

import pytest

from server.rules.ids import id_in, new_id, now_ms, time_of


def test_ids_rise_strictly_and_carry_the_time() -> None:
    before = now_ms()
    made = [new_id() for _ in range(5_000)]
    assert made == sorted(set(made))
    assert before <= time_of(made[0]) <= now_ms()


def test_an_id_for_a_moment_carries_that_moment_and_differs_from_the_next() -> None:
    made = {new_id(1_700_000_000_123) for _ in range(20)}
    assert {time_of(each) for each in made} == {1_700_000_000_123}
    assert len(made) > 15


def test_many_posts_of_one_whole_second_get_ids_of_their_own() -> None:
    made = {new_id(1_700_000_000_000) for _ in range(1_000)}
    assert {time_of(each) // 1000 for each in made} == {1_700_000_000}
    assert len(made) > 995


def test_a_moment_before_1970_is_taken_for_its_beginning() -> None:
    assert 0 <= time_of(new_id(-5)) < 1000


def test_ids_have_eighteen_digits_and_fit_into_a_bigint_for_centuries() -> None:
    assert len(str(new_id())) == 18
    assert new_id(32_503_680_000_000) < 2**63


@pytest.mark.parametrize("text", ["", "-1", "1.5", "²", "١", "abc", str(2**63), "9" * 5000, " 7"])
def test_what_cannot_be_an_id_is_none(text: str) -> None:
    assert id_in(text) is None


def test_an_id_is_read_up_to_the_largest_that_can_be_stored() -> None:
    assert (id_in("0"), id_in("007"), id_in(str(2**63 - 1))) == (0, 7, 2**63 - 1)
