"""Accounts, follows, lists, notes, notifications, markers."""

from server.storage.models.notifications import Notification
from tests.api.site import Person, Site


async def test_following_shows_in_the_relationship_and_the_home_timeline(rosa: Person, tom: Person) -> None:
    post = await tom.say("From Tom")
    followed = (await rosa.post(f"/api/v1/accounts/{tom.id}/follow", {"reblogs": False, "notify": "true"})).json()
    assert (followed["following"], followed["showing_reblogs"], followed["notifying"]) == (True, False, True)
    assert [status["id"] for status in (await rosa.get("/api/v1/timelines/home")).json()] == [post["id"]]
    followers = (await rosa.get(f"/api/v1/accounts/{tom.id}/followers")).json()
    assert [account["acct"] for account in followers] == ["rosa"]
    assert (await rosa.post(f"/api/v1/accounts/{tom.id}/unfollow")).json()["following"] is False


async def test_a_locked_account_decides_who_follows(rosa: Person, tom: Person) -> None:
    await tom.client.patch("/api/v1/accounts/update_credentials", json={"locked": True})
    asked = (await rosa.post(f"/api/v1/accounts/{tom.id}/follow")).json()
    assert (asked["following"], asked["requested"]) == (False, True)
    assert [each["acct"] for each in (await tom.get("/api/v1/follow_requests")).json()] == ["rosa"]
    assert (await tom.get("/api/v1/accounts/verify_credentials")).json()["source"]["follow_requests_count"] == 1
    answered = await tom.post(f"/api/v1/follow_requests/{rosa.id}/authorize")
    assert answered.json()["followed_by"] is True
    assert (await tom.get("/api/v1/follow_requests")).json() == []


async def test_block_mute_and_note_are_in_the_relationship(rosa: Person, tom: Person) -> None:
    muted = (await rosa.post(f"/api/v1/accounts/{tom.id}/mute", {"notifications": False})).json()
    assert (muted["muting"], muted["muting_notifications"]) == (True, False)
    assert [each["acct"] for each in (await rosa.get("/api/v1/mutes")).json()] == ["tom"]
    noted = (await rosa.post(f"/api/v1/accounts/{tom.id}/note", {"comment": "From the library"})).json()
    assert noted["note"] == "From the library"
    blocked = (await rosa.post(f"/api/v1/accounts/{tom.id}/block")).json()
    assert blocked["blocking"] is True
    assert [each["acct"] for each in (await rosa.get("/api/v1/blocks")).json()] == ["tom"]
    seen_by_tom = (await tom.get("/api/v1/accounts/relationships", **{"id[]": rosa.id})).json()[0]
    assert (seen_by_tom["blocked_by"], seen_by_tom["note"]) == (True, "")


async def test_a_local_handle_is_the_bare_name_however_it_is_asked_for(site: Site, rosa: Person) -> None:
    for acct in ("rosa", "@rosa", "ROSA", f"rosa@{site.settings.domain}"):
        found = await site.visitor.get("/api/v1/accounts/lookup", params={"acct": acct})
        assert found.json()["acct"] == "rosa"
    assert (await site.visitor.get("/api/v1/accounts/lookup", params={"acct": "none"})).status_code == 404


async def test_a_topic_is_a_group(site: Site, rosa: Person) -> None:
    topic = await site.topic("housing", "Housing")
    found = (await rosa.get(f"/api/v1/accounts/{topic}")).json()
    assert (found["group"], found["acct"]) == (True, "housing")


async def test_an_office_is_shown_as_a_badge(site: Site, rosa: Person) -> None:
    steward = await site.join("stella", "steward")
    found = (await rosa.get(f"/api/v1/accounts/{steward.id}")).json()
    assert [role["name"] for role in found["roles"]] == ["Steward"]
    assert (await rosa.get(f"/api/v1/accounts/{rosa.id}")).json()["roles"] == []


async def test_lists_hold_those_one_follows(rosa: Person, tom: Person) -> None:
    made = (await rosa.post("/api/v1/lists", {"title": "Neighbours", "replies_policy": "none"})).json()
    path = f"/api/v1/lists/{made['id']}"
    assert (await rosa.post(f"{path}/accounts", {"account_ids": [tom.id]})).status_code == 404
    await rosa.post(f"/api/v1/accounts/{tom.id}/follow")
    assert (await rosa.post(f"{path}/accounts", {"account_ids": [tom.id]})).json() == {}
    assert [each["acct"] for each in (await rosa.get(f"{path}/accounts", limit=0)).json()] == ["tom"]
    assert [each["id"] for each in (await rosa.get(f"/api/v1/accounts/{tom.id}/lists")).json()] == [made["id"]]
    post = await tom.say("For the list")
    assert [each["id"] for each in (await rosa.get(f"/api/v1/timelines/list/{made['id']}")).json()] == [post["id"]]
    edited = (await rosa.client.put(path, json={"title": "Friends", "exclusive": True})).json()
    assert edited == {"id": made["id"], "title": "Friends", "replies_policy": "none", "exclusive": True}
    assert (await tom.get(path)).status_code == 404
    assert (await rosa.client.delete(path)).json() == {}
    assert (await rosa.get(path)).status_code == 404


async def test_markers_remember_and_count_their_changes(rosa: Person) -> None:
    assert (await rosa.get("/api/v1/markers")).json() == {}
    await rosa.post("/api/v1/markers", {"home": {"last_read_id": "12"}})
    form = {"home[last_read_id]": "13", "notifications[last_read_id]": "4"}
    saved = (await rosa.client.post("/api/v1/markers", data=form)).json()
    assert (saved["home"]["last_read_id"], saved["home"]["version"]) == ("13", 2)
    both = (await rosa.get("/api/v1/markers", **{"timeline[]": ["home", "notifications"]})).json()
    assert {name: marker["last_read_id"] for name, marker in both.items()} == {"home": "13", "notifications": "4"}


async def test_hashtags_can_be_followed(rosa: Person, tom: Person) -> None:
    await tom.say("Wet walls #Damp")
    tag = (await rosa.post("/api/v1/tags/damp/follow")).json()
    assert (tag["following"], tag["history"][0]["uses"], tag["history"][0]["accounts"]) == (True, "1", "1")
    assert [each["name"] for each in (await rosa.get("/api/v1/followed_tags")).json()] == ["Damp"]
    assert (await rosa.post("/api/v1/tags/damp/unfollow")).json()["following"] is False
    assert (await rosa.post("/api/v1/tags/no%20tag/follow")).status_code == 422
    assert [each["name"] for each in (await rosa.get("/api/v1/trends/tags")).json()] == ["Damp"]


async def test_notifications_have_small_ids_and_can_be_put_away(site: Site, rosa: Person, tom: Person) -> None:
    post = await rosa.say("Look")
    with site.database.use():
        for number, kind in enumerate(("favourite", "follow", "mention")):
            await Notification.create(
                account_id=int(rosa.id),
                kind=kind,
                from_account_id=int(tom.id),
                post_id=None if kind == "follow" else int(post["id"]),
                key=f"{kind}:{number}",
                created_at=1_700_000_000_000 + number,
            )
    found = (await rosa.get("/api/v1/notifications")).json()
    assert [each["type"] for each in found] == ["mention", "follow", "favourite"]
    newest, middle, oldest = (int(each["id"]) for each in found)
    assert 0 < oldest < middle < newest < 1000
    assert found[0]["status"]["id"] == post["id"]
    assert "status" not in found[1]
    only = await rosa.get("/api/v1/notifications", **{"types[]": ["follow", "mention"], "exclude_types[]": "mention"})
    assert [each["type"] for each in only.json()] == ["follow"]
    assert (await rosa.get("/api/v1/notifications/unread_count")).json() == {"count": 3}
    await rosa.post("/api/v1/markers", {"notifications": {"last_read_id": str(middle)}})
    assert (await rosa.get("/api/v1/notifications/unread_count")).json() == {"count": 1}
    await rosa.post(f"/api/v1/notifications/{newest}/dismiss")
    assert [int(each["id"]) for each in (await rosa.get("/api/v1/notifications")).json()] == [middle, oldest]
    assert (await tom.get(f"/api/v1/notifications/{oldest}")).status_code == 404
    await rosa.post("/api/v1/notifications/clear")
    assert (await rosa.get("/api/v1/notifications")).json() == []


async def test_direct_messages_are_conversations(rosa: Person, tom: Person) -> None:
    message = await rosa.say("@tom are you in?", visibility="direct")
    for person, other in ((rosa, "tom"), (tom, "rosa")):
        found = (await person.get("/api/v1/conversations")).json()
        assert [(each["last_status"]["id"], each["accounts"][0]["acct"]) for each in found] == [(message["id"], other)]
    read = await tom.post(f"/api/v1/conversations/{message['id']}/read")
    assert read.json()["unread"] is False


async def test_search_finds_people_hashtags_and_addresses(site: Site, rosa: Person, tom: Person) -> None:
    post = await tom.say("Wet walls #Damp")
    by_name = (await rosa.get("/api/v2/search", q="to", type="accounts")).json()
    assert ([each["acct"] for each in by_name["accounts"]], by_name["statuses"]) == (["tom"], [])
    by_tag = (await rosa.get("/api/v2/search", q="#dam")).json()
    assert [each["name"] for each in by_tag["hashtags"]] == ["Damp"]
    by_url = (await rosa.get("/api/v2/search", q=post["url"], resolve=True)).json()
    assert [each["id"] for each in by_url["statuses"]] == [post["id"]]
    assert (await site.visitor.get("/api/v2/search", params={"q": "x", "resolve": "true"})).status_code == 401


async def test_a_report_reaches_the_stewards(rosa: Person, tom: Person) -> None:
    post = await tom.say("Something")
    sent = {"account_id": tom.id, "status_ids[]": post["id"], "comment": "Names a child", "category": "violation"}
    report = (await rosa.client.post("/api/v1/reports/", data=sent)).json()
    assert (report["category"], report["status_ids"], report["target_account"]["id"]) == (
        "violation",
        [post["id"]],
        tom.id,
    )


async def test_who_hides_whom_they_know_still_sees_it(rosa: Person, tom: Person) -> None:
    await rosa.post(f"/api/v1/accounts/{tom.id}/follow")
    changed = await tom.client.patch("/api/v1/accounts/update_credentials", json={"hide_collections": True})
    assert changed.json()["hide_collections"] is True
    assert changed.json()["source"]["hide_collections"] is True
    for who, seen in ((rosa, []), (tom, ["rosa"])):
        found = await who.get(f"/api/v1/accounts/{tom.id}/followers")
        assert [account["acct"] for account in found.json()] == seen
    assert (await rosa.get(f"/api/v1/accounts/{rosa.id}/following")).json() != []
    assert (await tom.get(f"/api/v1/accounts/{tom.id}/following")).json() == []
