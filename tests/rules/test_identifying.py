"""Details that could tell who somebody is."""

import pytest

from server.rules.identifying import details_in, highlighted


def found(text: str) -> list[tuple[str, str]]:
    return [(detail.kind, text[detail.start : detail.end]) for detail in details_in(text)]


@pytest.mark.parametrize(
    ("text", "kind", "what"),
    [
        ("Write to jo.odell+home@mail.example today.", "email", "jo.odell+home@mail.example"),
        ("NHS 943 476 5919 is on the letter.", "nhs_number", "943 476 5919"),
        ("NHS number 9434765919.", "nhs_number", "9434765919"),
        ("Her number is QQ 12 34 56 C.", "", ""),  # QQ is never given out
        ("Her number is AB 12 34 56 C.", "ni_number", "AB 12 34 56 C"),
        ("ab123456c", "ni_number", "ab123456c"),
        ("Ring 07700 900123 after six.", "phone", "07700 900123"),
        ("Ring (0161) 496 0123.", "phone", "(0161) 496 0123"),
        ("Ring +44 161 496 0123.", "phone", "+44 161 496 0123"),
        ("Tel. 030 12345678", "phone", "030 12345678"),
        ("They live at M1 1AE, the third door.", "postcode", "M1 1AE"),
        ("In SW1A 2AA.", "postcode", "SW1A 2AA"),
        ("The baby was born 4 February and came home to it.", "birth_date", "born 4 February"),
        ("DOB: 04/02/1987", "birth_date", "DOB: 04/02/1987"),
        ("geboren am 4. März 1987", "birth_date", "geboren am 4. März 1987"),
        ("As Mrs Odell said,", "name", "Mrs Odell"),
        ("Dr. Ada Mary Obi wrote back.", "name", "Dr. Ada Mary Obi"),
        ("Frau Müller-Lüdenscheidt sagt nein.", "name", "Frau Müller-Lüdenscheidt"),
    ],
)
def test_a_detail_is_found_where_it_stands(text: str, kind: str, what: str) -> None:
    assert found(text) == ([(kind, what)] if kind else [])


@pytest.mark.parametrize(
    "text",
    [
        "A £140 job has become a £2,300 one, 28 days later.",
        "Repairs contract, schedule 4: “two inspections not less than 28 days apart”.",
        "The number 943 476 5918 has a wrong check digit.",
        "@amina@elm.example wrote #Housing on 4 February 2026.",
        "Policy 2024/17 was changed on 2026-05-03.",
        "Mr and Mrs are titles; a doctor is none.",
        "See https://oak.example/proposals/112233445566778899",
        "",
    ],
)
def test_what_is_harmless_is_left_alone(text: str) -> None:
    assert found(text) == []


def test_the_pieces_make_up_the_text_and_say_what_they_are() -> None:
    text = "Ask Mrs Odell, M1 1AE, on 07700 900123."
    pieces = list(highlighted(text))
    assert "".join(piece for piece, _ in pieces) == text
    assert [kind for _, kind in pieces if kind] == ["name", "postcode", "phone"]


@pytest.mark.parametrize("part", ["1", "Mr ", "a@", "born ", "+44 ", "AB 12 ", "a.b-", "Mr A", "0 "])
def test_a_long_text_of_near_misses_is_read_to_its_end(part: str) -> None:
    text = part * 3000
    assert "".join(piece for piece, _ in highlighted(text)) == text
