"""The life of a proposal, driven by a script that knows nothing but the civic API; and the file that describes it."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.world import World, world

SECTIONS = {
    "seen": "Families wait 28 days between two visits.",
    "rule": "Repairs contract, schedule 4",
    "change": "Let one inspection be enough.",
}


@pytest.fixture
async def one(tmp_path: Path) -> Any:
    async with world(tmp_path, "oak") as made:
        yield made


async def post(app: httpx.AsyncClient, path: str, status: int = 200, **values: Any) -> Any:
    answer = await app.post(f"/api/v1/civic{path}", json=values)
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_a_script_takes_a_proposal_through_its_life(one: World) -> None:
    (oak,) = one.instances
    topic = await oak.topic("damp-homes")
    amina, sten, bo = await oak.member("amina"), await oak.member("sten", role="steward"), await oak.member("bo")
    author, steward, other = await oak.app(amina), await oak.app(sten), await oak.app(bo)

    made = await post(author, "/proposals", title="Damp must be proven twice", sections=SECTIONS, topic_id=str(topic))
    where = f"/proposals/{made['id']}"
    assert made["state"] == "raised"
    assert made["acts"] == ["withdraw"] or "agree" in made["acts"]

    seen = await post(
        other, f"{where}/contributions", kind="corroboration", text="Here too.", facts={"place": "Northside"}
    )
    assert (seen["type"], seen["state"], seen["facts"]) == ("corroboration", "counted", {"place": "Northside"})
    wording = await post(
        other, f"{where}/contributions", kind="amendment", facts={"sections": {"change": "One visit is enough."}}
    )
    refused = await post(other, f"/contributions/{wording['id']}/decide", 403, verdict="accepted")
    assert "error" in refused
    assert (await post(author, f"/contributions/{wording['id']}/decide", verdict="accepted"))["state"] == "accepted"

    assert "error" in await post(author, f"{where}/acts/agree", 409)
    agreed = await post(steward, f"{where}/acts/agree", reason="Agreed on 3 May.", waived=True)
    assert agreed["state"] == "agreed"
    assert next(part for part in agreed["sections"] if part["key"] == "change")["source"] == "One visit is enough."

    owner = await post(steward, "/owners", name="The council", email="repairs@council.example")
    asked = await steward.put(f"/api/v1/civic{where}/ask", json={"owner_id": owner["id"], "verb": "change_rule"})
    assert asked.status_code == 200, asked.text
    assert "email" not in (await other.get("/api/v1/civic/owners")).json()[0]
    link = (await post(steward, f"{where}/send"))["answer_url"]
    assert link.startswith("https://oak.example/answer/")

    answer = await post(
        steward, f"{where}/contributions", kind="answer", text="Yes, from April.", facts={"code": "accepted"}
    )
    assert answer["type"] == "answer"
    begun = await post(steward, f"{where}/acts/begin", reason="The contract is being changed.")
    assert begun["state"] == "in_action"
    closed = await post(steward, f"{where}/acts/close", reason="One visit is enough.", outcome="changed")
    assert (closed["state"], closed["outcome"]) == ("closed", "changed")
    kinds = [step["kind"] for step in (await oak.json(f"/api/v1/civic{where}/timeline"))]
    assert kinds == [*("raised", "amendment_accepted", "edited", "agreed", "sent", "answered", "in_action", "closed")]

    heard = (await other.get(f"/api/v1/civic{where}/heard")).json()
    assert [each["text"] for each in heard["you_wrote"]] == ["Here too.", ""]
    assert heard["answer"]["text"] == "Yes, from April."
    assert heard["ended"]["kind"] == "closed"
    assert (await steward.get(f"/api/v1/civic{where}/heard")).status_code == 404
    (told,) = await oak.json("/api/v1/civic/answers")
    assert (told["code"], told["owner"], told["days"]) == ("accepted", "The council", 0)


async def test_a_script_names_a_rule_and_a_steward_describes_it(one: World) -> None:
    (oak,) = one.instances
    amina, sten = await oak.member("amina"), await oak.member("sten", role="steward")
    author, steward = await oak.app(amina), await oak.app(sten)
    made = await post(author, "/proposals", title="Damp", sections=SECTIONS, policy_name="Repairs contract")
    (cited,) = made["policies"]
    path = f"/api/v1/civic/policies/{cited['id']}"
    assert (await author.put(path, json={"kind": "contract"})).status_code == 403
    described = (await steward.put(path, json={"kind": "contract", "owner": "The council"})).json()
    assert (described["name"], described["kind"], described["owner"]) == (
        "Repairs contract", "contract", "The council",
    )  # fmt: skip
    assert [each["id"] for each in await oak.json(f"{path}/proposals")] == [made["id"]]
    other = await post(steward, "/policies", name="Contract for repairs")
    one_rule = (await steward.put(f"{path}/same", json={"uri": other["uri"]})).json()
    assert one_rule["same_as"] == [{"uri": other["uri"], "here": True, "there": True}]
    assert [each["name"] for each in await oak.json("/api/v1/civic/policies?q=contract")] == [
        "Contract for repairs",
        "Repairs contract",
    ]
    assert (await steward.delete(path)).status_code == 200
    assert (await oak.web.get(path)).status_code == 404


async def test_a_script_says_that_two_are_about_the_same_barrier(one: World) -> None:
    (oak,) = one.instances
    author = await oak.app(await oak.member("amina"))
    first = await post(author, "/proposals", title="Damp", sections=SECTIONS)
    second = await post(author, "/proposals", title="Mould", sections=SECTIONS)
    path = f"/api/v1/civic/proposals/{first['id']}/same"
    assert (await author.put(path, json={"uri": "https://nowhere.example/1"})).status_code == 422
    for same, said in ((True, [(second["uri"], True, False)]), (False, [])):
        answer = await author.put(path, json={"uri": second["uri"], "same": same})
        assert answer.status_code == 200, answer.text
        assert [(each["uri"], each["here"], each["there"]) for each in await oak.json(path)] == said


async def test_without_a_token_everything_public_can_be_read_and_nothing_done(one: World) -> None:
    (oak,) = one.instances
    author = await oak.app(await oak.member("amina"))
    made = await post(author, "/proposals", title="Damp must be proven twice", sections=SECTIONS)
    assert (await oak.json("/api/v1/civic/proposals"))[0]["title"] == "Damp must be proven twice"
    assert (await oak.json(f"/api/v1/civic/proposals/{made['id']}"))["acts"] == []
    assert (await oak.web.post(f"/api/v1/civic/proposals/{made['id']}/acts/withdraw")).status_code == 401
    assert (await oak.web.get("/api/v1/civic/proposals/1")).status_code == 404


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"title": "", "sections": SECTIONS}, "what gets in the way"),
        ({"title": "Damp", "sections": {**SECTIONS, "change": ""}}, "what should change"),
        ({"title": "Damp", "sections": SECTIONS, "topic_id": "7"}, "topic"),
    ],
)
async def test_what_is_missing_is_named(one: World, values: dict[str, Any], word: str) -> None:
    (oak,) = one.instances
    author = await oak.app(await oak.member("amina"))
    assert word in (await post(author, "/proposals", 422, **values))["error"]


async def test_what_would_spoil_every_later_reading_is_refused(one: World) -> None:
    (oak,) = one.instances
    author, steward = await oak.app(await oak.member("amina")), await oak.app(await oak.member("sten", role="steward"))
    made = await post(author, "/proposals", title="Damp", sections=SECTIONS)
    assert "no such account" in (await post(steward, "/owners", 422, name="The council", account_id="7"))["error"]
    assert "https://" in (await post(steward, "/owners", 422, name="The council", url="javascript:alert(1)"))["error"]
    owner = await post(steward, "/owners", name="The council", url="https://council.example")
    path = f"/api/v1/civic/proposals/{made['id']}/ask"
    for by_date, status in (("soon", 422), ("2027-02-30", 422), ("2027-03-31", 200), ("", 200)):
        asked = {"owner_id": owner["id"], "verb": "change_rule", "by_date": by_date}
        answer = await steward.put(path, json=asked)
        assert answer.status_code == status, answer.text
    assert (await author.get(path.removesuffix("/ask"))).status_code == 200


async def test_the_description_is_a_file_for_tools_and_a_page_for_people(one: World) -> None:
    (oak,) = one.instances
    described = await oak.json("/api/openapi.json")
    assert described["openapi"] == "3.1.0"
    assert (await oak.get("/api/docs", accept="application/json")).json() == described
    page = (await oak.web.get("/api/docs", headers={"accept": "text/html"})).text
    assert "https://cdn" not in page
    assert "<script" not in page
    for path, methods in described["paths"].items():
        assert path in page
        for operation in methods.values():
            assert f'id="{operation["operationId"]}"' in page
    assert page.count("<pre") == sum(len(methods) for methods in described["paths"].values())
