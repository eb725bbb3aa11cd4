"""How much is tried, and what a run tells at its end.

`FOLKMOOT_TEST_CASES` is the number of documents in all. Most of them go through everything that reads a document and
needs no database; one in fifty goes the whole way of a delivery.
"""

import os
import resource
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

CASES = int(os.environ.get("FOLKMOOT_TEST_CASES", "15000"))
WHOLE_WAY = max(CASES // 50, 200)
READ_ONLY = CASES - WHOLE_WAY
LONG = "FOLKMOOT_TEST_CASES" in os.environ
START = int(time.time()) if LONG else 0  # every long run tries something new
ROUND = 250  # hypothesis remembers all it drew: in rounds it forgets again
MAY_GROW = 40_000  # kB between a tenth of a run and its end


@dataclass
class Tally:
    """What a run did, and how much memory it had at a tenth of its way and at the end."""

    wanted: int
    done: int = 0
    started: float = field(default_factory=time.monotonic)
    early: int = 0
    faults: dict[str, str] = field(default_factory=dict)

    def case(self) -> None:
        self.done += 1
        if self.done == self.wanted // 10:
            self.early = memory()

    def fault(self, error: BaseException, document: object) -> None:
        """One of each kind is kept: a fault that is found does not hide the others."""
        trace = error.__traceback__
        while trace and trace.tb_next:
            trace = trace.tb_next
        where = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "?"
        self.faults.setdefault(f"{type(error).__name__} at {where}: {error!s:.100}", f"{document!r:.3000}")

    def told(self, what: str) -> None:
        """Print the figures, and fail on what was found."""
        took = time.monotonic() - self.started
        grown = memory() - self.early
        print(  # noqa: T201  # what `make fuzz` is run for
            f"\n{what}: {self.done:,} cases in {took:.0f} s, {self.done / took:,.0f} a second;"
            f" {self.early / 1000:.0f} MB after a tenth, {memory() / 1000:.0f} MB at the end; seed {START}"
        )
        assert self.faults == {}
        assert self.done >= self.wanted
        assert not LONG or grown < MAY_GROW, f"{grown} kB more than after a tenth of the run"


def memory() -> int:
    """What this process holds now, in kB."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return pages * resource.getpagesize() // 1000


def drawn(strategy: st.SearchStrategy[bytes], number: int) -> Iterator[bytes]:
    """So many values of a strategy, in rounds."""
    for turn in range(-(-number // ROUND)):
        found: list[bytes] = []

        @seed(START + turn)
        @settings(
            max_examples=ROUND,
            deadline=None,
            database=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        )
        @given(strategy)
        def keep(value: bytes) -> None:
            found.append(value)  # noqa: B023  # it is called in this turn alone

        keep()
        yield from found[: number - turn * ROUND]
