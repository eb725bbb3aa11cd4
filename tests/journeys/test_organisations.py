"""Where somebody elsewhere works is shown by the name of their organisation, and only if it says so itself."""

from server.actions.instance import change
from server.rules.permissions import OPERATOR
from tests.journeys.test_a_proposal_travels import raise_proposal, seen_at
from tests.world import World


async def test_a_members_organisation_is_shown_by_its_name_elsewhere(three: World) -> None:
    oak, ash, _ = three.instances
    with oak.use():
        await change(OPERATOR, title="Oak Housing Trust")
    amina = await oak.member("amina")
    proposal_id = await raise_proposal(oak, amina)
    await three.settle()
    found = await seen_at(ash, f"https://oak.example/proposals/{proposal_id}")
    assert found is not None
    assert found.byline.organisation == "Oak Housing Trust"
    page = (await ash.get(f"/proposals/{found.id}", accept="text/html")).text
    assert "Oak Housing Trust" in page
    assert "Oak Housing Trust" in (await ash.get("/proposals", accept="text/html")).text
    assert "Oak Housing Trust" in (await ash.get("/topics/damp-homes", accept="text/html")).text
    status = await ash.json(f"/api/v1/statuses/{found.id}")
    assert status["civic"]["byline"]["organisation"] == "Oak Housing Trust"
    assert status["account"]["civic"]["organisation"]["acct"] == "oak@oak.example"
    assert status["account"]["civic"]["organisation"]["name"] == "Oak Housing Trust"
    assert status["account"]["fields"][0]["name"] == "Organisation"
    assert ">Oak Housing Trust</a>" in status["account"]["fields"][0]["value"]


async def test_a_new_name_of_an_organisation_is_told_to_all_who_show_it(three: World) -> None:
    oak, ash, _ = three.instances
    amina = await oak.member("amina")
    proposal_id = await raise_proposal(oak, amina)
    await three.settle()
    found = await seen_at(ash, f"https://oak.example/proposals/{proposal_id}")
    assert found is not None
    before = await ash.json(f"/api/v1/statuses/{found.id}")
    assert before["account"]["civic"]["organisation"]["name"] == "Oak"
    with oak.use():
        await change(OPERATOR, title="Oak Housing Trust")
    await three.settle()
    after = await ash.json(f"/api/v1/statuses/{found.id}")
    assert after["account"]["civic"]["organisation"]["name"] == "Oak Housing Trust"
    assert after["civic"]["byline"]["organisation"] == "Oak Housing Trust"
