import asyncio
import os
import subprocess
import sys

import pytest

from server.ledger import queue
from server.ledger.leases import is_gone, lease_holder
from server.ledger.queue import JobOutcome, Verdict
from server.storage.database import Database
from server.storage.models.work import PARKED, Job
from server.storage.unit import unit
from tests.storage.databases import Clock


async def enqueue(number: int, name: str = "mail") -> None:
    async with unit() as work:
        for each in range(number):
            work.enqueue(name, f"{name}:{each}", {"number": each})


async def test_concurrent_claims_never_share_a_job(database: Database, clock: Clock) -> None:
    await enqueue(40)
    claims = await asyncio.gather(*(queue.claim("mail", 7, lock=f"w{n}", now=clock.now) for n in range(10)))
    got = [job.id for claim in claims for job in claim]
    assert len(got) == len(set(got)) == 40
    assert sorted(job.payload["number"] for claim in claims for job in claim) == list(range(40))


async def test_lanes_and_times_are_kept_apart(database: Database, clock: Clock) -> None:
    await enqueue(1, "mail")
    async with unit() as work:
        work.enqueue("push", None, {}, run_at=clock.now + 10)
    assert await queue.claim("push", 9, lock="w", now=clock.now) == []
    assert len(await queue.claim("push", 9, lock="w", now=clock.now + 10)) == 1


async def test_jobs_are_finished_retried_and_parked(database: Database, clock: Clock) -> None:
    await enqueue(3)
    jobs = await queue.claim("mail", 9, lock="w", now=clock.now)
    await queue.settle(
        [
            JobOutcome(jobs[0], Verdict.DONE),
            JobOutcome(jobs[1], Verdict.RETRY, clock.now + 5, "not now"),
            JobOutcome(jobs[2], Verdict.PARK, error="never"),
        ],
        lock="w",
    )
    assert await queue.counts(clock.now) == {"mail": {"waiting": 1, "due": 0, "running": 0, "parked": 1}}
    assert (await Job.get(id=jobs[2].id)).last_error == "never"
    again = await queue.claim("mail", 9, lock="w", now=clock.now + 5)
    assert [(job.id, job.attempts) for job in again] == [(jobs[1].id, 2)]
    assert await queue.revive(jobs[2].id, clock.now)
    assert not await queue.revive(jobs[2].id, clock.now)
    assert len(await queue.claim("mail", 9, lock="w", now=clock.now)) == 1


async def test_a_lost_lease_cannot_finish_the_job(database: Database, clock: Clock) -> None:
    await enqueue(1)
    old = await queue.claim("mail", 1, lock="slow", now=clock.now, lease=100)
    assert await queue.claim("mail", 1, lock="quick", now=clock.now + 99) == []
    new = await queue.claim("mail", 1, lock="quick", now=clock.now + 100)
    assert new[0].id == old[0].id
    await queue.settle([JobOutcome(old[0], Verdict.PARK)], lock="slow")
    await queue.settle([JobOutcome(old[0], Verdict.DONE)], lock="slow")
    assert await Job.filter(state=PARKED).count() == 0
    assert await Job.all().count() == 1
    await queue.settle([JobOutcome(new[0], Verdict.DONE)], lock="quick")
    assert await Job.all().count() == 0


async def test_leases_of_a_killed_process_are_freed_and_those_of_the_living_are_not(
    database: Database, clock: Clock
) -> None:
    await enqueue(3)
    code = "from server.ledger.leases import lease_holder; print(lease_holder(), flush=True); input()"
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True)
    assert process.stdout is not None
    theirs = process.stdout.readline().strip()
    ours, far = lease_holder(), "elsewhere/boot/1/1/abcd"
    for holder in (theirs, ours, far):
        assert len(await queue.claim("mail", 1, lock=holder, now=clock.now)) == 1
    assert await queue.release_stale(clock.now) == 0
    process.kill()
    process.communicate()
    assert await queue.release_stale(clock.now) == 1
    assert len(await queue.claim("mail", 9, lock="w", now=clock.now)) == 1


def test_a_process_number_that_is_used_again_is_not_mistaken() -> None:
    host, boot, _, started, nonce = lease_holder().split("/")
    assert is_gone(f"{host}/{boot}/{os.getpid()}/1/{nonce}")
    assert is_gone(f"{host}/another-boot/{os.getpid()}/1/{nonce}")
    assert not is_gone("nonsense")
    for unknown in (f"{host}/-/{os.getpid()}/{started}/{nonce}", f"{host}/{boot}/{os.getpid()}/-/{nonce}"):
        assert not is_gone(unknown), "a process that may see less of itself than we do is no less alive"


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 2), (2, 8), (3, 32), (30, 86_400)])
def test_back_off_grows_to_a_day(attempts: int, seconds: int) -> None:
    assert queue.backoff(attempts) == seconds * 1000
