"""One Jinja environment a language, for pages, feeds and mail.

Everything is escaped except what passes through the one filter `trusted`, which is for HTML that
`rules.sanitise` has made: `content_html`, `summary_html`, `section.html`, `about_html`, `note_html`, `reason_html`.
"""

import gettext
import hashlib
from collections.abc import Mapping, MutableMapping
from datetime import date, datetime, tzinfo
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError, negotiate_locale
from babel.dates import format_date, format_datetime, format_timedelta
from babel.lists import format_list
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, nodes, pass_context
from jinja2.environment import TemplateModule
from jinja2.runtime import Context
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from server.rules.colours import ACCENTS
from server.rules.errors import Text
from server.rules.sanitise import plain_text
from server.views.accounts import AccountView, OrganisationRef
from server.views.posts import PostView

_HERE = Path(__file__).parent
FOLDER = next(place for place in (_HERE / "templates", _HERE.parent / "templates") if place.is_dir())
STATIC = FOLDER / "static"
LOCALES = FOLDER / "locale"
_IMPORTED: Final = "_imported"
_KEPT: Final = 4096  # dates in words; a busy proposal has a hundred


def render(template: str, locale: str, values: Mapping[str, Any]) -> str:
    """The text of a template in this language. `values` must hold all that the template names."""
    return _environment(locale).get_template(template).render({**values, _IMPORTED: {}})


@cache
def languages() -> tuple[str, ...]:
    """The languages we have words for; English is always one."""
    found = sorted(path.parent.parent.name for path in LOCALES.glob("*/LC_MESSAGES/*.mo"))
    return ("en", *(name for name in found if name != "en"))


def language_choices() -> list[tuple[str, str]]:
    """The languages of `languages`, each under its own name."""
    found = [(name, Locale.parse(name).get_display_name() or name) for name in languages()]
    return [(name, shown[:1].upper() + shown[1:]) for name, shown in found]


def marked(text: str) -> str:
    """The text itself, found by those who collect the words to translate. A page says it with the filter `said`."""
    return text


def said(text: str, language: str) -> str:
    """A text of ours for what is published in a language; in English where we have no words in it."""
    return _translations(language_for(language, "", "en")).gettext(text)


def language_for(wanted: str, accepted: str, fallback: str) -> str:
    """The language of a page: the member's choice, else what the browser asks for (RFC 9110, 12.5.4), else the
    organisation's own."""
    asked = [part.split(";")[0].strip().replace("-", "_") for part in accepted.split(",")]
    preferred = [name.replace("-", "_") for name in (wanted, *asked[:8], fallback) if name]
    return negotiate_locale(preferred, languages()) or "en"


def locale_for(language: str) -> Locale:
    """Babel's rules for dates and numbers in a language; English as spoken in Britain where it is unknown."""
    try:
        return Locale.parse("en_GB" if language in ("en", "") else language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en_GB")


def path_of(subject: PostView | AccountView | OrganisationRef) -> str:
    """The page on this site that shows a post, an account or an organisation, also one from elsewhere."""
    if isinstance(subject, PostView):
        shown = subject.reblog or subject
        return f"/proposals/{shown.id}" if shown.kind == "proposal" else f"/posts/{shown.id}"
    if isinstance(subject, OrganisationRef):
        return f"/@{subject.acct}" if subject.domain else f"/organisations/{subject.acct}"
    if subject.local and subject.kind == "topic":
        return f"/topics/{subject.name}"
    if subject.local and subject.kind == "organisation":
        return f"/organisations/{subject.name}"
    return f"/@{subject.acct}"


def accent_of(name: str) -> str:
    """A steady colour for an organisation that is not ours, so that its mark is known again."""
    return tuple(ACCENTS)[hashlib.sha256(name.encode()).digest()[0] % len(ACCENTS)]


@cache
def asset(name: str) -> str:
    """The address of a file under `static`. It changes when the file does, so that browsers may keep it for good."""
    mark = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]
    return f"/static/{name}?v={mark}"


class Spoken(NodeTransformer):
    """Puts the words of one language into a template while it is compiled, so that a page does not look up a hundred
    texts each time it is drawn. What depends on a number is looked up while drawing."""

    def __init__(self, words: gettext.NullTranslations) -> None:
        self._words = words

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 -- jinja2 calls it by the name of the node
        self.generic_visit(node)
        called, given = node.node, node.args
        if not isinstance(called, nodes.Name) or called.name not in ("_", "gettext") or len(given) != 1:
            return node
        if not isinstance(given[0], nodes.Const) or node.dyn_args or node.dyn_kwargs:
            return node
        text = self._words.gettext(given[0].value)
        if not node.kwargs:
            return nodes.MarkSafeIfAutoescape(nodes.Const(text % {}), lineno=node.lineno)
        values = nodes.Dict([nodes.Pair(nodes.Const(each.key), each.value) for each in node.kwargs])
        return nodes.Mod(nodes.MarkSafeIfAutoescape(nodes.Const(text)), values, lineno=node.lineno)


class SharedTemplate(Template):
    """A template that is imported once for each page drawn, however many others import it "with context": they see
    the values of the page, and nothing that one of them has set."""

    def make_module(
        self,
        vars: dict[str, Any] | None = None,
        shared: bool = False,
        locals: Mapping[str, Any] | None = None,
    ) -> TemplateModule:
        imported: dict[str, TemplateModule] | None = (vars or {}).get(_IMPORTED)
        if imported is None or self.name is None:
            return super().make_module(vars, shared, locals)
        if self.name not in imported:
            imported[self.name] = super().make_module(vars, shared)
        return imported[self.name]


class SpokenEnvironment(Environment):
    """Templates in one language."""

    template_class = SharedTemplate
    words: gettext.NullTranslations

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        template = super()._parse(source, name, filename)
        Spoken(self.words).visit(template)
        template.set_environment(self)
        return template

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """One plain dict, as ours never change: jinja2's chain of two is asked a thousand times a page."""
        return {**self.globals, **(d or {})}


@cache
def _environment(language: str) -> Environment:
    environment = SpokenEnvironment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        auto_reload=False,
    )
    words = environment.words = _translations(language)
    install: Any = environment
    install.install_gettext_translations(words, newstyle=True)
    locale = locale_for(language)
    environment.globals.update(asset=asset, path_of=path_of, accent_of=accent_of, locale=locale, accents=ACCENTS)
    environment.filters.update(
        trusted=Markup,
        date=_date,
        datetime=_datetime,
        day=lambda value: _in_words(_day(value), "long", locale),
        ago=_ago,
        number=lambda value: format_decimal(value, locale=locale),
        listed=lambda names: format_list(list(names), locale=locale),
        few=_few,
        words=lambda markup: plain_text(str(markup)),
        said=lambda text: _said(words, text) if text else "",
    )
    return environment


@cache
def _translations(language: str) -> gettext.NullTranslations:
    if not LOCALES.is_dir():
        return NullTranslations()
    return Translations.load(LOCALES, [language])


def _said(words: gettext.NullTranslations, text: str) -> str:
    """A text in the page's language; the values of an error's text, which may be such texts, are put into the
    translated message."""
    if isinstance(text, Text) and text.values:
        values = {name: _said(words, each) if isinstance(each, Text) else each for name, each in text.values.items()}
        return words.gettext(text.message) % values
    return words.gettext(text)


def _few(count: int) -> str:
    """A count as it may be shown: under five it could point to a person."""
    return "<5" if 0 < count < 5 else str(count)


def _zone(context: Context) -> tzinfo:
    site = context.get("site")
    try:
        return ZoneInfo(site.time_zone) if site else ZoneInfo("UTC")
    except (KeyError, ValueError):
        return ZoneInfo("UTC")


@pass_context
def _date(context: Context, value: datetime, style: str = "long") -> Markup:
    """The day, in the organisation's time zone, without the year while that is clear."""
    return _time_of_day(value, style, _zone(context), context["locale"])


@lru_cache(_KEPT)
def _time_of_day(value: datetime, style: str, zone: tzinfo, locale: Locale) -> Markup:
    return _time(value, _in_words(value.astimezone(zone).date(), style, locale))


@lru_cache(_KEPT)
def _in_words(value: date, style: str, locale: Locale) -> str:
    return format_date(value, style, locale=locale)


def _day(value: date | str) -> date:
    """A day as a column has it, or as a fact of a contribution does (YYYY-MM-DD, checked when it came in)."""
    return date.fromisoformat(value) if isinstance(value, str) else value


@pass_context
def _datetime(context: Context, value: datetime) -> Markup:
    return _moment(value, _zone(context), context["locale"])


@lru_cache(_KEPT)
def _moment(value: datetime, zone: tzinfo, locale: Locale) -> Markup:
    return _time(value, format_datetime(value, "d MMMM y, HH:mm", tzinfo=zone, locale=locale))


@pass_context
def _ago(context: Context, value: datetime) -> Markup:
    """How long ago, in words, with the exact time for those who ask."""
    now: datetime = context["now"]
    shown = format_timedelta(value - now, add_direction=True, granularity="minute", locale=context["locale"])
    return _time(value, shown)


def _time(value: datetime, shown: str) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(value.isoformat(timespec="seconds"), shown)
