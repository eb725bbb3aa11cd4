"""One connection to another server: HTTP/1.1 as a client speaks it (RFC 9112), one request after the other.

What arrives is parsed by llhttp in its strict mode, which refuses two or broken lengths, a length beside a transfer
encoding, bare line feeds and folded lines. What it lets through and we do not want is refused here.
"""

import asyncio
import re
from collections.abc import Iterable
from typing import Final, cast

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

from federation.errors import Malformed

MAX_HEAD: Final = 32_768  # bytes of a head and the interim ones before it, or between two parts of a body
MAX_FIELDS: Final = 128

_MAX_UNREAD: Final = 65_536  # bytes of a body that wait for their reader before we stop reading
_NOT_IN_A_LINE: Final = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")


class Broken(ConnectionError):
    """The other server broke the connection off, or the rules of HTTP."""


class Stale(Broken):
    """A connection that was used before was closed without one byte of an answer: it says nothing about the request."""


def message(method: bytes, target: bytes, headers: Iterable[tuple[bytes, bytes]], body: bytes = b"") -> bytes:
    """A request as it goes over the wire; `headers` must hold `host` and, with a body, its length.

    Raises `Malformed` for control characters (a line break would begin a header field or request of its own).
    """
    lines = [b"%s %s HTTP/1.1" % (method, target), *(b"%s: %s" % field for field in headers)]
    if b" " in target or any(_NOT_IN_A_LINE.search(line) for line in lines):
        raise Malformed("the request holds characters that no request line or header field can")
    return b"\r\n".join([*lines, b"", body])


class Connection(asyncio.Protocol):
    """A connection that is open; `lost` is done when it is not any more."""

    def __init__(self) -> None:
        self.lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.idle_since = 0.0
        self._transport: asyncio.Transport | None = None
        self._answer: Answer | None = None
        self._used = False

    async def ask(self, request: bytes, *, bodiless: bool = False) -> "Answer":
        """Send a request and wait for the head of its answer. `bodiless` is for HEAD.

        Raises `Stale` when it may be sent again elsewhere, `Broken` when not. Whoever asks must see the answer to its
        end, or `abort`.
        """
        if self._transport is None or self._transport.is_closing():
            raise (Stale if self._used else Broken)("it closed the connection before it was asked")
        answer = self._answer = Answer(self._transport, bodiless)
        self._transport.write(request)
        await answer.head()
        self._used = True
        return answer

    @property
    def is_free(self) -> bool:
        """Whether another request may follow: all was said and heard, and neither side wants to close."""
        transport, answer = self._transport, self._answer
        return (
            transport is not None
            and not transport.is_closing()
            and transport.get_write_buffer_size() == 0
            and (answer is None or (answer.leaves_open and not answer.unread))
        )

    def abort(self) -> None:
        """Close at once, whatever is under way."""
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        if self._answer is None or not self._answer.feed(data):
            self.abort()  # it says what nobody asked, or what is no HTTP

    def connection_lost(self, error: Exception | None) -> None:
        if self._answer is not None:
            self._answer.end(error, Stale if self._used else Broken)
        if not self.lost.done():
            self.lost.set_result(None)


class Answer:
    """A response: status, header fields (lower-case names) and, iterated over, the body.

    `leaves_open` says that the connection may be used again; `unread` bytes of the body were not taken yet.
    """

    def __init__(self, transport: asyncio.Transport, bodiless: bool) -> None:
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self.leaves_open = False
        self.unread = 0
        self._transport = transport
        self._bodiless = bodiless
        self._parser: HttpResponseParser | None = HttpResponseParser(self)  # None when no more is expected
        self._arrived = False
        self._until_close = False
        self._fruitless = 0  # since something came of them
        self._fields = self._field_bytes = 0
        self._body: list[bytes] = []
        self._error: Exception | None = None
        self._waiter: asyncio.Future[None] | None = None

    async def head(self) -> None:
        """Until status and headers are there."""
        while self.status < 200:
            if self._error is not None:
                raise self._error
            await self._news()

    def __aiter__(self) -> "Answer":
        return self

    async def __anext__(self) -> bytes:
        while not self._body:
            if self._error is not None:
                raise self._error
            if self._parser is None:
                raise StopAsyncIteration
            await self._news()
        chunk = b"".join(self._body)
        self._body.clear()
        if self.unread > _MAX_UNREAD and not self._transport.is_closing():
            self._transport.resume_reading()
        self.unread = 0
        return chunk

    def feed(self, data: bytes) -> bool:
        """Take what arrived; False if the connection is of no use any more."""
        self._arrived = True
        parser = self._parser
        if parser is None:
            self.leaves_open = False
            return False
        self._fruitless += len(data)
        try:
            parser.feed_data(data)
            if self._fruitless > MAX_HEAD and self._parser is not None:
                raise Broken("it sends heads or trailers without end")
        except (HttpParserError, HttpParserUpgrade, Broken) as error:
            if self._parser is not None:
                cause = error.__context__ if isinstance(error.__context__, Broken) else error
                self._finish(Broken(f"its answer is not HTTP as we speak it ({cause})"))
            self.leaves_open = False
            return not self._error
        return True

    def end(self, error: Exception | None, untouched: type[Broken]) -> None:
        """The connection was closed. `untouched` is what that means before any byte of an answer."""
        self.leaves_open = False
        if self._parser is None:
            return
        if self._until_close and error is None:
            self._finish(None)
        elif self._arrived:
            self._finish(Broken("it closed the connection in the middle of its answer"))
        else:
            self._finish(untouched("it closed the connection without an answer"))

    # What the parser calls

    def on_message_begin(self) -> None:
        if self._parser is None:
            self.leaves_open = False  # a second answer that nobody asked for

    def on_header(self, name: bytes, value: bytes) -> None:
        self._fields += 1
        self._field_bytes += len(name) + len(value)
        if self._fields > MAX_FIELDS or self._field_bytes > MAX_HEAD:
            raise Broken("too many or too long header fields")
        if self.status < 200:  # else it is a trailer
            self.headers.append((name.lower(), value.strip(b" \t")))

    def on_headers_complete(self) -> None:
        parser = self._parser
        if parser is None:
            return
        status = parser.get_status_code()
        if parser.get_http_version() not in ("1.1", "1.0") or status < 100 or status == 101:
            raise Broken("another version of HTTP, or another protocol")
        if status < 200:
            self.headers.clear()
            return
        codings = [value.lower() for name, value in self.headers if name == b"transfer-encoding"]
        if codings and (codings != [b"chunked"] or parser.get_http_version() == "1.0"):
            raise Broken("a transfer encoding that we do not read")
        self.status, self._fruitless = status, 0
        sized = codings or any(name == b"content-length" for name, _ in self.headers)
        self._until_close = not sized and not self._bodiless and status not in (204, 304)
        if self._bodiless:
            self._finish(None)
        self._wake()

    def on_body(self, body: bytes) -> None:
        if self._parser is None:
            return
        self._fruitless = 0
        self._body.append(body)
        if self.unread <= _MAX_UNREAD < self.unread + len(body):
            self._transport.pause_reading()
        self.unread += len(body)
        self._wake()

    def on_message_complete(self) -> None:
        if self._parser is not None and self.status >= 200:
            self.leaves_open = self._parser.should_keep_alive()
            self._finish(None)

    def _finish(self, error: Exception | None) -> None:
        self._error = error
        self._parser = None
        self._wake()

    async def _news(self) -> None:
        self._waiter = asyncio.get_running_loop().create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
