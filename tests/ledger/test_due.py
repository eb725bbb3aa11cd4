from server.ledger import deliveries
from server.ledger.due import DELIVER, lanes_due
from server.storage.database import Database
from server.storage.models.work import Activity
from server.storage.unit import unit
from tests.storage.databases import Clock


async def test_only_lanes_whose_work_has_its_time_are_named(database: Database, clock: Clock) -> None:
    async with unit() as work:
        work.enqueue("mail", None, {})
        work.enqueue("push", None, {}, run_at=clock.now + 10)
    assert await lanes_due(["mail", "push", "fetch", DELIVER], clock.now) == ["mail"]
    assert await lanes_due(["push", "mail", DELIVER], clock.now + 10) == ["push", "mail"]


async def test_deliveries_are_a_lane_too(database: Database, clock: Clock) -> None:
    await Activity.create(id=5, uri="https://a.example/5", account_id=1, object_uri="", body=b"{}", created_at=1)
    await deliveries.add(5, 1, "", [("b.example", "https://b.example/inbox")], clock.now)
    assert await lanes_due(["mail", DELIVER], clock.now - 1) == []
    assert await lanes_due(["mail", DELIVER], clock.now) == [DELIVER]
    await deliveries.claim(9, 9, lock="w", now=clock.now)
    assert await lanes_due(["mail", DELIVER], clock.now) == []
