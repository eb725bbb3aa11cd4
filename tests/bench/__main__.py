"""`python -m tests.bench [--quick] [--engine sqlite|postgres|both] [--only WORD]`: how much the server works for what.

Prints a table: CPU milliseconds of the server for one (all threads, all that follows included), what its parts cost
alone at least on this machine in this run, the ratio of the two, and the target. Figures move by a third with what
else the machine does: compare within one run. It proves nothing and always exits with 0 unless something broke.
"""

import argparse
import asyncio
import time
from collections.abc import AsyncIterator

from tests.bench.rows import Bench, Row, start
from tests.bench.stage import serving, stage
from tests.postgres_server import postgres_server


async def every(server: str, quick: bool, only: str) -> AsyncIterator[Row]:
    """All rows, in the order in which the instance grows."""
    growth = (2_000, 10_000) if quick else (2_000, 20_000, 100_000)

    def wanted(*words: str) -> bool:
        return not only or any(word.startswith(only) for word in words)

    async with stage(server) as made:
        bench = Bench(made, 0.4 if quick else 1)
        if wanted("start", "memory"):
            for row in await start(made, 2 if quick else 4):
                yield row
        made.seed("posts", growth[0])
        async with serving(made):
            await made.settle()
            await bench.bare()
            if wanted("posting"):
                yield await bench.posting(4)
            if wanted("inbox"):
                yield await bench.inbox()
            if wanted("follows"):
                yield await bench.follows()
            if wanted("delivery"):
                yield await bench.deliveries("near", 1_000, "delivery to 1,000 servers", 1.6)
                yield await bench.deliveries("near", 1_000, "  again, to servers it knows", 1.6)
                yield await bench.deliveries("slow", 200, "delivery to 200 that take 200 ms", None)
                yield await bench.deliveries("slow", 200, "  again, to servers it knows", None)
            if wanted("documents"):
                async for row in bench.documents():
                    yield row
            if wanted("home", "reads"):
                yield await bench.queries()
                for size, more in zip(growth, (0, *growth), strict=False):
                    if more:
                        made.seed("posts", size - more)
                    async for row in bench.reads(size):
                        yield row
            if wanted("posting"):
                made.seed("members", 17)
                yield await bench.posting(21)
            if wanted("idle"):
                yield await bench.idle(2 if quick else 5)


async def table(engine: str, server: str, quick: bool, only: str) -> None:
    print(f"\n{engine:44}{'CPU ms':>9}{'bare':>8}{'ratio':>7}{'target':>8}", flush=True)
    began = time.perf_counter()
    async for row in every(server, quick, only):
        ratio = row.ms / row.bare if row.ms and row.bare else None
        line = f"{row.name:44}{_number(row.ms):>9}{_number(row.bare):>8}{_number(ratio):>7}{_number(row.target):>8}"
        missed = row.ms is not None and row.target is not None and row.ms > row.target
        print(f"{line} {'!' if missed else ' '} {row.figure}".rstrip(), flush=True)
    print(f"({time.perf_counter() - began:.0f} s; ! misses its target)", flush=True)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}" if value < 100 else f"{value:.0f}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="at most a minute, coarser figures")
    parser.add_argument("--engine", choices=("sqlite", "postgres", "both"))
    parser.add_argument("--only", default="", help="start, posting, inbox, follows, delivery, documents, home, idle")
    chosen = parser.parse_args()
    engine = chosen.engine or ("sqlite" if chosen.quick else "both")
    if engine in ("sqlite", "both"):
        asyncio.run(table("SQLite", "", chosen.quick, chosen.only))
    if engine in ("postgres", "both"):
        with postgres_server() as server:
            if server.url is None:
                print(f"PostgreSQL is left out: {server.description}")
            else:
                asyncio.run(table(f"PostgreSQL, {server.description}", server.url, chosen.quick, chosen.only))


if __name__ == "__main__":
    main()
