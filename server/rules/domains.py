"""The names of other servers, as a person types them."""

import re
from typing import Final

import idna

from server.rules.errors import Invalid, Text

_LABEL: Final = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_WRONG: Final = Text("Write the domain alone, like spam.example.")


def check_domain(text: str) -> str:
    """The domain in `text`, in small letters and in the form the network uses (IDNA 2008, UTS 46).

    People paste what they have: an address, a handle or `*.spam.example` all name the domain in them. A port stays,
    because it is a part of the domain where one is used in development.

    Raises:
        Invalid: there is no domain in it.
    """
    bare = text.strip().partition("://")[2] or text.strip()
    bare = re.split(r"[/?#]", bare, maxsplit=1)[0].rpartition("@")[2]
    host, _, port = bare.removeprefix("*.").partition(":")
    name = host.removesuffix(".").lower()
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError) as error:
            raise Invalid("domain", _WRONG, str(error)) from error
    labels = name.split(".")
    whole = len(name) <= 253 and all(_LABEL.fullmatch(label) for label in labels)
    if not whole or (len(labels) < 2 and name != "localhost"):
        raise Invalid("domain", _WRONG)
    if port and not (port.isascii() and port.isdigit() and 0 < int(port[:6]) < 65_536):
        raise Invalid("domain", _WRONG)
    return f"{name}:{port}" if port else name
