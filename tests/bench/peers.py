"""Everybody else: one process that is a thousand other servers, each on a loopback address of its own.

`POST /inbox` is answered at once, `POST /slow/inbox` after 200 ms; `/users/NAME` is somebody's actor document, and all
of them share one key. `GET /-/count` tells how many deliveries came.
"""

import asyncio
import json
import socket
import sys
from pathlib import Path
from typing import Any, cast

import uvloop

LATENCY = 0.2
HOSTS = 1_000


def address(number: int) -> str:
    """The loopback address of another server."""
    return f"127.0.{1 + number // 250}.{1 + number % 250}"


def actor(host: str, name: str, public: str) -> dict[str, Any]:
    """The document of somebody on another server."""
    uri = f"http://{host}/users/{name}"
    return {
        "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"],
        "id": uri,
        "type": "Person",
        "preferredUsername": name,
        "name": name.title(),
        "inbox": f"{uri}/inbox",
        "outbox": f"{uri}/outbox",
        "followers": f"{uri}/followers",
        "endpoints": {"sharedInbox": f"http://{host}/inbox"},
        "publicKey": {"id": f"{uri}#main-key", "owner": uri, "publicKeyPem": public},
    }


class Peer(asyncio.Protocol):
    """One connection to one of them."""

    count = 0
    public = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport, self.buffer = cast(asyncio.Transport, transport), b""

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while True:
            head, found, rest = self.buffer.partition(b"\r\n\r\n")
            if not found:
                return
            lines = head.decode("latin-1").split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
            length = int(headers.get("content-length", 0))
            if len(rest) < length:
                return
            self.buffer = rest[length:]
            method, path, _ = lines[0].split()
            self.answer(method, path, headers.get("host", ""))

    def answer(self, method: str, path: str, host: str) -> None:
        if method == "POST":
            Peer.count += 1
            asyncio.get_running_loop().call_later(LATENCY if path.startswith("/slow/") else 0, self.reply, 202, b"", "")
        elif path == "/-/count":
            self.reply(200, str(Peer.count).encode(), "text/plain")
        elif path.startswith("/users/"):
            document = actor(host, path.split("/")[2], Peer.public)
            self.reply(200, json.dumps(document).encode(), "application/activity+json")
        elif path.startswith("/.well-known/webfinger"):
            name = path.partition("acct%3A")[2].partition("%40")[0] or path.partition("acct:")[2].partition("@")[0]
            link = {"rel": "self", "type": "application/activity+json", "href": f"http://{host}/users/{name}"}
            found = {"subject": f"acct:{name}@{host}", "links": [link]}
            self.reply(200, json.dumps(found).encode(), "application/jrd+json")
        else:
            self.reply(404, b"", "text/plain")

    def reply(self, status: int, body: bytes, kind: str) -> None:
        if not self.transport.is_closing():
            head = f"HTTP/1.1 {status} So\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\n\r\n"
            self.transport.write(head.encode() + body)


async def main(port: int, keys: Path) -> None:
    Peer.public = json.loads(keys.read_text())["public"]
    loop = asyncio.get_running_loop()
    for number in range(HOSTS):
        taken = socket.socket()
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind((address(number), port))
        await loop.create_server(Peer, sock=taken)
    print("ready", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), Path(sys.argv[2])))
