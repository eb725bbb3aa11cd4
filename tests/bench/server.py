"""The server as `folkmoot serve` runs it, with a gauge at `/-/`: CPU time, statements, whether everything is done."""

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import uvicorn
import uvloop
from starlette.types import Receive, Scope, Send

from server.app import Instance
from server.cli.serve import bind, configure
from server.config import Settings, load
from server.storage.sql import rows
from tests.bench.bare import Bare

# What is put off for later, as the daily chores are, is not waited for.
LEFT = (
    "SELECT (SELECT COUNT(*) FROM jobs WHERE state = 0 AND (lock <> '' OR run_at <= ?)) AS jobs,"
    " (SELECT COUNT(*) FROM deliveries WHERE state = 0 AND (lock <> '' OR run_at <= ?)) AS deliveries"
)


class Gauge:
    """Answers `/-/…` itself and hands everything else on."""

    def __init__(self, instance: Instance, bare: Bare) -> None:
        self._instance, self._app, self._bare = instance, instance.app, bare
        self._statements = 0
        client: Any = instance.database.client
        ask = client.execute_query_dict

        async def counted(*given: Any) -> Any:
            self._statements += 1
            return await ask(*given)

        client.execute_query_dict = counted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = str(scope.get("path", ""))
        if not path.startswith("/-/"):
            await self._app(scope, receive, send)
            return
        with self._instance.database.use():
            body = await self._answer(path, parse_qs(scope["query_string"].decode()))
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, path: str, query: dict[str, list[str]]) -> bytes:
        if path == "/-/bytes":
            return b"x" * int(query["n"][0])
        if path == "/-/bare":
            return json.dumps(await self._bare.measure()).encode()
        if path == "/-/settled":
            return json.dumps(await self._settled()).encode()
        return json.dumps({"cpu": time.process_time(), "statements": self._statements}).encode()

    async def _settled(self) -> dict[str, int]:
        """Nothing left to do, or what is left after a minute."""
        left: dict[str, int] = {}
        for _ in range(3000):
            now = int(time.time() * 1000)
            left = dict((await rows(LEFT, [now, now]))[0])
            if not any(left.values()):
                break
            await asyncio.sleep(0.02)
        return left


async def run(settings: Settings, keys: Path, peer: tuple[str, int]) -> None:
    taken = bind(settings.host, settings.port)
    instance = await Instance.open(settings)
    pair = json.loads(keys.read_text())
    try:
        config = configure(settings, instance)
        config.app = Gauge(instance, Bare(pair["private"], pair["public"], peer))
        async with instance.working():
            await uvicorn.Server(config).serve(sockets=[taken])
    finally:
        await instance.close()


if __name__ == "__main__":
    host, _, port = sys.argv[2].partition(":")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run(load(), Path(sys.argv[1]), (host, int(port))))
