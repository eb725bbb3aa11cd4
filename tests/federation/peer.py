"""A server elsewhere, on loopback: it answers each path with what the test gave it, well or badly."""

import asyncio
import contextlib
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx

from federation.client import ACTIVITY_JSON

NOTE = {"id": "https://oak.example/1", "type": "Note"}

Reply = Callable[["Seen", asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Seen:
    """A request as it came over the wire."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def scheme(self) -> str:
        return "rfc9421" if "signature-input" in self.headers else "cavage" if "signature" in self.headers else ""


@dataclass
class Peer:
    """`seen` are its requests, `connections` how many were opened, `lines` those that are open now."""

    port: int = 0
    replies: dict[str, Reply] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    connections: int = 0
    lines: list[asyncio.StreamWriter] = field(default_factory=list)

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def says(self, path: str, *parts: bytes, hang_up: bool = False) -> str:
        """Answer with these bytes, in as many pieces, and perhaps close."""

        async def reply(seen: Seen, writer: asyncio.StreamWriter) -> None:
            for part in parts:
                writer.write(part)
                await writer.drain()
                await asyncio.sleep(0)
            if hang_up:
                writer.close()

        self.replies[path] = reply
        return self.url(path)

    def on(self, path: str, status: int, body: bytes = b"", **headers: str) -> str:
        fields = {"content-length": str(len(body))} | {name.replace("_", "-"): text for name, text in headers.items()}
        head = f"HTTP/1.1 {status} X\r\n" + "".join(f"{name}: {text}\r\n" for name, text in fields.items())
        return self.says(path, head.encode() + b"\r\n" + body)

    def json(self, path: str, document: object = NOTE, content_type: str = ACTIVITY_JSON, **headers: str) -> str:
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        return self.on(path, 200, body, content_type=content_type, **headers)

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.lines.append(writer)
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError), contextlib.closing(writer):
            while not writer.is_closing():
                head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
                headers = {name.lower(): text for name, _, text in (line.partition(": ") for line in head[1:] if line)}
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                method, path, _ = head[0].split(" ")
                seen = Seen(method, path, headers, body)
                self.seen.append(seen)
                await self.replies[path](seen, writer)
                await writer.drain()
        self.lines.remove(writer)

    async def alone(self) -> None:
        """Until nobody is connected; the test hangs, and so fails, if somebody stays."""
        async with asyncio.timeout(5):
            while self.lines:
                await asyncio.sleep(0.01)


@asynccontextmanager
async def listening(tls: ssl.SSLContext | None = None) -> AsyncIterator[Peer]:
    """A peer that can be reached."""
    peer = Peer()
    server = await asyncio.start_server(peer.handle, "127.0.0.1", 0, ssl=tls)
    peer.port = server.sockets[0].getsockname()[1]
    try:
        yield peer
    finally:
        server.close()
        for writer in list(peer.lines):
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()


class Web(httpx.AsyncBaseTransport):
    """Public addresses without a network: what each answers, and what was asked."""

    def __init__(self, answers: dict[str, httpx.Response | Exception]) -> None:
        self.answers = answers
        self.asked: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers[str(request.url)]
        if isinstance(answer, Exception):
            raise answer
        return answer


def redirect(location: str) -> httpx.Response:
    return httpx.Response(302, headers={"location": location})
