"""Words are put into a template when it is compiled."""

import gettext
from typing import Any

import pytest
from jinja2 import DictLoader

from server.templating import SpokenEnvironment

WORDS = {
    "Topics": "Themen & mehr",
    "Signed in as %(name)s.": "Angemeldet: %(name)s.",
    "All of 100%%": "Alle 100%%",
    "Not now": "<i>Später</i>",
}


class Words(gettext.NullTranslations):
    def __init__(self, known: dict[str, str]) -> None:
        super().__init__()
        self.known = known

    def gettext(self, message: str) -> str:
        return self.known.get(message, message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return "ein Ding" if n == 1 else f"%(count)s Dinge von {self.known['Topics']}"


def drawn(text: str, words: Words, **values: Any) -> str:
    environment = SpokenEnvironment(
        loader=DictLoader({"page": text}), autoescape=True, extensions=["jinja2.ext.i18n"], auto_reload=False
    )
    environment.words = words
    install: Any = environment
    install.install_gettext_translations(words, newstyle=True)
    page = environment.get_template("page")
    words.known = {"Topics": "later"}
    return page.render(values)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("{{ _('Topics') }}", "Themen & mehr"),
        ("{% trans %}Topics{% endtrans %}", "Themen & mehr"),
        ("{{ _('Not now') if name else 1 }}", "<i>Später</i>"),
        ("{{ _('All of 100%%') }}", "Alle 100%"),
        ("{% trans %}All of 100%{% endtrans %}", "Alle 100%"),
        ("{% set x = _('Topics') %}{{ x|upper }} {{ x }}", "THEMEN & MEHR Themen & mehr"),
        ("{{ _('Nobody wrote this down') }}", "Nobody wrote this down"),
        ("{% trans name=name %}Signed in as {{ name }}.{% endtrans %}", "Angemeldet: &lt;b&gt;A%."),
        ("{{ _('Signed in as %(name)s.', name=name) }}", "Angemeldet: &lt;b&gt;A%."),
    ],
)
def test_a_text_is_in_the_template_before_it_is_drawn(text: str, shown: str) -> None:
    assert drawn(text, Words(dict(WORDS)), name="<b>A%") == shown


def test_what_depends_on_a_number_is_chosen_while_drawing() -> None:
    text = "{% trans count=count %}one thing{% pluralize %}{{ count }} things{% endtrans %}"
    assert drawn(text, Words(dict(WORDS)), count=1) == "ein Ding"
    assert drawn(text, Words(dict(WORDS)), count=2) == "2 Dinge von later"


def test_a_text_that_is_computed_is_looked_up_while_drawing() -> None:
    assert drawn("{{ _(name) }}", Words(dict(WORDS)), name="Topics") == "later"
