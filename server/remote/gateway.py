"""The one way out: every document of another server is fetched through `Remote.read`.

It never asks this server itself, spends from a budget, and lets nothing through that is not at the address it claims to
be at (FEP-fe34). The client it uses asks the domain blocks, at each redirect too.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Final

from federation.client import Client, Fetched
from federation.errors import Forged, Malformed, NotFetched, Unavailable, UnsafeAddress
from federation.names import domain_of, same_origin
from federation.origin import check_fetched
from federation.signatures.keys import Signer
from federation.values import Json, id_of
from server.config import Settings
from server.queries import actors, domains
from server.remote.misses import Misses
from server.rules.registered import registered

FETCHES: Final = 120
DISCOVERIES: Final = 40


class Budget:
    """How much one request or one job may still fetch, whatever it leads to."""

    def __init__(self, fetches: int = FETCHES, discoveries: int = DISCOVERIES) -> None:
        self.fetches = fetches
        self.discoveries = discoveries

    def spend(self) -> None:
        """One fetch; raises `NotFetched` when the budget is used up."""
        if self.fetches <= 0:
            raise NotFetched("this led to more fetches than one request may cause")
        self.fetches -= 1

    def discover(self) -> None:
        """One account that was not known; raises `NotFetched` when there were too many (FEP-fe34, mention floods)."""
        if self.discoveries <= 0:
            raise NotFetched("this names more unknown accounts than one request may")
        self.discoveries -= 1


@dataclass(frozen=True, slots=True)
class Remote:
    """What is needed to reach other servers. `clock` gives Unix seconds; `signer` gives the instance actor's key."""

    client: Client
    settings: Settings
    clock: Callable[[], float]
    signer: Callable[[], Awaitable[Signer]]
    misses: Misses
    budget: Budget

    def fresh(self, fetches: int = FETCHES, discoveries: int = DISCOVERIES) -> "Remote":
        """The same gateway with a budget of its own, for one request or one job."""
        return replace(self, budget=Budget(fetches, discoveries))

    def is_here(self, url: str) -> bool:
        """Whether an address is of this instance. Never raises."""
        try:
            return domain_of(url) == self.settings.domain
        except Malformed:
            return False

    def check_away(self, url: str) -> None:
        """Raise `UnsafeAddress` for our own addresses. (Blocked domains are refused by the client.)"""
        if self.is_here(url):
            raise UnsafeAddress("this address is of this server itself")

    async def check_open(self, url: str) -> None:
        """Raise `UnsafeAddress` for our own addresses and for those of a blocked domain."""
        self.check_away(url)
        if await domains.is_refused(domain_of(url)):
            raise UnsafeAddress("this domain is blocked here")

    async def discover(self, url: str) -> None:
        """Somebody unknown is about to be fetched.

        Raises `NotFetched` when there were too many for one request, `Unavailable` when there were too many from the
        same registered domain just now, or too many new names below it.
        """
        self.budget.discover()
        host = domain_of(url)
        name = registered(host)
        if self.misses.refuses("newcomers", name):
            raise Unavailable("too many new people came from this domain just now", retry_after=60)
        if host != name and not await actors.is_known_domain(host):
            if self.misses.refuses("below", name):
                raise Unavailable("too many new names came from this domain just now", retry_after=60)
            self.misses.note("below", name)
        self.misses.note("newcomers", name)

    async def read(self, url: str) -> Json:
        """The ActivityPub document at `url`: the one with this id, or, one step further, the one it says it really is.

        Raises `ProtocolError` when it must not or cannot be had, `Unavailable` when trying later may help.
        """
        document, moved = await self._read(url)
        if moved is None:
            return document
        document, moved = await self._read(moved)
        if moved is not None:
            raise Forged("the document has another id than the address it was fetched from")
        return document

    async def read_loosely(self, url: str) -> Json:
        """The document at `url` whatever its id: for keys, whose id may be that of their owner, and for pages.

        Raises `Forged` when a redirect led to another origin: an honest server that leads anywhere would else give its
        name to whatever is there.
        """
        fetched = await self._get(url)
        if not same_origin(fetched.url, url):
            raise Forged("the document comes from another origin than its address")
        return fetched.document

    async def _read(self, url: str) -> tuple[Json, str | None]:
        """The document, and its true id where that is another one at the origin we ended at."""
        fetched = await self._get(url)
        if id_of(fetched.document) == url and same_origin(fetched.url, url):
            return fetched.document, None
        return fetched.document, check_fetched(fetched.document, fetched.url)

    async def _get(self, url: str) -> Fetched:
        self.check_away(url)
        self.budget.spend()
        return await self.client.get_object(url, await self.signer())


def gateway(
    client: Client, settings: Settings, clock: Callable[[], float], signer: Callable[[], Awaitable[Signer]]
) -> Remote:
    """The gateway of a process; each request and job takes a `fresh` one from it."""
    return Remote(client, settings, clock, signer, Misses(clock), Budget())
