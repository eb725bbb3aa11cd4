"""What the work costs at least in this language, on this machine, at this moment: each primitive alone, measured in the
server's own process. Answers are CPU milliseconds for one."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping

from federation.signatures import cavage
from federation.signatures.keys import Signer
from federation.signatures.verify import ReceivedRequest, verify_request
from server.rules.ids import new_id
from server.rules.text import render_markdown
from server.storage import sql
from server.storage.unit import unit
from tests.bench.wire import Connection

WORDS = (
    "Two teams wait for the **same form**, and each believes that the other has it. See the [page](https://example.org/a)"
    " for what it asks.\n\nWe could send it once, with both names on it, and stop the second letter. #DampHomes"
)
READ = (
    "SELECT p.id, p.uri, p.content_html, p.published_at, a.name, a.display_name, a.url FROM posts p"
    " JOIN accounts a ON a.id = p.account_id ORDER BY p.id DESC LIMIT 20"
)


async def read() -> None:
    await sql.rows(READ)


async def look() -> None:
    await sql.rows("SELECT id, uri, name FROM accounts WHERE name_key = ? AND domain = ''", ["writer"])


async def write() -> None:
    """One row and the job that follows from it, in one transaction."""
    async with unit() as work:
        await sql.execute("INSERT INTO tombstones (uri, at) VALUES (?, ?)", [f"bench:{new_id()}", 1])
        work.enqueue("bench", None, {"id": 1})


async def markdown() -> None:
    render_markdown(WORDS, mentions={}, tag_url=lambda tag: f"/tags/{tag}")


class Bare:
    """The primitives by name."""

    def __init__(self, private: str, public: str, peer: tuple[str, int]) -> None:
        self._signer = Signer("http://127.0.1.1/users/a#main-key", private)
        self._public, self._peer = public, peer
        self._body = b"{}" * 1000
        self._signed = self._headers()
        self.all: Mapping[str, Callable[[], Awaitable[None]]] = {
            "read": read,
            "look": look,
            "write": write,
            "markdown": markdown,
            "sign": self.sign,
            "verify": self.verify,
            "send": self.send,
        }

    async def measure(self, repeats: int = 3, rounds: int = 40) -> dict[str, float]:
        """The best of a few repeats of each."""
        found = {}
        for name, once in self.all.items():
            await once()
            best = float("inf")
            for _ in range(repeats):
                began = time.process_time()
                for _ in range(rounds):
                    await once()
                best = min(best, (time.process_time() - began) / rounds * 1000)
            found[name] = best
        await sql.execute("DELETE FROM jobs WHERE queue = ?", ["bench"])
        await sql.execute("DELETE FROM tombstones WHERE uri LIKE ?", ["bench:%"])
        return found

    async def sign(self) -> None:
        await asyncio.to_thread(self._headers)

    async def verify(self) -> None:
        headers = tuple({"host": "127.0.0.1:1", **self._signed}.items())
        request = ReceivedRequest("POST", "/inbox", headers, self._body, "http", "127.0.0.1:1")
        verify_request(request, self._public, now=time.time())

    async def send(self) -> None:
        """A new connection, one request, one answer."""
        connection = await Connection.open(*self._peer)
        await connection.request("POST", "/inbox", self._signed, self._body)
        await connection.close()

    def _headers(self) -> dict[str, str]:
        return {
            "content-type": "application/activity+json",
            **cavage.sign(
                "POST",
                "http://127.0.0.1:1/inbox",
                self._body,
                content_type="application/activity+json",
                signer=self._signer,
                now=time.time(),
            ),
        }
