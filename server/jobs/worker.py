"""The loop that does the work in the background. It runs inside `serve`, or alone as `worker`.

Each lane claims as much as it has room for, runs each piece in a task of its own, and books the results of all that
ended since, together. A slow host or handler holds its own place and no other.
"""

import asyncio
import contextlib
import contextvars
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from server.ledger import deliveries, queue
from server.ledger.deliveries import ClaimedDelivery, DeliveryOutcome
from server.ledger.due import DELIVER, lanes_due
from server.ledger.leases import lease_holder
from server.ledger.queue import ClaimedJob, JobOutcome, RetryLater, Verdict
from server.storage.database import Database
from server.storage.trouble import remedy

Handler = Callable[[ClaimedJob], Awaitable[None]]
Deliverer = Callable[[ClaimedDelivery], Awaitable[DeliveryOutcome]]
Claimed = TypeVar("Claimed")
Outcome = TypeVar("Outcome")

log = logging.getLogger(__name__)
POLL_SECONDS = 1.0  # between questions for work that has its time, or that another process left; one for all lanes
IDLE_SECONDS = 60.0  # until a lane looks for itself, whatever it was told
TROUBLE_SECONDS = 5.0  # until the database is tried again that is full, locked or away
GATHER_SECONDS = 0.02  # after a piece ended, until others that end with it are booked in the same transaction


@dataclass
class Lane(Generic[Claimed, Outcome]):
    """Where work comes from, how a piece is done without ever raising, and how results are booked. `due` is whether
    there may be work that was not claimed yet, `looked` when that was last looked up (seconds, of the loop's clock)."""

    name: str
    room: int
    claim: Callable[[int], Awaitable[Sequence[Claimed]]]
    attempt: Callable[[Claimed], Awaitable[Outcome]]
    settle: Callable[[Sequence[Outcome]], Awaitable[None]]
    running: set[asyncio.Task[Outcome]] = field(default_factory=set)
    ended: list[Outcome] = field(default_factory=list)
    due: bool = True
    looked: float = 0.0


class Worker:
    """Work for one instance: a handler for each lane of jobs, and one for deliveries.

    `rooms` says how many pieces of a lane may run at once (4 if not said; deliveries 100). A handler that raises
    `RetryLater` is tried again then; any other exception is tried five times with back-off and then parked.
    """

    def __init__(
        self,
        database: Database,
        handlers: Mapping[str, Handler],
        *,
        deliver: Deliverer | None = None,
        rooms: Mapping[str, int] | None = None,
        per_host: int = 4,
        clock: Callable[[], int] | None = None,
    ) -> None:
        self.database = database
        self.clock = clock or database.clock
        self.lock = lease_holder()
        self._per_host = per_host
        self._stopping = asyncio.Event()
        rooms = rooms or {}
        self._lanes: list[Lane[Any, Any]] = [
            self._job_lane(name, handler, rooms.get(name, 4)) for name, handler in handlers.items()
        ]
        if deliver is not None:
            self._lanes.append(self._delivery_lane(deliver, rooms.get("deliver", 100)))

    async def run(self) -> None:
        """Work until `stop` is called."""
        await asyncio.gather(self._look(), *(self._serve(lane) for lane in self._lanes))

    async def stop(self, grace: float = 10.0) -> None:
        """Claim no more, let what runs end for `grace` seconds, book it, and give the rest back."""
        self._stopping.set()
        self.database.wake_here()
        tasks = [task for lane in self._lanes for task in lane.running]
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=grace)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late)
        for lane in self._lanes:
            await self._book(lane)
        with self.database.use():
            await queue.release(self.lock, self.clock())

    async def drain(self) -> int:
        """Do everything that is due now, and what follows from it, then return how many pieces were done.

        For tests and `--seed-only`. Not while `run` is running.
        """
        total = 0
        while True:
            done = 0
            for lane in self._lanes:
                while started := await self._start(lane):
                    done += started
                    await asyncio.wait(lane.running)
                    await self._book(lane)
            if not done:
                return total
            total += done

    async def _look(self) -> None:
        """Wake the lanes in which work is due, once a second: to claim would be to write."""
        lanes = [lane.name for lane in self._lanes]
        while not self._stopping.is_set():
            try:
                with self.database.use():
                    due = await lanes_due(lanes, self.clock())
                if due:
                    self.database.wake_here(*due)
            except Exception as error:
                _patience("The lanes could not be looked through", error)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), POLL_SECONDS)

    async def _serve(self, lane: Lane[Any, Any]) -> None:
        signal = asyncio.Event()
        self.database.listen(signal, lane.name)
        try:
            while not self._stopping.is_set():
                lane.due |= signal.is_set() or self._until_look(lane) <= 0
                signal.clear()
                try:
                    await self._book(lane)
                    if lane.due:
                        await self._start(lane)
                except Exception as error:
                    await asyncio.sleep(_patience(f"The lane {lane.name} waits", error))
                    continue
                await self._wait(lane, signal)
        finally:
            self.database.unlisten(signal)

    async def _wait(self, lane: Lane[Any, Any], signal: asyncio.Event) -> None:
        """Until a piece ends, there is news, or it is time to look again. A full lane does not listen to news."""
        if lane.ended:
            return
        full = len(lane.running) >= lane.room
        news = asyncio.create_task((self._stopping if full else signal).wait())
        try:
            timeout = IDLE_SECONDS if full else max(0, self._until_look(lane))
            await asyncio.wait({news, *lane.running}, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
            if any(task.done() for task in lane.running) and not all(task.done() for task in lane.running):
                await asyncio.wait(lane.running, timeout=GATHER_SECONDS)
        finally:
            news.cancel()

    def _until_look(self, lane: Lane[Any, Any]) -> float:
        """Seconds until a lane looks for itself."""
        return lane.looked + IDLE_SECONDS - asyncio.get_running_loop().time()

    async def _start(self, lane: Lane[Any, Any]) -> int:
        room = lane.room - len(lane.running)
        if room <= 0 or self._stopping.is_set():
            return 0
        with self.database.use():
            claimed = await lane.claim(room)
        lane.due, lane.looked = len(claimed) == room, asyncio.get_running_loop().time()
        for piece in claimed:
            # A fresh context: a handler must not inherit our transaction, request or database by accident.
            task = asyncio.create_task(self._attempt(lane, piece), context=contextvars.Context())
            lane.running.add(task)
        return len(claimed)

    async def _attempt(self, lane: Lane[Any, Any], piece: Any) -> Any:
        with self.database.use():
            return await lane.attempt(piece)

    async def _book(self, lane: Lane[Any, Any]) -> None:
        for task in [task for task in lane.running if task.done()]:
            lane.running.discard(task)
            if task.cancelled():
                continue
            if error := task.exception():
                log.error("A piece of the lane %s was lost until its lease ends", lane.name, exc_info=error)
            else:
                lane.ended.append(task.result())
        if lane.ended:
            ended = list(lane.ended)
            with self.database.use():
                await lane.settle(ended)
            del lane.ended[: len(ended)]

    def _job_lane(self, name: str, handler: Handler, room: int) -> Lane[ClaimedJob, JobOutcome]:
        async def claim(limit: int) -> Sequence[ClaimedJob]:
            return await queue.claim(name, limit, lock=self.lock, now=self.clock())

        async def attempt(job: ClaimedJob) -> JobOutcome:
            if job.attempts > queue.MAX_ATTEMPTS * 4:
                return JobOutcome(job, Verdict.PARK, error="Its process died each time it was tried")
            try:
                async with asyncio.timeout(queue.LEASE_MS * 0.0009):  # seconds, and over before the lease is
                    await handler(job)
            except RetryLater as later:
                return self._again(job, str(later), later.when, forever=later.forever)
            except Exception as error:
                log.warning("A job failed: %s %s", job.kind, job.id, exc_info=True)
                return self._again(job, f"{type(error).__name__}: {error}", None)
            return JobOutcome(job, Verdict.DONE)

        async def settle(outcomes: Sequence[JobOutcome]) -> None:
            await queue.settle(outcomes, lock=self.lock)

        return Lane(name, room, claim, attempt, settle)

    def _again(self, job: ClaimedJob, error: str, when: int | None, *, forever: bool = False) -> JobOutcome:
        error = error.replace("\x00", "")[: queue.ERROR_LENGTH]
        if when is None and job.attempts >= queue.MAX_ATTEMPTS and not forever:
            return JobOutcome(job, Verdict.PARK, error=error)
        at = when if when is not None else self.clock() + queue.backoff(job.attempts)
        return JobOutcome(job, Verdict.RETRY, at, error)

    def _delivery_lane(self, deliver: Deliverer, room: int) -> Lane[ClaimedDelivery, DeliveryOutcome]:
        async def claim(limit: int) -> Sequence[ClaimedDelivery]:
            return await deliveries.claim(limit, self._per_host, lock=self.lock, now=self.clock())

        async def attempt(delivery: ClaimedDelivery) -> DeliveryOutcome:
            try:
                async with asyncio.timeout(deliveries.LEASE_MS * 0.0009):
                    return await deliver(delivery)
            except Exception as error:
                log.warning("A delivery failed: %s", delivery.id, exc_info=True)
                if delivery.attempts >= queue.MAX_ATTEMPTS * 4:
                    return deliveries.give_up(delivery, error=repr(error))
                at = self.clock() + queue.backoff(delivery.attempts)
                return deliveries.retry(delivery, at, error=repr(error))

        async def settle(outcomes: Sequence[DeliveryOutcome]) -> None:
            await deliveries.settle(outcomes, lock=self.lock, now=self.clock())

        return Lane(DELIVER, room, claim, attempt, settle)


def _patience(what: str, error: Exception) -> float:
    """Log why something did not work, and say how many seconds to wait before the next try."""
    why = remedy(error)
    log.error("%s: %s", what, why or "trying again", exc_info=None if why else error)
    return TROUBLE_SECONDS if why else POLL_SECONDS
