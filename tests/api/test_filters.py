"""What a member does not want to read: in apps of today and of before 4.0, and what it does to what they read."""

from typing import Any

import pytest

from server.http.kept import Kept
from server.ledger.notifications import tell
from server.storage import sql
from server.storage.database import current
from server.storage.sql import execute
from tests.api.entities import check
from tests.api.site import Person, Site

DAMP: dict[str, Any] = {
    "title": "Damp",
    "context": ["home", "public", "thread"],
    "filter_action": "warn",
    "keywords_attributes": [{"keyword": "mould", "whole_word": True}],
}


async def make(person: Person, **changed: Any) -> dict[str, Any]:
    response = await person.post("/api/v2/filters", DAMP | changed)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


async def test_a_filter_is_made_read_changed_and_deleted(rosa: Person, tom: Person) -> None:
    made = await make(rosa, expires_in=3600)
    check("Filter", made)
    assert (made["title"], made["context"], made["filter_action"]) == ("Damp", ["home", "public", "thread"], "warn")
    word = made["keywords"][0]
    changed = await rosa.client.put(
        f"/api/v2/filters/{made['id']}",
        json={
            "title": "Walls",
            "filter_action": "hide",
            "expires_in": "",
            "keywords_attributes": [{"id": word["id"], "_destroy": True}, {"keyword": "paint"}],
        },
    )
    assert changed.status_code == 200, changed.text
    after = changed.json()
    assert (after["title"], after["filter_action"], after["expires_at"]) == ("Walls", "hide", None)
    assert [each["keyword"] for each in after["keywords"]] == ["paint"]
    assert (await rosa.get("/api/v2/filters")).json() == [after]
    assert (await tom.get("/api/v2/filters")).json() == []
    assert (await tom.get(f"/api/v2/filters/{made['id']}")).status_code == 404
    assert (await tom.client.delete(f"/api/v2/filters/{made['id']}")).status_code == 404
    assert (await rosa.client.delete(f"/api/v2/filters/{made['id']}")).json() == {}
    assert (await rosa.get(f"/api/v2/filters/{made['id']}")).status_code == 404


async def test_keywords_and_posts_of_a_filter_are_handled_one_by_one(rosa: Person, tom: Person) -> None:
    filter_id = (await make(rosa))["id"]
    word = (await rosa.post(f"/api/v2/filters/{filter_id}/keywords", {"keyword": "paint"})).json()
    assert word["whole_word"] is False
    changed = await rosa.client.put(f"/api/v2/filters/keywords/{word['id']}", json={"whole_word": "true"})
    assert changed.json() == {**word, "whole_word": True}
    assert (await rosa.get(f"/api/v2/filters/keywords/{word['id']}")).json() == changed.json()
    assert (await tom.client.delete(f"/api/v2/filters/keywords/{word['id']}")).status_code == 404
    assert (await rosa.client.delete(f"/api/v2/filters/keywords/{word['id']}")).json() == {}
    assert [each["keyword"] for each in (await rosa.get(f"/api/v2/filters/{filter_id}/keywords")).json()] == ["mould"]
    post_id = (await tom.say("Paint"))["id"]
    entry = (await rosa.post(f"/api/v2/filters/{filter_id}/statuses", {"status_id": post_id})).json()
    check("FilterStatus", entry)
    assert (await rosa.post(f"/api/v2/filters/{filter_id}/statuses", {"status_id": post_id})).json() == entry
    assert (await rosa.get(f"/api/v2/filters/{filter_id}/statuses")).json() == [entry]
    matched = (await rosa.get(f"/api/v1/statuses/{post_id}")).json()["filtered"]
    assert [each["status_matches"] for each in matched] == [[post_id]]
    assert (await rosa.get(f"/api/v2/filters/statuses/{entry['id']}")).json() == entry
    assert (await rosa.client.delete(f"/api/v2/filters/statuses/{entry['id']}")).json() == {}
    assert (await rosa.get(f"/api/v1/statuses/{post_id}")).json()["filtered"] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": " "},
        {"context": []},
        {"context": ["kitchen"]},
        {"filter_action": "blur"},
        {"expires_in": -5},
        {"keywords_attributes": [{"keyword": " "}]},
    ],
    ids=str,
)
async def test_what_no_filter_can_be_is_422(rosa: Person, wrong: dict[str, Any]) -> None:
    assert (await rosa.post("/api/v2/filters", DAMP | wrong)).status_code == 422
    assert (await rosa.get("/api/v2/filters")).json() == []


async def test_an_app_from_before_4_0_sees_each_keyword_as_a_filter(rosa: Person, tom: Person) -> None:
    both = [{"keyword": "mould", "whole_word": True}, {"keyword": "paint"}]
    await make(rosa, filter_action="hide", keywords_attributes=both)
    found = (await rosa.get("/api/v1/filters")).json()
    assert [(each["phrase"], each["whole_word"], each["irreversible"]) for each in found] == [
        ("mould", True, True),
        ("paint", False, True),
    ]
    first = f"/api/v1/filters/{found[0]['id']}"
    assert (await rosa.get(first)).json() == found[0]
    assert (await tom.get(first)).status_code == 404
    assert (await rosa.client.put(first, json={"phrase": "mould", "context": ["home"]})).status_code == 422
    assert (await rosa.client.put(first, json={"phrase": "fungus"})).json()["phrase"] == "fungus"
    for each in found:
        assert (await rosa.client.delete(f"/api/v1/filters/{each['id']}")).json() == {}
    assert (await rosa.get("/api/v2/filters")).json() == []


async def test_such_an_app_makes_and_changes_filters(rosa: Person) -> None:
    made = (await rosa.post("/api/v1/filters", {"phrase": "mould", "context": ["home"], "whole_word": True})).json()
    assert made["irreversible"] is False
    changed = await rosa.client.put(
        f"/api/v1/filters/{made['id']}",
        json={"phrase": "damp", "context": ["home", "public"], "irreversible": True, "expires_in": 60},
    )
    after = changed.json()
    assert (after["phrase"], after["context"], after["irreversible"]) == ("damp", ["home", "public"], True)
    assert after["expires_at"] is not None
    assert (await rosa.get("/api/v2/filters")).json()[0]["title"] == "damp"


async def test_a_warning_says_which_words_of_which_filter_matched(rosa: Person, tom: Person) -> None:
    await tom.say("Just paint")
    post_id = (await tom.say("Black **Mould** again"))["id"]
    assert (await rosa.get("/api/v1/timelines/public")).json()[0]["filtered"] == []
    made = await make(rosa)
    shown = (await rosa.get("/api/v1/timelines/public")).json()
    check("FilterResult", shown[0]["filtered"][0])
    assert shown[0]["filtered"][0]["keyword_matches"] == ["mould"]
    assert shown[0]["filtered"][0]["filter"]["id"] == made["id"]
    assert shown[1]["filtered"] == []
    boost = (await tom.post(f"/api/v1/statuses/{post_id}/reblog")).json()
    assert boost["filtered"] == []
    seen = (await rosa.get(f"/api/v1/statuses/{boost['id']}")).json()
    assert len(seen["filtered"]) == len(seen["reblog"]["filtered"]) == 1


async def test_what_is_hidden_is_left_out_there_and_nowhere_else(rosa: Person, tom: Person) -> None:
    root = (await tom.say("Walls"))["id"]
    hidden = (await tom.say("@rosa mould in the corner", in_reply_to_id=root))["id"]
    await tom.say("Mould everywhere")
    await rosa.say("Mould at mine, too")
    await make(rosa, filter_action="hide", context=["public", "thread", "notifications"])
    public = (await rosa.get("/api/v1/timelines/public")).json()
    assert [status["content"] for status in public] == ["<p>Mould at mine, too</p>", "<p>Walls</p>"]
    assert len((await tom.get("/api/v1/timelines/public")).json()) == 3
    context = (await rosa.get(f"/api/v1/statuses/{root}/context")).json()
    assert context["descendants"] == []
    assert (await rosa.get(f"/api/v1/statuses/{hidden}")).json()["filtered"][0]["filter"]["filter_action"] == "hide"
    assert len((await rosa.get(f"/api/v1/accounts/{tom.id}/statuses")).json()) == 3


async def test_hidden_notifications_are_left_out(site: Site, rosa: Person, tom: Person) -> None:
    await tom.say("@rosa mould")
    await tom.say("@rosa paint")
    with site.database.use():
        for post in (await rosa.get(f"/api/v1/accounts/{tom.id}/statuses")).json():
            await tell([int(rosa.id)], "mention", from_account_id=int(tom.id), post_id=int(post["id"]), now=1)
    assert len((await rosa.get("/api/v1/notifications")).json()) == 2
    await make(rosa, filter_action="hide", context=["notifications"])
    shown = (await rosa.get("/api/v1/notifications")).json()
    assert ["paint" in each["status"]["content"] for each in shown] == [True]


async def test_whole_words_are_whole_and_parts_are_parts(rosa: Person, tom: Person) -> None:
    words = [{"keyword": "art", "whole_word": True}, {"keyword": "#damp", "whole_word": True}, {"keyword": "ould"}]
    await make(rosa, keywords_attributes=words)
    for text, matches in {
        "A party": None,
        "Art!": ["art"],
        "#damp walls": ["#damp"],
        "It could be": ["ould"],
        "ART #Damp": ["art", "#damp"],
    }.items():
        status = await tom.say(text)
        found = (await rosa.get(f"/api/v1/statuses/{status['id']}")).json()["filtered"]
        assert (found[0]["keyword_matches"] if found else None) == matches, text


async def test_a_filter_that_is_over_matches_nothing(site: Site, rosa: Person, tom: Person) -> None:
    post_id = (await tom.say("mould"))["id"]
    await make(rosa, expires_in=60)
    assert (await rosa.get(f"/api/v1/statuses/{post_id}")).json()["filtered"]
    with site.database.use():
        await execute("UPDATE filters SET expires_at = 1")
    site.app.state.kept_filters = Kept()
    assert (await rosa.get(f"/api/v1/statuses/{post_id}")).json()["filtered"] == []


async def test_words_in_the_warning_the_poll_and_the_card_text_count(rosa: Person, tom: Person) -> None:
    await make(rosa)
    for more in ({"spoiler_text": "mould"}, {"poll": {"options": ["Mould", "b"], "expires_in": 600}}):
        status = await tom.say("Look", **more)
        assert (await rosa.get(f"/api/v1/statuses/{status['id']}")).json()["filtered"], more


async def test_other_apps_of_the_member_hear_that_filters_changed(site: Site, rosa: Person) -> None:
    async with site.app.state.hub.subscribe([f"user:{rosa.id}"]) as messages:
        await make(rosa)
        assert (await messages.next()).event == "filters_changed"


async def test_filters_cost_no_query_once_they_are_known(
    rosa: Person, tom: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    await rosa.post(f"/api/v1/accounts/{tom.id}/follow")
    await tom.say("mould")
    asked = 0
    real = current

    def counting() -> Any:
        nonlocal asked
        asked += 1
        return real()

    monkeypatch.setattr(sql, "current", counting)

    async def cost() -> int:
        nonlocal asked
        await rosa.get("/api/v1/timelines/home")
        asked = 0
        found = (await rosa.get("/api/v1/timelines/home")).json()
        assert len(found) == count
        return asked

    count = 1
    without = await cost()
    await make(rosa)
    assert await cost() == without
    for number in range(10):
        await tom.say(f"mould {number}")
    count = 11
    assert await cost() == without
