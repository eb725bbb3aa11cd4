"""The one door to other servers: fetch an object, a JSON document or a media file, post to an inbox.

Every request passes the same gates: the address (guard), the blocked domains, a few requests at a time per server, one
deadline for everything, redirects checked hop by hop, and a limit on what is read.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Final, Literal, NoReturn
from urllib.parse import urljoin
from weakref import WeakValueDictionary

import httpx

from federation import values
from federation.connections import PER_ORIGIN, Exchange, Origin, Pools
from federation.delivery import retry_after_of
from federation.errors import Gone, Malformed, NotFetched, Unavailable, UnsafeAddress
from federation.guard import PORTS, BodyReader, LookUp, Target, check_url, look_up
from federation.signatures import cavage, rfc9421
from federation.signatures.keys import Signer
from federation.signatures.request import NOTHING_MORE

Scheme = Literal["cavage", "rfc9421"]

ACTIVITY_JSON: Final = "application/activity+json"
ACTIVITY_STREAMS: Final = "https://www.w3.org/ns/activitystreams"
MAX_DOCUMENT: Final = 1_048_576
MAX_REDIRECTS: Final = 3

_SIGN: Final = {"cavage": cavage.sign, "rfc9421": rfc9421.sign}
_OTHER: Final[dict[Scheme, Scheme]] = {"cavage": "rfc9421", "rfc9421": "cavage"}
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_FAILURES: Final = (OSError, httpx.TransportError)


@dataclass(frozen=True, slots=True)
class Fetched:
    """An ActivityPub object as it was served: the address it came from in the end, the parsed document, the bytes."""

    url: str
    document: values.Json
    body: bytes


@dataclass(frozen=True, slots=True)
class Media:
    """A media file: its bytes and the media type it was served as, without parameters."""

    body: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class Posted:
    """How a delivery was answered. `scheme` is the signature that was taken: remember it for this host."""

    status: int
    retry_after: float | None
    scheme: Scheme


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is asked for, and what is taken: a media type, so many bytes, compressed or not."""

    accept: str
    is_type: Callable[[str], bool]
    limit: int = MAX_DOCUMENT
    packed: bool = True


@dataclass(frozen=True, slots=True)
class _Answer:
    url: str
    status: int
    headers: httpx.Headers
    body: bytes


class Client:
    """Requests to other servers; one for the whole process, closed with `aclose`.

    `development` adds loopback to what may be reached. `transport` replaces the network (addresses are checked all the
    same, names are not resolved), `clock` gives Unix seconds, `deadline` is seconds for one call with its redirects,
    `domain_refused` says whether a domain (with its port, if unusual) is blocked here, `ask` resolves names.

    All methods raise `UnsafeAddress` for an address that is refused or blocked, and `Unavailable` when the server did
    not answer in time or asked to come later.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        development: bool = False,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Callable[[], float] = time.time,
        deadline: float = 30,
        domain_refused: Callable[[str], Awaitable[bool]] | None = None,
        ask: LookUp = look_up,
    ) -> None:
        self._user_agent = user_agent
        self._development = development
        self._transport = transport or _Network(Pools(development=development, ask=ask))
        self._clock = clock
        self._deadline = deadline
        self._domain_refused = domain_refused
        self._lanes: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    async def get_object(self, url: str, signer: Signer | None) -> Fetched:
        """Fetch an ActivityPub object (AP section 3.2), signed when `signer` is given.

        Raises `NotFetched` unless it is served as `application/activity+json`, or `application/ld+json` with the
        ActivityStreams profile, and is a strict JSON object; `Gone` for 404 and 410; `TooLarge` over 1 MiB.
        """
        accept = f'{ACTIVITY_JSON}, application/ld+json; profile="{ACTIVITY_STREAMS}"'
        answer = await self._get(url, signer, _Wanted(accept, _is_activity_json))
        return Fetched(answer.url, _document(answer), answer.body)

    async def get_json(self, url: str, accept: str) -> values.Json:
        """Fetch a JSON object of any JSON type (WebFinger, NodeInfo), unsigned; errors as in `get_object`."""
        return _document(await self._get(url, None, _Wanted(accept, _is_json)))

    async def get_media(self, url: str, *, limit: int, types: frozenset[str]) -> Media:
        """Fetch a file of at most `limit` bytes, unsigned. Raises `NotFetched` unless its media type is in `types`."""
        # Pictures are packed already: what inflates 16 MB at once only holds up everybody else.
        wanted = _Wanted(", ".join(sorted(types)), lambda served: _media_type(served) in types, limit, packed=False)
        answer = await self._get(url, None, wanted)
        return Media(answer.body, _media_type(answer.headers.get("content-type", "")))

    async def post(
        self,
        inbox: str,
        body: bytes,
        signer: Signer,
        *,
        scheme: Scheme = "cavage",
        more: Mapping[str, str] = NOTHING_MORE,
    ) -> Posted:
        """Deliver `body` to an inbox (AP section 7.1), signed with `scheme`, and with the other one on 400 or 401.

        `more` are further header fields, in lower case; the signature covers them. Redirects are not followed: an
        answer of any status is returned, `delivery.verdict` says what follows from it.
        """
        target = await self._allowed(inbox)
        async with self._lane(target), self._within_deadline():
            first = await self._post_once(target, body, signer, scheme, more)
            if first.status not in (400, 401):
                return first
            second = await self._post_once(target, body, signer, _OTHER[scheme], more)
        return first if second.status in (400, 401) else second

    async def aclose(self) -> None:
        """Close all connections."""
        await self._transport.aclose()

    async def _post_once(
        self, target: Target, body: bytes, signer: Signer, scheme: Scheme, more: Mapping[str, str]
    ) -> Posted:
        answer = await self._exchange("POST", target, body=body, signer=signer, scheme=scheme, more=more)
        return Posted(answer.status, retry_after_of(answer.headers.get("retry-after"), self._clock()), scheme)

    async def _get(self, url: str, signer: Signer | None, wanted: _Wanted) -> _Answer:
        target = await self._allowed(url)
        home, seen = target.authority, {target.url}
        async with self._within_deadline():
            while True:
                # A signature tells who asks; another server than the one we turned to has no business knowing.
                by = signer if target.authority == home else None
                async with self._lane(target):
                    answer = await self._get_once(target, by, wanted)
                if answer.status not in _REDIRECTS:
                    break
                target = await self._next_hop(target, answer)
                if target.url in seen or len(seen) > MAX_REDIRECTS:
                    raise NotFetched("the server redirects in circles or too often", answer.status)
                seen.add(target.url)
        if answer.status != 200:
            _refuse(answer, self._clock())
        return answer

    async def _get_once(self, target: Target, signer: Signer | None, wanted: _Wanted) -> _Answer:
        answer = await self._exchange("GET", target, signer=signer, wanted=wanted)
        if answer.status == 401 and signer is not None:
            answer = await self._exchange("GET", target, signer=signer, scheme="rfc9421", wanted=wanted)
        return answer

    async def _next_hop(self, target: Target, answer: _Answer) -> Target:
        try:
            url = urljoin(target.url, answer.headers.get("location", ""))
        except ValueError as error:
            raise NotFetched("the server redirects to nowhere", answer.status) from error
        after = await self._allowed(url)
        if target.scheme == "https" and after.scheme != "https":
            raise UnsafeAddress("the server redirects from https to http")
        return after

    async def _allowed(self, url: str) -> Target:
        target = check_url(url, development=self._development)
        if self._domain_refused is not None and await self._domain_refused(target.authority):
            raise UnsafeAddress(f"{target.authority} is blocked here")
        return target

    async def _exchange(
        self,
        method: str,
        target: Target,
        *,
        body: bytes | None = None,
        signer: Signer | None,
        scheme: Scheme = "cavage",
        wanted: _Wanted | None = None,
        more: Mapping[str, str] = NOTHING_MORE,
    ) -> _Answer:
        # httpx brings the address into its final spelling, and what is signed must be what is sent.
        url = httpx.URL(target.url)
        headers = {
            "host": target.authority,
            "user-agent": self._user_agent,
            "accept": wanted.accept if wanted else "*/*",
            "accept-encoding": "gzip" if wanted is None or wanted.packed else "identity",
        }
        if signer is not None:
            headers |= await asyncio.to_thread(
                _SIGN[scheme],
                method,
                str(url),
                body,
                content_type=ACTIVITY_JSON,
                signer=signer,
                now=self._clock(),
                more=more,
            )
        request = httpx.Request(method, url, headers=headers, content=body)
        try:
            response = await self._transport.handle_async_request(request)
            try:
                content = await _read(response, wanted)
            finally:
                await response.aclose()
        except _FAILURES as error:
            raise Unavailable(f"{target.authority} did not answer: {str(error) or type(error).__name__}") from error
        return _Answer(target.url, response.status_code, response.headers, content)

    @asynccontextmanager
    async def _lane(self, target: Target) -> AsyncIterator[None]:
        """A few requests at a time per server; the others wait here, where they hold no connection."""
        lane = self._lanes.setdefault(target.authority, asyncio.Semaphore(PER_ORIGIN))
        async with lane:
            yield

    @asynccontextmanager
    async def _within_deadline(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._deadline):
                yield
        except TimeoutError as error:
            raise Unavailable(f"no complete answer within {self._deadline:g} seconds") from error


class _Network(httpx.AsyncBaseTransport):
    """httpx's view of our connections."""

    def __init__(self, pools: Pools) -> None:
        self._pools = pools

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        origin = Origin(url.scheme, url.raw_host.decode("ascii"), url.port or PORTS[url.scheme])
        exchange = await self._pools.request(
            origin, request.method.encode("ascii"), url.raw_path, request.headers.raw, request.content
        )
        return httpx.Response(exchange.answer.status, headers=exchange.answer.headers, stream=_Body(exchange))

    async def aclose(self) -> None:
        await self._pools.aclose()


class _Body(httpx.AsyncByteStream):
    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._exchange.answer

    async def aclose(self) -> None:
        self._exchange.close()


async def _read(response: httpx.Response, wanted: _Wanted | None) -> bytes:
    """The body if it is wanted and the answer is 200, else nothing."""
    assert isinstance(response.stream, httpx.AsyncByteStream)
    if wanted is None or response.status_code != 200:
        # A short rest is read so that the connection can be used again; the status is known and stays valid whatever
        # happens to the rest.
        with suppress(TimeoutError, *_FAILURES):
            async with asyncio.timeout(1):
                rest = 0
                async for chunk in response.stream:
                    rest += len(chunk)
                    if rest > 16_384:
                        break
        return b""
    if not wanted.is_type(response.headers.get("content-type", "")):
        raise NotFetched("the server answered with another media type than we asked for", 200)
    reader = BodyReader(wanted.limit, response.headers.get("content-encoding", ""), packed=wanted.packed)
    async for chunk in response.stream:
        reader.feed(chunk)
    return reader.finish()


def _refuse(answer: _Answer, now: float) -> NoReturn:
    text = f"the server answered {answer.status}"
    if answer.status in (404, 410):
        raise Gone(text, answer.status)
    if answer.status in (408, 429) or answer.status >= 500:
        raise Unavailable(text, retry_after_of(answer.headers.get("retry-after"), now))
    raise NotFetched(text, answer.status)


def _document(answer: _Answer) -> values.Json:
    try:
        return values.loads(answer.body)
    except Malformed as error:
        raise NotFetched(f"the server sent a document we cannot read: {error.reason}", answer.status) from error


def _media_type(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def _is_json(content_type: str) -> bool:
    kind = _media_type(content_type)
    return kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))


def _is_activity_json(content_type: str) -> bool:
    # Any other type may be a file that somebody uploaded there.
    kind = _media_type(content_type)
    if kind != "application/ld+json":
        return kind == ACTIVITY_JSON
    params = (part.partition("=") for part in content_type.split(";")[1:])
    return any(
        name.strip().lower() == "profile" and ACTIVITY_STREAMS in value.strip().strip('"').split()
        for name, _, value in params
    )
