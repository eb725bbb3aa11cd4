"""The part of a name that its owner registered: `example.org` of `a.b.example.org`, `b.co.uk` of `a.b.co.uk`.

Names below it cost their owner nothing, so whoever is counted by domain is counted by this one, too. The list of
public suffixes comes with the library, and is read when it is first needed.
"""

from functools import cache
from ipaddress import ip_address

from publicsuffixlist import PublicSuffixList


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def registered(domain: str) -> str:
    """The registered name of a domain, without a port. An address is its own, and so is what is a suffix itself."""
    name = domain.lower()
    head, colon, port = name.rpartition(":")
    if colon and port.isdigit():
        name = head
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        return _suffixes().privatesuffix(name) or name
    return name
