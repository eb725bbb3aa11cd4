import pytest

from server.rules.comments import STANCE_WORDS, STANCES, parse_stance, stance_of


@pytest.mark.parametrize(
    ("source", "stance"),
    [
        ("#experience we saw it too", "experience"),
        ("@bob Is it so? #Question", "question"),
        ("#FOR", "for"),
        ("#dagegen", "against"),
        ("#contre", "against"),
        ("#pregunta", "question"),
        ("#profiad", "experience"),
        ("#housing #against #for", "against"),
        ("`#against`", "neutral"),
        ("I am against", "neutral"),
    ],
)
def test_the_first_hashtag_that_names_a_stance_states_it(source: str, stance: str) -> None:
    assert stance_of(source) == stance


def test_an_unknown_stance_from_elsewhere_is_neutral() -> None:
    assert [parse_stance(stance) for stance in STANCES] == list(STANCES)
    assert parse_stance("furious") == parse_stance(None) == parse_stance(["for"]) == "neutral"


def test_each_stance_has_a_word() -> None:
    assert set(STANCE_WORDS) == set(STANCES)
