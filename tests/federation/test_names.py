"""One spelling for every host (attack row 21), origins with their port (row 14)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.errors import Malformed
from federation.names import Acct, domain_of, is_url, normalise_host, origin_of, parse_acct, same_origin


@pytest.mark.parametrize(
    ("given_host", "expected"),
    [
        ("EXAMPLE.com.", "example.com"),
        ("example.com:443", "example.com"),
        ("example.com:", "example.com"),
        ("127.0.0.1:3001", "127.0.0.1:3001"),
        ("localhost:3001", "localhost:3001"),
        ("BÜCHER.example", "xn--bcher-kva.example"),
        ("bücher。example", "xn--bcher-kva.example"),
        ("faß.example", "xn--fa-hia.example"),
        ("１２７.0.0.1", "127.0.0.1"),
        ("[2001:DB8::0001]:8443", "[2001:db8::1]:8443"),
        ("[::1]", "[::1]"),
    ],
)
def test_row_21_every_spelling_of_a_host_becomes_one(given_host: str, expected: str) -> None:
    assert normalise_host(given_host) == expected
    assert normalise_host(expected) == expected


@pytest.mark.parametrize(
    "host",
    [
        "",
        ".",
        "a..example",
        "a b",
        "a%2eexample",
        "user@a.example",
        "a\\.example",
        "a.example/x",
        "a?b",
        "-a.example",
        "a.example:0",
        "a.example:99999",
        "a.example:x",
        "127.1",
        "0x7f.1",
        "2130706433",
        "0177.0.0.1",
        "256.1.1.1",
        "[::1",
        "[::1]x",
        "[zz]",
        "[fe80::1%eth0]",
        "a" * 64 + ".example",
        ".".join(["a" * 60] * 5),
        "\u00ad",
        "a\x00b",
        "\ud800.example",
        "xn--\u00fc.example",
    ],
)
def test_row_21_hosts_that_parsers_disagree_on_are_refused(host: str) -> None:
    with pytest.raises(Malformed):
        normalise_host(host)


@given(st.text(max_size=60))
def test_a_host_is_refused_or_stays_as_it_became(host: str) -> None:
    try:
        normal = normalise_host(host)
    except Malformed:
        return
    assert normalise_host(normal) == normal
    assert normal == normal.lower()


def test_the_domain_of_an_address_keeps_only_an_unusual_port() -> None:
    assert domain_of("https://Oak.Example:443/x") == "oak.example"
    assert domain_of("http://127.0.0.1:3001/x") == "127.0.0.1:3001"
    assert domain_of("http://oak.example:80") == "oak.example"
    assert domain_of("http://oak.example:443") == "oak.example:443"


def test_scheme_host_and_port_make_the_origin() -> None:
    assert origin_of("HTTPS://Oak.Example:443/x?y#z") == "https://oak.example"
    assert same_origin("https://oak.example/1", "https://OAK.example.:443/2")
    for other in (
        "http://oak.example/",
        "https://oak.example:8443/",
        "https://ash.example/",
        "nonsense",
        "https://a..b/",
    ):
        assert not same_origin("https://oak.example/", other)
        assert not same_origin(other, "https://oak.example/")
    assert not same_origin("nonsense", "nonsense")


@pytest.mark.parametrize(
    "url", ["", "oak.example", "ftp://oak.example", "https://", "https://a@b/", "https://a/\n", "https://[::1", "//a/b"]
)
def test_what_is_no_address_has_no_domain(url: str) -> None:
    for read in (domain_of, origin_of):
        with pytest.raises(Malformed):
            read(url)


def test_an_address_has_a_limit() -> None:
    assert is_url("https://a.example/" + "x" * 2000)
    assert not is_url("https://a.example/" + "x" * 2048)


@pytest.mark.parametrize(
    "text", ["@amina@Oak.Example", "amina@oak.example", "acct:amina@oak.example:443", " @amina@oak.example "]
)
def test_a_handle_is_read_in_every_usual_form(text: str) -> None:
    assert parse_acct(text) == Acct("amina", "oak.example")
    assert str(parse_acct(text)) == "amina@oak.example"


def test_a_bare_name_is_of_here() -> None:
    assert parse_acct("@amina", here="127.0.0.1:3001") == Acct("amina", "127.0.0.1:3001")


@pytest.mark.parametrize(
    "text", ["", "@", "amina", "@amina@", "a@b@c", "a b@oak.example", ".a@oak.example", "a" * 256 + "@b"]
)
def test_what_is_no_handle_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        parse_acct(text)
