"""Collects the words that people see, for those who translate them: `make words`.

In templates they stand in `_(…)` and `{% trans %}`. In Python they are the texts of errors, and what
`marked(…)` or `Text(…)` names. Each language has its folder under templates/locale: `messages.po` is for people,
`messages.mo` for the server.
"""

from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
LOCALES = ROOT / "templates" / "locale"
TEMPLATE = LOCALES / "messages.pot"
METHODS = [
    *((f"server/{layer}/**.py", "python") for layer in ("actions", "http", "media", "remote", "rules", "web")),
    ("templates/**.html", "jinja2"),
    ("templates/mail/**.txt", "jinja2"),
    ("templates/**.md", "jinja2"),
]
JINJA = {
    "extensions": "jinja2.ext.i18n,jinja2.ext.do",
    "newstyle_gettext": "true",
    "trim_blocks": "true",
    "lstrip_blocks": "true",
    "silent": "false",
}
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "marked": None,
    "Text": None,
    "Invalid": (2,),
    "Refused": None,
    "NotFound": None,
    "Conflict": None,
    "TooFast": None,
}


def collected() -> Catalog:
    """Every text as it stands in the source now."""
    catalog = Catalog(project="Folkmoot", domain="messages")
    for folder in ("server", "templates"):
        # The patterns are meant from the root, and nothing else there needs to be looked through.
        found = extract_from_dir(
            ROOT / folder,
            [(pattern.removeprefix(f"{folder}/"), method) for pattern, method in METHODS if pattern.startswith(folder)],
            {"**.html": JINJA, "**.md": JINJA},
            KEYWORDS,
        )
        for _, _, message, _, context in found:
            first = message if isinstance(message, str) else message[0]
            if first:
                catalog.add(message, context=context)
    return catalog


def translations() -> Iterator[tuple[str, Catalog]]:
    """Each language we have words for, with its texts."""
    for path in sorted(LOCALES.glob("*/LC_MESSAGES/messages.po")):
        language = path.parent.parent.name
        with path.open("rb") as file:
            yield language, read_po(file, locale=language)


def main() -> None:
    template = collected()
    with TEMPLATE.open("wb") as file:
        write_po(file, template, omit_header=True, sort_output=True, width=100)
    for language, catalog in translations():
        made = catalog.creation_date
        catalog.update(template, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        catalog.creation_date = made  # so that nothing changes where no text did
        folder = LOCALES / language / "LC_MESSAGES"
        with (folder / "messages.po").open("wb") as file:
            write_po(file, catalog, sort_output=True, no_location=True, width=100)
        with (folder / "messages.mo").open("wb") as file:
            write_mo(file, catalog)


if __name__ == "__main__":
    main()
