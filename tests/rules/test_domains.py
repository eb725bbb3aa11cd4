import pytest

from server.rules.domains import check_domain
from server.rules.errors import Invalid


@pytest.mark.parametrize(
    ("typed", "domain"),
    [
        ("spam.example", "spam.example"),
        (" Spam.Example. ", "spam.example"),
        ("https://spam.example/users/mallory?x=1", "spam.example"),
        ("https://spam.example/@mallory", "spam.example"),
        ("@mallory@spam.example", "spam.example"),
        ("*.spam.example", "spam.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("127.0.0.1:8002", "127.0.0.1:8002"),
        ("localhost:8001", "localhost:8001"),
    ],
)
def test_what_people_paste_names_a_domain(typed: str, domain: str) -> None:
    assert check_domain(typed) == domain


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "com",
        "https://",
        "spam example",
        "spam.example is bad",
        "-spam.example",
        "spam..example",
        "spam.example:0",
        "a" * 300,
    ],
)
def test_what_is_no_domain_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_domain(typed)
    assert refused.value.field == "domain"
    assert "spam.example" in refused.value.text


@pytest.mark.parametrize("typed", ["spam.example:99999", "spam.example:port"])
def test_a_port_is_a_number(typed: str) -> None:
    with pytest.raises(Invalid):
        check_domain(typed)
