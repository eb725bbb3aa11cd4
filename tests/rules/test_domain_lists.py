"""Lists of domains as files: Mastodon's own, lists of names, and files that are none."""

import pytest

from server.rules.domain_lists import read, written
from server.rules.domains import DomainRule, obscured
from server.rules.errors import Invalid
from server.rules.registered import registered

MASTODON = b"""#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate
spam.example,suspend,True,True,"Sells, and sells",False
loud.example,silence,False,True,,True
pictures.example,noop,true,false,,false
sp**.example,suspend,True,True,hidden there,True
odd.example,frown,True,True,,False
spam.example,silence,False,False,twice,False
"""


def test_mastodons_export_is_read_and_written_in_its_own_words() -> None:
    found = read("blocks", MASTODON)
    assert found.rules == (
        DomainRule("spam.example", "block", True, True, public_comment="Sells, and sells"),
        DomainRule("loud.example", "limit", False, True, obfuscate=True),
        DomainRule("pictures.example", "none", True, False),
    )
    assert [line.partition(",")[0] for line in found.missed] == ["sp**.example", "odd.example"]
    made = written("blocks", found.rules)
    assert made.splitlines()[0] == "#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate"
    assert made.splitlines()[1] == 'spam.example,suspend,True,True,"Sells, and sells",False'
    assert read("blocks", made.encode()).rules == found.rules


def test_a_list_of_names_blocks_each_whole_and_lets_in_where_that_is_asked_for() -> None:
    names = b"\xef\xbb\xbfSpam.Example\r\n\r\nhttps://loud.example/\r\nno domain\r\n"
    assert read("blocks", names).rules == (DomainRule("spam.example", "block"), DomainRule("loud.example", "block"))
    allowed = read("allows", b"#domain\noak.example\n")
    assert allowed.rules == (DomainRule("oak.example", "allow"),)
    assert written("allows", allowed.rules).splitlines() == ["#domain", "oak.example"]


@pytest.mark.parametrize(
    "content",
    [b"", b"#domain\n", b"no domain here\n", b'"open', b"\xff\xfe", b"a.example\n" * 20_001, b"x" * 5_000_000],
)
def test_what_is_no_list_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid):
        read("blocks", content)


def test_a_cell_that_a_spreadsheet_would_run_is_text() -> None:
    assert "'=1+1" in written("blocks", [DomainRule("a.example", "block", public_comment="=1+1")])


def test_a_hidden_name_keeps_its_ends_and_its_dots() -> None:
    assert obscured("spam.example") == "spam.****ple"
    assert obscured("a.example") != "a.example"


@pytest.mark.parametrize(
    ("domain", "name"),
    [
        ("a.b.example.org", "example.org"),
        ("a.b.example.co.uk:8443", "example.co.uk"),
        ("one.github.io", "one.github.io"),
        ("b.one.github.io", "one.github.io"),
        ("github.io", "github.io"),
        ("LOUD.Example", "loud.example"),
        ("127.0.0.1:8001", "127.0.0.1"),
        ("[::1]:8001", "[::1]"),
        ("localhost", "localhost"),
    ],
)
def test_the_registered_part_of_a_name(domain: str, name: str) -> None:
    assert registered(domain) == name
