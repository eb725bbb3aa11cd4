"""The names of other servers, as a person types them, and what can be decided about one."""

import re
from dataclasses import dataclass
from typing import Final, Literal, get_args

import idna

from server.rules.errors import Invalid, Text

Policy = Literal["block", "limit", "none", "allow", "held"]
POLICIES: Final[tuple[Policy, ...]] = get_args(Policy)
Federation = Literal["open", "quarantine", "allow_list"]
FEDERATIONS: Final[tuple[Federation, ...]] = get_args(Federation)
Shown = Literal["nobody", "members", "everyone"]
SHOWN: Final[tuple[Shown, ...]] = get_args(Shown)
NOTE: Final = 2_000

_LABEL: Final = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_WRONG: Final = Text("Write the domain alone, like spam.example.")


@dataclass(frozen=True, slots=True)
class DomainRule:
    """What is decided about a domain and all below it.

    `block`: nothing comes from it and nothing goes there. `limit`: its accounts stand in no list for everybody, and
    tell and follow only whom they are let. `none`: nothing but what else is said here. `allow`: it may come in where
    others wait or are refused. `held`: it waits for an admin. `note` is for admins, `public_comment` for readers of
    the list of blocks, and `obfuscate` hides a part of the name there.
    """

    domain: str
    policy: Policy
    reject_media: bool = False
    reject_reports: bool = False
    note: str = ""
    public_comment: str = ""
    obfuscate: bool = False


def obscured(domain: str) -> str:
    """A domain with its middle hidden, as Mastodon hides it: a quarter stays at each end, and the dots."""
    shown = len(domain) // 4
    return "".join(
        "*" if shown < at < len(domain) - shown and letter != "." else letter for at, letter in enumerate(domain)
    )


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
