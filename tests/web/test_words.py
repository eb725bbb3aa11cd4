"""The words of the pages in every language we have."""

import ast
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from server.rules import limits
from server.rules.errors import Invalid, Refused
from server.templating import languages
from tests.web.furnish import furnish
from tests.web.site import Site
from tests.words import LOCALES, TEMPLATE, collected, translations

PLACES = re.compile(r"%\(\w+\)s|\{\w+\}|%%?")
SERVER = Path(__file__).parents[2] / "server"
ERRORS = {"Invalid", "Refused", "NotFound", "Conflict", "TooFast"}
LANGUAGES = [pytest.param(catalog, id=name) for name, catalog in translations()]


def texts(catalog: Catalog) -> set[str | tuple[str, ...]]:
    return {message.id for message in catalog if message.id}


def test_the_template_for_translators_is_what_the_source_says() -> None:
    with TEMPLATE.open("rb") as file:
        assert texts(read_po(file)) == texts(collected()), "run `make words`"


@pytest.mark.parametrize("catalog", LANGUAGES)
def test_every_text_is_translated(catalog: Catalog) -> None:
    wanting = [message.id for message in catalog if message.id and (message.fuzzy or not all(_forms(message.string)))]
    assert wanting == []
    assert texts(catalog) == texts(collected()), "run `make words`"


@pytest.mark.parametrize("catalog", LANGUAGES)
def test_a_translation_has_the_places_for_values_that_the_text_has(catalog: Catalog) -> None:
    for message in catalog:
        if message.id:
            wanted = {place for form in _forms(message.id) for place in PLACES.findall(form)}
            for form in _forms(message.string):
                found = set(PLACES.findall(form))
                assert found == wanted or (isinstance(message.id, tuple) and found <= wanted), message.id


@pytest.mark.parametrize("catalog", LANGUAGES)
def test_what_the_server_reads_is_what_the_translators_wrote(catalog: Catalog) -> None:
    with (LOCALES / str(catalog.locale) / "LC_MESSAGES" / "messages.mo").open("rb") as file:
        compiled = {_forms(message.id): _forms(message.string) for message in read_mo(file) if message.id}
    written = {_forms(message.id): _forms(message.string) for message in catalog if message.id}
    assert compiled == written, "run `make words`"


async def test_the_page_speaks_the_language_of_its_reader(site: Site) -> None:
    assert "de" in languages()
    browser = site.browser()
    answer = await browser.get("/topics", accept_language="de-AT,de;q=0.9,en;q=0.5")
    assert answer.headers["content-language"] == "de"
    assert "Themen" in answer.text
    await browser.sign_in("rosa")
    await browser.send("/settings/reading", {"locale": "en", "theme": ""})
    mine = await browser.get("/topics", accept_language="de")
    assert mine.headers["content-language"] == "en"


async def test_visitors_whose_language_we_lack_get_that_of_the_organisation(site: Site) -> None:
    browser = site.browser()
    await browser.sign_in("joyce")
    form = {"title": "Mietertreff Kanalzeile", "language": "de", "sign_up": "invite", "accent": "pine"}
    assert (await browser.send("/admin/site", form)).status_code == 303
    assert (await site.browser().get("/", accept_language="cy")).headers["content-language"] == "de"


async def test_errors_and_feeds_are_translated_too(site: Site) -> None:
    await furnish(site)
    browser = site.browser()
    missing = await browser.get("/nothing-here", accept_language="de")
    assert "Hier ist nichts" in missing.text
    assert "<title>Vorschläge" in (await browser.get("/proposals/feed.atom", accept_language="de")).text
    sent = await browser.client.post("/sign-in", headers={"Accept-Language": "de"}, data={"csrf": ""})
    assert "Gehen Sie zurück" in sent.text


def test_no_text_of_an_error_is_put_together_where_it_is_raised() -> None:
    """A text with values in it could not be looked up: the values stand beside the message. The commands speak English
    alone."""
    put_together = []
    for path in sorted(SERVER.rglob("*.py")):
        calls = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
        for call in calls:
            name = call.func.id if isinstance(call.func, ast.Name) else ""
            said = call.args[1:2] if name == "Invalid" else call.args[:1]
            if name in ERRORS and said and isinstance(said[0], ast.JoinedStr | ast.BinOp) and "cli" not in path.parts:
                put_together.append(f"{path.relative_to(SERVER)}:{call.lineno}")
    assert put_together == []


def test_a_text_is_said_in_english_and_keeps_what_it_is_made_of() -> None:
    error = Invalid("title", "At most %(limit)s, %(name)s.", limit=3, name="100 %s")
    assert error.text == "At most 3, 100 %s."
    assert str(error) == error.text
    assert (error.text.message, error.text.values) == ("At most %(limit)s, %(name)s.", {"limit": 3, "name": "100 %s"})
    assert Invalid("other", error.text).text is error.text
    assert Refused("50 %").text == "50 %"


async def test_an_error_with_a_number_in_it_is_translated(site: Site) -> None:
    browser = site.browser()
    await browser.sign_in("rosa")
    await browser.send("/settings/reading", {"locale": "de", "theme": ""})
    form = {"display_name": "x" * (limits.DISPLAY_NAME + 1), "summary": ""}
    answer = await browser.send("/settings/profile", form)
    assert answer.status_code == 422
    assert f"bis zu {limits.DISPLAY_NAME} Zeichen" in answer.text


async def test_a_percent_sign_in_an_error_is_only_a_percent_sign(site: Site) -> None:
    browser = site.browser()
    await browser.sign_in("joyce")
    answer = await browser.client.get("/search", params={"q": "100 % wrong %(name)s"})
    assert answer.status_code == 200
    assert "100 % wrong" in answer.text


def _forms(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)
