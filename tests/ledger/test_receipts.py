import asyncio

from server.ledger import receipts
from server.storage.database import Database
from server.storage.models.work import DONE, Job, Receipt
from tests.storage.databases import Clock

URI, SIGNER = "https://a.example/activities/1", "https://a.example/users/ada"


async def test_twenty_at_once_become_one_receipt_and_one_job(database: Database, clock: Clock) -> None:
    taken = await asyncio.gather(*(receipts.accept(URI, SIGNER, b"\x00{}", clock.now) for _ in range(20)))
    assert sorted(taken) == [False] * 19 + [True]
    assert await Receipt.all().count() == await Job.all().count() == 1
    job = await Job.get()
    arrival = await receipts.load(int(str(job.payload["receipt_id"])))
    assert arrival is not None
    assert (arrival.activity_uri, arrival.signer_uri, arrival.body) == (URI, SIGNER, b"\x00{}")


async def test_a_stranger_cannot_take_an_id_first(database: Database, clock: Clock) -> None:
    assert await receipts.accept(URI, "https://evil.example/users/eve", b"junk", clock.now)
    assert await receipts.accept(URI, SIGNER, b"{}", clock.now)


async def test_what_is_finished_stays_known_until_it_is_pruned(database: Database, clock: Clock) -> None:
    await receipts.accept(URI, SIGNER, b"{}", clock.now)
    await receipts.accept(URI + "2", SIGNER, b"{}", clock.now)
    first = await Receipt.get(activity_uri=URI)
    await receipts.finish(first.id, state=DONE, reason="ok")
    assert not await receipts.accept(URI, SIGNER, b"{}", clock.now)
    assert await receipts.prune(clock.now + 1) == 1, "what still waits is kept"
    assert await receipts.load(first.id) is None
    assert await receipts.accept(URI, SIGNER, b"{}", clock.now)
