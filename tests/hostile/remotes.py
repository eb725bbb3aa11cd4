"""A server elsewhere that means harm, on a loopback port: it drips, it bombs, it sends people round in circles."""

import asyncio
import contextlib
import gzip
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.elsewhere import ACTIVITY_JSON, Stranger

Deed = Callable[[asyncio.StreamWriter], Awaitable[None]]
BOMB = gzip.compress(b" " * 100_000_000, 9)


@dataclass
class Villain:
    port: int = 0
    asked: list[str] = field(default_factory=list)
    deeds: dict[str, Deed] = field(default_factory=dict)
    strangers: int = 0

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stranger(self, **more: Any) -> Stranger:
        """Somebody whose documents are where `does` says, and nowhere yet."""
        self.strangers += 1
        name = f"s{self.strangers}"
        return Stranger(
            f"{self.origin}/users/{name}", name, f"127.0.0.1:{self.port}", self.strangers % 4 + 1, more=more
        )

    def does(self, who: Stranger | str, deed: Deed) -> None:
        """What happens to whoever asks for somebody's document, or for a path."""
        self.deeds[who if isinstance(who, str) else f"/users/{who.name}"] = deed

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            target = head.split()[1]
            self.asked.append(target)
            await self.deeds.get(target.partition("?")[0], nothing)(writer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.transport.abort() if writer.is_closing() else writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()


@asynccontextmanager
async def villain() -> AsyncIterator[Villain]:
    made = Villain()
    tasks: set[asyncio.Task[None]] = set()

    def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(asyncio.create_task(made.serve(reader, writer)))

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def answer(body: bytes, kind: str = ACTIVITY_JSON, status: str = "200 OK", **headers: str) -> bytes:
    more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return (
        f"HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\nconnection: close\r\n{more}\r\n"
    ).encode() + body


def sends(document: Any, kind: str = ACTIVITY_JSON, **headers: str) -> Deed:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()

    async def deed(writer: asyncio.StreamWriter) -> None:
        writer.write(answer(body, kind, **headers))

    return deed


def leads_to(location: str) -> Deed:
    async def deed(writer: asyncio.StreamWriter) -> None:
        writer.write(answer(b"", status="302 Found", location=location))

    return deed


def waits(gate: asyncio.Event) -> Deed:
    """Says how it would begin, and then nothing until it is let go on: what happens meanwhile can be seen."""

    async def deed(writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 200 OK\r\ncontent-type: {ACTIVITY_JSON}\r\ncontent-length: 100\r\n\r\n{{".encode())
        await writer.drain()
        await gate.wait()

    return deed


def drips(kind: str = ACTIVITY_JSON) -> Deed:
    """One byte every tenth of a second, for as long as anybody listens."""

    async def deed(writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: 100000\r\n\r\n{{".encode())
        while not writer.is_closing():
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.1)

    return deed


async def drips_head(writer: asyncio.StreamWriter) -> None:
    """A head that never ends, one byte at a time."""
    writer.write(b"HTTP/1.1 200 OK\r\nx: ")
    while not writer.is_closing():
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.1)


def endless(start: bytes, more: bytes, taken: list[int]) -> Deed:
    """The same without end, as fast as it is taken; how much was taken is noted."""

    async def deed(writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        taken.append(0)
        while not writer.is_closing():
            writer.write(more)
            taken[-1] += len(more)
            await writer.drain()

    return deed


HEAD_WITHOUT_END = (b"HTTP/1.1 200 OK\r\n", b"x-more: " + b"x" * 8000 + b"\r\n")
BODY_WITHOUT_END = (f"HTTP/1.1 200 OK\r\ncontent-type: {ACTIVITY_JSON}\r\n\r\n{{".encode(), b" " * 8000)


async def bombs(writer: asyncio.StreamWriter) -> None:
    """A hundred megabytes in a hundred kilobytes."""
    writer.write(answer(BOMB, content_encoding="gzip"))


async def says_nothing(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(3_600)


async def nothing(writer: asyncio.StreamWriter) -> None:
    writer.write(answer(b"{}", status="404 Not Found"))
