"""People who use nothing but a Mastodon app take part in the life of a proposal."""

from typing import Any

import httpx

from server.actions.contributions import decide_contribution
from server.actions.lifecycle import move_proposal
from server.queries import posts
from server.rules.lifecycle import Wanted
from server.views.viewer import VISITOR
from tests.journeys.test_a_proposal_travels import raise_proposal
from tests.world import World


async def says(app: httpx.AsyncClient, text: str, reply_to: str) -> Any:
    answer = await app.post("/api/v1/statuses", json={"status": text, "in_reply_to_id": reply_to})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def found(app: httpx.AsyncClient, uri: str) -> Any:
    answer = await app.get("/api/v2/search", params={"q": uri, "resolve": "true"})
    return answer.json()["statuses"][0]


async def test_we_see_this_too_from_an_app_is_counted_after_a_tick(three: World) -> None:
    oak, ash, _ = three.instances
    amina, bryn = await oak.member("amina"), await ash.member("bryn")
    proposal_id = await raise_proposal(oak, amina)
    await three.settle()
    uri = f"https://oak.example/proposals/{proposal_id}"
    app = await ash.app(bryn)
    reply = await says(app, "Here too, every week. #WeSeeThisToo", (await found(app, uri))["id"])
    assert reply["civic"]["type"] == "corroboration"
    assert reply["civic"]["state"] == "waiting"
    await three.settle()
    with oak.use():
        at_home = await posts.by_uri(reply["uri"], VISITOR)
        assert at_home is not None
        assert at_home.contribution is not None
        if at_home.contribution.state == "waiting":
            await decide_contribution(amina, at_home.id, "counted")
        proposal = await posts.by_id(proposal_id, VISITOR)
        assert proposal is not None
        assert proposal.proposal is not None
        assert proposal.proposal.corroborations_count == 1


async def test_a_wording_suggested_in_an_app_can_be_taken_in(three: World) -> None:
    oak, ash, _ = three.instances
    amina, bryn = await oak.member("amina"), await ash.member("bryn")
    proposal_id = await raise_proposal(oak, amina)
    await three.settle()
    app = await ash.app(bryn)
    on_the_spot = await found(app, f"https://oak.example/proposals/{proposal_id}")
    reply = await says(
        app, "Clearer like this?\n\nWording:\nLet one inspection be enough, everywhere.", on_the_spot["id"]
    )
    assert reply["civic"]["type"] == "amendment"
    assert reply["civic"]["facts"] == {"sections": {"change": "Let one inspection be enough, everywhere."}}


async def test_a_new_state_is_an_edit_with_a_history_entry_and_a_notification(three: World) -> None:
    oak, ash, _ = three.instances
    amina, sten, bryn = await oak.member("amina"), await oak.member("sten", role="steward"), await ash.member("bryn")
    proposal_id = await raise_proposal(oak, amina)
    await three.settle()
    app = await ash.app(bryn)
    status = await found(app, f"https://oak.example/proposals/{proposal_id}")
    assert status["edited_at"] is None
    await app.post(f"/api/v1/statuses/{status['id']}/favourite")
    await three.settle()
    three.clock.forward(600)  # what comes from the future is dated now, and would fall into the same moment
    with oak.use():
        await move_proposal(sten, proposal_id, "agree", Wanted("Agreed on 3 May.", waived=True))
    await three.settle()
    after = (await app.get(f"/api/v1/statuses/{status['id']}")).json()
    assert after["edited_at"] is not None
    assert "Agreed" in after["content"]
    states = [entry["content"] for entry in (await app.get(f"/api/v1/statuses/{status['id']}/history")).json()]
    assert len(states) == 2
    assert "Raised" in states[0]
    assert "Agreed" in states[1]
    told = (await app.get("/api/v1/notifications")).json()
    assert ("update", status["id"]) in [(each["type"], each["status"]["id"]) for each in told]
