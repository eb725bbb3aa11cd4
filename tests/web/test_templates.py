"""The templates themselves: what is escaped, how they speak, how much they weigh."""

import gzip
import re

from server.templating import FOLDER, STATIC, accent_of, language_for, render
from server.web.about import ROBOTS
from tests.web.furnish import furnish
from tests.web.site import Site

SCRIPT = re.compile(r"""<script src="\{\{ asset\("js/\w+\.js"\) }}" defer></script>""")
TEXT = re.compile(r"_\(\"((?:[^\"\\]|\\.)*)\"\)|\{% trans [^%]*%\}(.*?)\{% (?:endtrans|pluralize) %\}", re.S)


def test_no_sentence_of_the_interface_is_longer_than_twenty_five_words() -> None:
    long = []
    for path in FOLDER.rglob("*.html"):
        for found in TEXT.finditer(path.read_text("utf-8")):
            for sentence in re.split(r"(?<=[.!?])\s", found[1] or found[2]):
                if len(sentence.split()) > 25:
                    long.append(f"{path.name}: {sentence}")
    assert long == []


def test_the_style_sheet_weighs_less_than_twelve_kilobytes() -> None:
    assert len(gzip.compress((STATIC / "css" / "folkmoot.css").read_bytes(), 9)) <= 12_000


def test_no_page_has_a_style_attribute_or_a_script_of_its_own() -> None:
    for path in FOLDER.rglob("*.html"):
        text = path.read_text("utf-8")
        assert " style=" not in text, path
        assert "<script" not in SCRIPT.sub("", text), path
        assert " onclick" not in text, path


def test_only_fields_that_were_sanitised_are_trusted() -> None:
    allowed = re.compile(
        r"(content_html|summary_html|section\.html|about_html|privacy_html|accessibility_html|note_html|reason_html|\.html|paths\[name\]|'[^']*')$"
    )
    for path in FOLDER.rglob("*.html"):
        for before in re.findall(r"([^\s{(|]+)\s*\|\s*trusted", path.read_text("utf-8")):
            assert allowed.search(before), f"{path.name}: {before}"


async def test_a_name_with_markup_is_shown_as_it_was_typed(site: Site) -> None:
    things = await furnish(site)
    browser = site.browser()
    await browser.sign_in("rosa")
    form = {"display_name": '<script>alert("x")</script>', "discoverable": "1"}
    await browser.send("/settings/profile", form)
    for path in ("/users/rosa", f"/proposals/{things.proposal}", "/organisations/canal_row"):
        text = (await site.browser().get(path)).text
        assert "<script>" not in text
        assert "&lt;script&gt;" in text


def test_the_language_is_the_members_then_the_browsers_then_ours() -> None:
    assert language_for("", "cy, en;q=0.8", "en") == "en"
    assert language_for("xx", "", "") == "en"


def test_an_organisation_keeps_its_colour() -> None:
    assert accent_of("canalrow.example") == accent_of("canalrow.example")


def test_robots_are_kept_out_of_private_places() -> None:
    assert "Disallow: /settings" in ROBOTS
    assert render("parts/states.html", "en", {}).strip() == ""
