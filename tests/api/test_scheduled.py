"""Posts that are written for later. That they are published then is in `tests/jobs/test_schedule.py`."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from server.storage.sql import rows
from tests.api.entities import check
from tests.api.pictures import png
from tests.api.site import Person, Site


def hence(**time: float) -> str:
    return (datetime.now(UTC) + timedelta(**time)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


async def schedule(person: Person, text: str = "Later", **more: Any) -> httpx.Response:
    return await person.post("/api/v1/statuses", {"status": text, "scheduled_at": hence(hours=1), **more})


async def test_a_post_for_later_is_kept_and_not_shown(rosa: Person, tom: Person) -> None:
    upload = (await rosa.client.post("/api/v2/media", files={"file": ("a.png", png(), "image/png")})).json()
    poll = {"options": ["a", "b"], "expires_in": 600, "multiple": True}
    at = hence(hours=1)
    response = await schedule(rosa, "**Later**", scheduled_at=at, media_ids=[upload["id"]], poll=poll, language="cy")
    made = response.json()
    assert response.status_code == 200, response.text
    check("ScheduledStatus", made)
    assert made["scheduled_at"] == at
    assert [media["id"] for media in made["media_attachments"]] == [upload["id"]]
    assert made["params"]["text"] == "**Later**"
    assert made["params"]["poll"] == {"options": ["a", "b"], "expires_in": 600, "multiple": True, "hide_totals": False}
    assert (made["params"]["language"], made["params"]["media_ids"]) == ("cy", [upload["id"]])
    assert (await rosa.get(f"/api/v1/accounts/{rosa.id}/statuses")).json() == []
    assert (await rosa.get("/api/v1/accounts/verify_credentials")).json()["statuses_count"] == 0
    assert (await rosa.get("/api/v1/scheduled_statuses")).json() == [made]
    assert (await rosa.get(f"/api/v1/scheduled_statuses/{made['id']}")).json() == made
    assert (await tom.get("/api/v1/scheduled_statuses")).json() == []
    assert (await tom.get(f"/api/v1/scheduled_statuses/{made['id']}")).status_code == 404


async def test_trying_a_post_out_leaves_nothing_behind(site: Site, rosa: Person) -> None:
    await schedule(rosa, "#later @rosa")
    with site.database.use():
        assert await rows("SELECT id FROM posts") == []
        assert await rows("SELECT id FROM tags") == []
        assert [row["kind"] for row in await rows("SELECT kind FROM jobs WHERE queue <> 'effects'")] == ["publish"]


@pytest.mark.parametrize(
    "at", [hence(minutes=4), hence(hours=-1), "soon", "0001-01-01"], ids=["too soon", "past", "no time", "long ago"]
)
async def test_too_soon_or_no_time_is_422(rosa: Person, at: str) -> None:
    response = await schedule(rosa, scheduled_at=at)
    assert response.status_code == 422, response.text
    made = (await schedule(rosa)).json()
    again = await rosa.client.put(f"/api/v1/scheduled_statuses/{made['id']}", json={"scheduled_at": at})
    assert again.status_code == 422
    assert (await rosa.get(f"/api/v1/scheduled_statuses/{made['id']}")).json() == made


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": " "},
        {"media_ids": ["1"]},
        {"poll": {"options": ["a"], "expires_in": 600}},
        {"in_reply_to_id": "5"},
    ],
    ids=str,
)
async def test_what_could_not_be_published_now_is_refused_at_once(rosa: Person, wrong: dict[str, Any]) -> None:
    response = await schedule(rosa, **wrong)
    assert response.status_code in (404, 422), response.text
    assert (await rosa.get("/api/v1/scheduled_statuses")).json() == []


async def test_the_time_is_changed_and_the_post_taken_back(rosa: Person, tom: Person) -> None:
    address = f"/api/v1/scheduled_statuses/{(await schedule(rosa)).json()['id']}"
    at = hence(days=2)
    assert (await tom.client.put(address, json={"scheduled_at": at})).status_code == 404
    assert (await rosa.client.put(address, json={"scheduled_at": at})).json()["scheduled_at"] == at
    assert (await tom.client.delete(address)).status_code == 404
    assert (await rosa.client.delete(address)).json() == {}
    assert (await rosa.get(address)).status_code == 404


async def test_the_same_idempotency_key_schedules_once(rosa: Person) -> None:
    body = {"status": "Once", "scheduled_at": hence(hours=1)}
    first, again = [
        (await rosa.post("/api/v1/statuses", body, headers={"Idempotency-Key": "k"})).json()["id"] for _ in range(2)
    ]
    assert first == again


async def test_pages_of_them_are_linked(rosa: Person) -> None:
    ids = [(await schedule(rosa, str(number))).json()["id"] for number in range(3)]
    page = await rosa.get("/api/v1/scheduled_statuses", limit=2)
    assert [each["id"] for each in page.json()] == ids[:0:-1]
    rest = await rosa.client.get(page.links["next"]["url"])
    assert [each["id"] for each in rest.json()] == ids[:1]


async def test_a_proposal_waits_as_well(site: Site, rosa: Person) -> None:
    await site.topic("housing", "Housing")
    made = (await schedule(rosa, "@housing #proposal\nMend the lift\n\nWhat we see: It stands.")).json()
    assert made["params"]["text"].startswith("@housing #proposal")
    assert (await rosa.get("/api/v1/scheduled_statuses")).json() == [made]
