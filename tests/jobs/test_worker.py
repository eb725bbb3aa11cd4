import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from server.jobs.worker import Worker
from server.ledger import deliveries, queue
from server.ledger.deliveries import ClaimedDelivery, DeliveryOutcome, succeeded
from server.ledger.queue import ClaimedJob, RetryLater
from server.storage.database import Database, current
from server.storage.models.work import Activity, Delivery, Job
from server.storage.unit import unit
from tests.storage.databases import Clock


async def enqueue(name: str, count: int = 1) -> None:
    async with unit() as work:
        for number in range(count):
            work.enqueue(name, None, {"number": number})


@asynccontextmanager
async def running(worker: Worker) -> AsyncIterator[None]:
    task = asyncio.create_task(worker.run())
    try:
        await asyncio.sleep(0.05)
        yield
    finally:
        await worker.stop(grace=2)
        await task


async def until(condition: object, seconds: float = 5.0) -> None:
    assert callable(condition)
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.005)


async def test_a_commit_starts_the_work_at_once(database: Database) -> None:
    done: list[int] = []

    async def handle(job: ClaimedJob) -> None:
        assert current() is database
        done.append(job.payload["number"])

    async with running(Worker(database, {"mail": handle})):
        began = time.monotonic()
        await enqueue("mail", 10)
        await until(lambda: len(done) == 10)
        assert time.monotonic() - began < 0.8
    assert await Job.all().count() == 0


async def test_work_that_another_process_left_is_found_within_a_second(database: Database) -> None:
    done: list[int] = []

    async def handle(job: ClaimedJob) -> None:
        done.append(job.id)

    async with running(Worker(database, {"mail": handle})):
        await Job.create(id=7, queue="mail", kind="mail", payload={}, run_at=0, created_at=0)
        await until(lambda: done == [7], 2)


async def test_handlers_run_side_by_side_but_no_more_than_there_is_room_for(database: Database) -> None:
    now = most = 0

    async def handle(job: ClaimedJob) -> None:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.01)
        now -= 1

    await enqueue("mail", 12)
    async with running(Worker(database, {"mail": handle}, rooms={"mail": 3})):
        await asyncio.sleep(0.3)
    assert most == 3
    assert await Job.all().count() == 0


async def test_a_slow_handler_does_not_hold_up_the_others(database: Database) -> None:
    done: list[int] = []

    async def handle(job: ClaimedJob) -> None:
        if job.payload["number"] == 0:
            await asyncio.sleep(1.5)
        done.append(job.payload["number"])

    await enqueue("mail", 8)
    async with running(Worker(database, {"mail": handle}, rooms={"mail": 2})):
        await until(lambda: len(done) == 7, 1.2)


async def test_a_failing_job_is_tried_five_times_and_then_parked_with_its_error(
    database: Database, clock: Clock
) -> None:
    tries = 0

    async def handle(job: ClaimedJob) -> None:
        nonlocal tries
        tries += 1
        raise ValueError("the kettle is\x00 empty")

    await enqueue("mail")
    worker = Worker(database, {"mail": handle})
    for _ in range(7):
        await worker.drain()
        clock.now += queue.backoff(99)
    assert tries == 5
    assert (await queue.counts(clock.now))["mail"]["parked"] == 1
    assert (await Job.get()).last_error == "ValueError: the kettle is empty"


async def test_a_job_that_asks_for_later_gets_it_and_is_not_parked(database: Database, clock: Clock) -> None:
    tries: list[int] = []

    async def handle(job: ClaimedJob) -> None:
        tries.append(clock.now)
        if len(tries) < 8:
            raise RetryLater(clock.now + 1000, "no answer yet")

    await enqueue("mail")
    worker = Worker(database, {"mail": handle})
    start = clock.now
    for _ in range(9):
        await worker.drain()
        clock.now += 1000
    assert tries == [start + 1000 * number for number in range(8)]
    assert await Job.all().count() == 0


async def test_a_handler_does_not_inherit_a_transaction(database: Database) -> None:
    async def handle(job: ClaimedJob) -> None:
        async with unit() as work:
            if job.payload["number"] == 0:
                work.enqueue("mail", None, {"number": 1})

    await enqueue("mail")
    assert await Worker(database, {"mail": handle}).drain() == 2


async def test_a_stop_lets_running_work_end_and_gives_the_rest_back(database: Database, clock: Clock) -> None:
    ended: list[int] = []

    async def handle(job: ClaimedJob) -> None:
        await asyncio.sleep(0.1 if job.payload["number"] == 0 else 60)
        ended.append(job.payload["number"])

    await enqueue("mail", 2)
    worker = Worker(database, {"mail": handle})
    task = asyncio.create_task(worker.run())
    await asyncio.sleep(0.05)
    await worker.stop(grace=0.4)
    async with asyncio.timeout(2):
        await task
    assert ended == [0]
    (left,) = await Job.all()
    assert (left.lock, left.attempts, left.run_at) == ("", 0, clock.now)


async def deliver_to(hosts: int) -> None:
    await Activity.create(id=1, uri="u", account_id=1, object_uri="o", body=b"{}", created_at=0)
    pairs = [(f"h{number}.example", f"https://h{number}.example/inbox") for number in range(hosts)]
    await deliveries.add(1, 1, "o", pairs, 0)


async def test_a_slow_host_holds_no_place_but_its_own(database: Database) -> None:
    sent: list[str] = []
    stuck = asyncio.Event()

    async def deliver(delivery: ClaimedDelivery) -> DeliveryOutcome:
        if delivery.host == "h0.example":
            await stuck.wait()
        sent.append(delivery.host)
        return succeeded(delivery)

    await deliver_to(150)
    async with running(Worker(database, {}, deliver=deliver, rooms={"deliver": 20})):
        await until(lambda: len(sent) == 149)
        stuck.set()
        await until(lambda: len(sent) == 150)
    assert await Delivery.filter(state=1).count() == 150


async def test_a_fault_in_delivering_is_tried_again(database: Database, clock: Clock) -> None:
    tries = 0

    async def deliver(delivery: ClaimedDelivery) -> DeliveryOutcome:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise ValueError("a fault of ours")
        return succeeded(delivery)

    await deliver_to(1)
    worker = Worker(database, {}, deliver=deliver)
    await worker.drain()
    clock.now += queue.backoff(1)
    await worker.drain()
    assert tries == 2
    assert (await Delivery.get()).state == 1


async def test_the_worker_can_be_cancelled(database: Database) -> None:
    async def handle(job: ClaimedJob) -> None:
        await asyncio.sleep(60)

    await enqueue("mail")
    worker = Worker(database, {"mail": handle})
    task = asyncio.create_task(worker.run())
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with contextlib.suppress(asyncio.CancelledError):
        await worker.stop(grace=0)
    assert (await Job.get()).lock == ""
