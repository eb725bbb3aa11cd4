import asyncio
from itertools import pairwise

import pytest

from server.jobs.deliver import judged
from server.ledger import deliveries, queue
from server.ledger.deliveries import BREAKS_AT, DAY, MINUTE, ClaimedDelivery, broken_for, give_up, retry, succeeded
from server.storage import sql
from server.storage.database import Database, Dialect
from server.storage.models.work import DONE, PARKED, Activity, Delivery, Host
from tests.storage.databases import Clock

CHAIN = "https://us.example/posts/1"


async def send(activity_id: int, hosts: list[str], chain: str = CHAIN, inboxes: int = 1) -> None:
    await Activity.get_or_create(
        id=activity_id,
        defaults={
            "uri": f"https://us.example/activities/{activity_id}",
            "account_id": 1,
            "object_uri": chain,
            "body": b"{%d}" % activity_id,
            "created_at": 1,
        },
    )
    pairs = [(host, f"https://{host}/inbox/{number}") for host in hosts for number in range(inboxes)]
    await deliveries.add(activity_id, 1, chain, pairs, 0)


async def claim(now: int, limit: int = 100, per_host: int = 4) -> list[ClaimedDelivery]:
    return await deliveries.claim(limit, per_host, lock="w", now=now)


async def test_a_claim_carries_all_that_sending_needs(database: Database, clock: Clock) -> None:
    await send(5, ["a.example"])
    await send(5, ["a.example"])
    await deliveries.remember_scheme("a.example", "rfc9421", clock.now)
    (one,) = await claim(clock.now)
    assert (one.activity_uri, one.body, one.scheme) == ("https://us.example/activities/5", b"{5}", "rfc9421")
    assert (one.inbox, one.attempts, one.first_tried_at) == ("https://a.example/inbox/0", 1, clock.now)


async def test_what_concerns_one_object_arrives_in_order_at_each_host(database: Database, clock: Clock) -> None:
    await send(1, ["a.example", "b.example"])
    await send(2, ["a.example", "b.example"])
    await send(3, ["a.example"], chain="https://us.example/posts/2")
    first = await claim(clock.now)
    assert sorted((each.host, each.activity_id) for each in first) == [
        ("a.example", 1),
        ("a.example", 3),
        ("b.example", 1),
    ]
    assert await claim(clock.now) == []
    a1, b1 = (
        next(each for each in first if (each.host, each.activity_id) == (host, 1))
        for host in ("a.example", "b.example")
    )
    await deliveries.settle([retry(a1, clock.now + 50, status=429), succeeded(b1)], lock="w", now=clock.now)
    assert [(each.host, each.activity_id) for each in await claim(clock.now)] == [("b.example", 2)]
    (again,) = await claim(clock.now + 50)
    assert (again.id, again.attempts, again.first_tried_at) == (a1.id, 2, clock.now)
    await deliveries.settle([give_up(again, status=410, error="gone")], lock="w", now=clock.now)
    assert [each.activity_id for each in await claim(clock.now)] == [2], "a dead letter holds up nobody"
    dead = await Delivery.get(id=a1.id)
    assert (dead.state, dead.last_status, dead.last_error) == (PARKED, 410, "gone")


async def test_no_host_has_more_than_its_share_under_way(database: Database, clock: Clock) -> None:
    await send(1, ["big.example"], inboxes=30)
    await send(2, ["small.example"], chain="x")
    first = await claim(clock.now, limit=10, per_host=3)
    assert sorted(each.host for each in first) == ["big.example"] * 3 + ["small.example"]
    assert await claim(clock.now, per_host=3) == []
    await deliveries.settle([succeeded(first[0])], lock="w", now=clock.now)
    assert len(await claim(clock.now, per_host=3)) == 1


async def test_the_breaker_opens_lets_one_probe_through_and_closes(database: Database, clock: Clock) -> None:
    await send(1, ["down.example"], inboxes=9)
    await send(2, ["up.example"], chain="x")
    for turn in range(BREAKS_AT):
        batch = [each for each in await claim(clock.now, per_host=2) if each.host == "down.example"]
        assert len(batch) == 2, "a batch that fails is one failure"
        await deliveries.settle([retry(each, clock.now) for each in batch], lock="w", now=clock.now)
        assert (await Host.get(domain="down.example")).failures == turn + 1
    assert (await Host.get(domain="down.example")).broken_until == clock.now + MINUTE
    assert (await deliveries.counts(clock.now))["broken"] == 1
    assert await claim(clock.now) == []
    await send(3, ["down.example"], chain="new")
    assert await claim(clock.now) == [], "new ones wait as well"
    (probe,) = await claim(clock.now + MINUTE)
    await deliveries.settle([retry(probe, clock.now, status=503)], lock="w", now=clock.now + MINUTE)
    assert (await Host.get(domain="down.example")).broken_until == clock.now + 3 * MINUTE
    (probe,) = [each for each in await claim(clock.now + 3 * MINUTE) if each.host == "down.example"]
    await deliveries.settle([succeeded(probe)], lock="w", now=clock.now + 3 * MINUTE)
    host = await Host.get(domain="down.example")
    assert (host.failures, host.broken_until) == (0, None)
    assert len(await claim(clock.now + 3 * MINUTE)) == 4


def test_a_dead_host_is_probed_daily() -> None:
    assert broken_for(BREAKS_AT) == MINUTE
    assert broken_for(10_000) == DAY


async def test_a_host_that_writes_to_us_gets_what_waited_for_it(database: Database, clock: Clock) -> None:
    await send(1, ["back.example"])
    for _ in range(BREAKS_AT):
        (one,) = await claim(clock.now)
        await deliveries.settle([retry(one, clock.now)], lock="w", now=clock.now)
    assert await claim(clock.now) == []
    await deliveries.host_answered("back.example", clock.now)
    assert len(await claim(clock.now)) == 1


async def test_a_blocked_domain_gets_nothing_more_not_even_what_is_under_way(database: Database, clock: Clock) -> None:
    await send(1, ["bad_one.example", "sub.bad_one.example", "badxone.example", "notbad_one.example"])
    claimed = await claim(clock.now, limit=1)
    await send(2, ["bad_one.example"], chain="x")
    assert await deliveries.cancel_for_host("bad_one.example") == 3
    await deliveries.settle([succeeded(each) for each in claimed], lock="w", now=clock.now)
    left = await Delivery.filter(state__in=[0, DONE])
    assert {each.host for each in left} == {"badxone.example", "notbad_one.example"}


async def test_a_batch_takes_the_same_number_of_queries_however_large(
    database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    translate = sql._translate

    def count_translation(statement: str, dialect: Dialect) -> tuple[str, tuple[bool, ...]]:
        calls.append(statement)
        return translate(statement, dialect)

    numbers = []
    for size in (1, 60):
        await send(size, [f"h{n}.example" for n in range(size)], chain=f"chain {size}")
        monkeypatch.setattr(sql, "_translate", count_translation)
        calls.clear()
        batch = await claim(clock.now)
        await deliveries.settle([succeeded(each) for each in batch], lock="w", now=clock.now)
        assert len(batch) == size
        numbers.append(len(calls))
    assert numbers[0] == numbers[1] > 3


async def test_a_worker_that_stops_gives_its_deliveries_back_uncounted(database: Database, clock: Clock) -> None:
    await send(1, ["a.example"])
    await claim(clock.now)
    await queue.release("w", clock.now)
    (one,) = await claim(clock.now)
    assert one.attempts == 1


async def test_old_finished_deliveries_are_pruned(database: Database, clock: Clock) -> None:
    await send(1, ["a.example", "b.example"])
    (first, _) = await claim(clock.now)
    await deliveries.settle([succeeded(first)], lock="w", now=clock.now)
    assert await deliveries.prune(1, dead_before=0) == 1


async def test_what_was_given_up_is_kept_longer_than_what_arrived(database: Database, clock: Clock) -> None:
    await send(1, ["a.example", "b.example"])
    arrived, dead = await claim(clock.now)
    await deliveries.settle([succeeded(arrived), give_up(dead, status=410)], lock="w", now=clock.now)
    assert await deliveries.prune(1, dead_before=0) == 1
    assert await Delivery.filter(state=PARKED).count() == 1
    assert await deliveries.prune(1, dead_before=1) == 1


async def test_a_host_that_is_silent_for_a_week_is_asked_once_a_day_and_gets_all_when_it_writes_to_us(
    database: Database, clock: Clock
) -> None:
    for number in range(1, 6):
        await send(number, ["gone.example"], chain=f"chain {number}")
    tries: list[int] = []
    now, end = clock.now, clock.now + 10 * DAY
    while now < end:
        for each in await claim(now):
            tries.append(now)
            await deliveries.settle([retry(each, now + MINUTE)], lock="w", now=now)
        waiting = await Delivery.filter(state=0).order_by("run_at").first()
        assert waiting is not None
        now = max(waiting.run_at, now + 1)
    late = [at for at in tries if at >= clock.now + 7 * DAY]
    assert 2 <= len(late) <= 4, "one probe a day"
    assert all(after - before >= DAY for before, after in pairwise(late))
    await deliveries.host_answered("gone.example", end)
    assert len(await claim(end)) == 4, "as many at once as any host gets"


async def test_one_host_that_drips_or_is_dead_never_takes_the_places_of_the_others(
    database: Database, clock: Clock
) -> None:
    """The rule behind the figure of the benchmark: however much waits for a slow host and however old it is, it holds
    its own few places, and every other host is served in each round."""
    await send(1, ["slow.example"], inboxes=400)
    for number in range(20):
        await send(10 + number, [f"h{number}.example"], chain=f"chain {number}", inboxes=3)
    held = 0
    served = 0
    for turn in range(6):
        batch = await deliveries.claim(40 - held, 4, lock="w", now=clock.now + turn)
        slow = [each for each in batch if each.host == "slow.example"]
        held += len(slow)
        assert held <= 4
        quick = [each for each in batch if each.host != "slow.example"]
        served += len(quick)
        await deliveries.settle([succeeded(each) for each in quick], lock="w", now=clock.now + turn)
    assert served == 60, "all that waited for the others is out while the slow one still holds its places"


async def test_a_wish_to_come_later_is_kept_for_seconds_and_for_dates_and_a_day_at_most(
    database: Database, clock: Clock
) -> None:
    await send(1, ["busy.example"])
    (one,) = await claim(clock.now)
    for asked, least, most in ((3_600.0, 3_600, 3_600), (10 * 86_400.0, 86_400, 86_400), (None, 16, 36)):
        outcome = judged(one, 429, asked, "", clock.now)
        assert least * 1000 <= outcome.run_at - clock.now <= most * 1000


async def test_two_workers_at_once_keep_the_order_of_each_chain_and_send_nothing_twice(
    database: Database, clock: Clock
) -> None:
    for number in range(1, 31):
        await send(number, ["a.example", "b.example"], chain=f"chain {number % 3}")
    sent: list[tuple[str, str, int]] = []

    async def work(lock: str) -> None:
        while await Delivery.filter(state=0).exists():
            for each in await deliveries.claim(3, 4, lock=lock, now=clock.now):
                sent.append((each.host, each.chain, each.activity_id))
                await asyncio.sleep(0)
                await deliveries.settle([succeeded(each)], lock=lock, now=clock.now)

    async with asyncio.timeout(60):
        await asyncio.gather(work("one"), work("two"))
    assert len(sent) == len(set(sent)) == 60
    for chain in {each[:2] for each in sent}:
        of_chain = [activity for *key, activity in sent if tuple(key) == chain]
        assert of_chain == sorted(of_chain)
