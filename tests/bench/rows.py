"""The rows of the table: each does the work some times and says what one cost the server, with all that followed."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from federation.signatures import cavage
from federation.signatures.keys import Signer
from tests.bench.bare import WORDS
from tests.bench.peers import address
from tests.bench.stage import ACTIVITY_JSON, Stage
from tests.bench.wire import Connection

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"


@dataclass(frozen=True, slots=True)
class Row:
    """`ms` is CPU of the server for one; `bare` what its parts cost alone. Rows without `ms` are other figures."""

    name: str
    ms: float | None = None
    bare: float | None = None
    target: float | None = None
    figure: str = ""


class Bench:
    """All rows, one after the other, on a stage whose server runs. `many` scales how often each is done."""

    def __init__(self, stage: Stage, many: float) -> None:
        self.stage, self._many = stage, many
        self.costs: dict[str, float] = {}

    def times(self, number: int) -> int:
        return max(3, int(number * self._many))

    async def cpu(self, number: int, once: Callable[[int], Awaitable[object]], *, settle: bool = False) -> float:
        """CPU milliseconds of the server for one of `number`."""
        before = (await self.stage.gauge())["cpu"]
        for n in range(number):
            await once(n)
        if settle:
            await self.stage.settle()
        return ((await self.stage.gauge())["cpu"] - before) * 1000 / number

    async def best(self, number: int, once: Callable[[int], Awaitable[object]]) -> float:
        """The best of three rounds, after a warm-up."""
        for n in range(5):
            await once(n)
        return min([await self.cpu(self.times(number), once) for _ in range(3)])

    async def bare(self) -> None:
        """What the primitives cost right now."""
        self.costs = json.loads((await self.stage.web.request("GET", "/-/bare")).body)
        for name, size in (("http", 1_000), ("http20", 40_000)):
            self.costs[name] = await self.best(200, lambda n, size=size: self.stage.get(f"/-/bytes?n={size}"))

    def limit(self, *parts: str) -> float:
        return sum(self.costs[part] for part in parts)

    async def reads(self, posts: int) -> AsyncIterator[Row]:
        """Timelines while the instance holds this many posts."""
        stage, reader = self.stage, self.stage.people["reader"]
        bare = self.limit("http20", "read")
        home = "/api/v1/timelines/home?limit=20"
        ms = await self.best(150, lambda n: stage.get(home, reader))
        yield Row(f"home, 20 statuses, warm, of {posts:,} posts", ms, bare, 0.85)
        path = home
        for _ in range(50):
            found = json.loads((await stage.get(path.replace("limit=20", "limit=40"), reader)).body)
            if len(found) < 40:
                break
            path = f"{home}&max_id={found[-1]['id']}"
            if int(_) >= 24:
                break
        ms = await self.best(100, lambda n: stage.get(path, reader))
        yield Row("  the same 1,000 posts deep", ms, bare, 1.4)
        ms = await self.best(150, lambda n: stage.get("/api/v1/timelines/public?limit=20", reader))
        yield Row("  public timeline", ms, bare, 1.1)

    async def queries(self) -> Row:
        """How many statements home takes with 1 status and with 40, none of them rendered before."""
        counts = []
        for limit in (1, 40):
            before = (await self.stage.gauge())["statements"]
            await self.stage.get(f"/api/v1/timelines/home?limit={limit}", self.stage.people["reader"])
            counts.append(int((await self.stage.gauge())["statements"] - before))
        return Row("SQL statements of home with 1 and with 40", figure=f"{counts[0]} and {counts[1]}, cold")

    async def documents(self) -> AsyncIterator[Row]:
        """What other servers and browsers ask for."""
        stage = self.stage
        signed = self.signed("GET", "/users/writer", None, "author0")
        ms = await self.best(150, lambda n: stage.get("/users/writer", **signed, accept=ACTIVITY_JSON))
        yield Row("actor document, signed GET", ms, self.limit("http", "look", "verify"), 0.4)
        finger = f"/.well-known/webfinger?resource=acct:writer@{stage.domain}"
        ms = await self.best(150, lambda n: stage.get(finger))
        yield Row("WebFinger", ms, self.limit("http", "look"), 0.2)
        page = f"/proposals/{stage.people['proposal']}"
        ms = await self.best(60, lambda n: stage.get(page, accept="text/html"))
        yield Row("web page of a proposal", ms, self.limit("http20", "read"))
        ms = await self.best(60, lambda n: stage.get("/proposals", accept="text/html"))
        yield Row("web page of all proposals", ms, self.limit("http20", "read"))

    async def posting(self, users: int) -> Row:
        """`POST /statuses` and all that follows, for a writer whom everybody here follows and nobody elsewhere."""
        for n in range(3):
            await self.stage.say(self.stage.people["writer"], f"{WORDS} Warm {n}.")
        await self.stage.settle()
        ms = min(
            [
                await self.cpu(
                    self.times(40), lambda n: self.stage.say(self.stage.people["writer"], f"{WORDS} {n}."), settle=True
                )
                for _ in range(2)
            ]
        )
        return Row(f"POST /statuses, all work, {users} users", ms, self.limit("http", "markdown", "write", "write"), 8)

    async def inbox(self) -> Row:
        """Signed Creates of somebody the reader follows: verified, stored, shown."""
        await self.receive([self.create("author1", f"warm-{n}") for n in range(5)])
        number = self.times(300)
        wanted = [self.create("author1", f"{time.time_ns()}-{n}") for n in range(number)]
        before, began = (await self.stage.gauge())["cpu"], time.perf_counter()
        await self.receive(wanted)
        answered = time.perf_counter()
        await self.stage.settle()
        ended = time.perf_counter()
        ms = ((await self.stage.gauge())["cpu"] - before) * 1000 / number
        newest = (await self.stage.get("/api/v1/timelines/home?limit=1", self.stage.people["reader"])).body
        shown = "" if b"author1" in newest else ", NOT SHOWN"
        figure = f"{number / (ended - began):.0f}/s, lag {ended - answered:.2f} s{shown}"
        bare = self.limit("http", "verify", "write", "write")
        return Row("signed inbox Create, all work", ms, bare, 4, figure)

    async def follows(self) -> Row:
        """Follows by people never heard of, each on a server never heard of. They follow whoever never writes, or each
        post of the rows that come after would be delivered to all of them."""
        number = self.times(60)

        def follow(n: int) -> tuple[bytes, dict[str, str]]:
            host, name = f"{address(100 + n)}:{self.stage.peer_port}", f"fresh{time.time_ns()}"
            uri, target = f"http://{host}/users/{name}", f"http://{self.stage.domain}/users/reader"
            activity = {"id": f"{uri}/follows/1", "type": "Follow", "actor": uri, "object": target}
            return self.letter(activity, uri)

        await self.receive([follow(900 - 100 + n) for n in range(3)])
        await self.stage.settle()
        wanted = [follow(n) for n in range(number)]
        before = (await self.stage.gauge())["cpu"]
        await self.receive(wanted)
        await self.stage.settle()
        ms = ((await self.stage.gauge())["cpu"] - before) * 1000 / number
        bare = self.limit("http", "verify", "sign", "send", "sign", "send", "write", "write", "write")
        return Row("Follow from an unknown actor, all work", ms, bare, 8)

    async def deliveries(self, who: str, inboxes: int, name: str, target: float | None) -> Row:
        """One post to many servers."""
        already, number = await self.stage.arrived(), inboxes
        before, began = (await self.stage.gauge())["cpu"], time.perf_counter()
        await self.stage.say(self.stage.people[who], WORDS)
        await self.stage.settle()
        wall = time.perf_counter() - began
        ms = ((await self.stage.gauge())["cpu"] - before) * 1000 / number
        came = await self.stage.arrived() - already
        lost = "" if came == inboxes else f", {inboxes - came} NOT ARRIVED"
        return Row(name, ms, self.limit("sign", "send"), target, f"{inboxes / wall:.0f}/s{lost}")

    async def idle(self, seconds: float) -> Row:
        """What the server does while nobody wants anything."""
        before = (await self.stage.gauge())["cpu"]
        await asyncio.sleep(seconds)
        spent = ((await self.stage.gauge())["cpu"] - before) * 1000 / seconds
        return Row("idle, CPU", figure=f"{spent:.1f} ms/s")

    def signed(self, method: str, path: str, body: bytes | None, name: str, uri: str = "") -> dict[str, str]:
        number = int(name.removeprefix("author")) if not uri else 0
        key_id = f"{uri or f'http://{address(number)}:{self.stage.peer_port}/users/{name}'}#main-key"
        return cavage.sign(
            method,
            f"http://{self.stage.domain}{path}",
            body,
            content_type=ACTIVITY_JSON,
            signer=Signer(key_id, self.stage.keys["private"]),
            now=time.time(),
        )

    def letter(self, activity: dict[str, object], uri: str) -> tuple[bytes, dict[str, str]]:
        body = json.dumps({"@context": "https://www.w3.org/ns/activitystreams", **activity}).encode()
        return body, {"content-type": ACTIVITY_JSON, **self.signed("POST", "/inbox", body, "", uri)}

    def create(self, name: str, number: str) -> tuple[bytes, dict[str, str]]:
        """A signed Create of a note as Mastodon writes it."""
        uri = f"http://{address(int(name.removeprefix('author')))}:{self.stage.peer_port}/users/{name}"
        note = {
            "id": f"{uri}/statuses/{number}",
            "type": "Note",
            "attributedTo": uri,
            "summary": None,
            "inReplyTo": None,
            "published": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
            "url": f"{uri}/{number}",
            "to": [PUBLIC],
            "cc": [f"{uri}/followers"],
            "sensitive": False,
            "content": "<p>Two teams wait for the same form, and each believes that the other has it.</p>" * 3,
            "attachment": [],
            "tag": [],
        }
        activity = {"id": f"{note['id']}/activity", "type": "Create", "actor": uri, "object": note}
        return self.letter({**activity, "to": note["to"], "cc": note["cc"]}, uri)

    async def receive(self, letters: Iterable[tuple[bytes, dict[str, str]]], connections: int = 8) -> None:
        """Deliver all of these, over a few connections at once."""
        waiting = iter(list(letters))

        async def worker() -> None:
            web = await Connection.open("127.0.0.1", self.stage.port)
            for body, headers in waiting:
                answer = await web.request("POST", "/inbox", headers, body)
                if answer.status != 202:
                    raise RuntimeError(f"The inbox answered {answer.status}: {answer.body!r}\n{self.stage.log()}")
            await web.close()

        await asyncio.gather(*(worker() for _ in range(connections)))


async def start(stage: Stage, many: int) -> list[Row]:
    """`folkmoot serve` on an instance that was set up before: until the first answer, and its memory then."""
    found = []
    for _ in range(many):
        began = time.perf_counter()
        process = stage.run("tests.bench.as_installed", "serve")
        try:
            web = await stage.reached(process)
            answer = await web.request("GET", "/api/v2/instance")
            seconds = time.perf_counter() - began
            assert answer.status == 200, answer
            await asyncio.sleep(1)
            found.append((seconds, _cpu_seconds(process.pid), _resident(process.pid)))
            await web.close()
        finally:
            process.terminate()
            process.wait(20)
    seconds, cpu, memory = (min(each) for each in zip(*found, strict=True))
    return [
        Row("start to first reply", seconds * 1000, None, 1000, f"{cpu * 1000:.0f} ms of CPU"),
        Row("idle memory, MB", memory, None, 90),
    ]


def _resident(pid: int) -> float:
    """Megabytes of a process that are in memory; not a number where the system does not say."""
    try:
        line = next(each for each in Path(f"/proc/{pid}/status").read_text().splitlines() if each.startswith("VmRSS"))
    except OSError:
        return float("nan")
    return int(line.split()[1]) / 1024


def _cpu_seconds(pid: int) -> float:
    try:
        tasks = Path(f"/proc/{pid}/task").glob("*/schedstat")
        return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9
    except OSError:
        return float("nan")
