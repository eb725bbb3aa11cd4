"""Everything an app is sent has the documented shape, on an empty instance and on a lively one."""

import pytest

from tests.api.entities import check, walk
from tests.api.pictures import png
from tests.api.site import Person, Site

PROPOSAL = """@housing #proposal
Let key workers sign ID forms

What we see: People wait for weeks.
They give up.
Which rule: Form 12 asks for a "professional".
What should change: Let key workers sign."""


@pytest.fixture
async def lively(site: Site, rosa: Person, tom: Person) -> Site:
    await site.topic("housing", "Housing")
    proposal = await tom.say(PROPOSAL)
    await rosa.say("@tom we see this too", in_reply_to_id=proposal["id"])
    await rosa.post(f"/api/v1/statuses/{proposal['id']}/favourite")
    await rosa.post(f"/api/v1/statuses/{proposal['id']}/bookmark")
    await rosa.post(f"/api/v1/statuses/{proposal['id']}/reblog")
    await rosa.post(f"/api/v1/accounts/{tom.id}/follow")
    await tom.say("Choose", poll={"options": ["Red", "Blue"], "expires_in": 600})
    upload = await rosa.client.post("/api/v2/media", files={"file": ("a.png", png(), "image/png")})
    await rosa.say("A picture", media_ids=[upload.json()["id"]], sensitive=True, spoiler_text="Damp")
    await rosa.say("@tom for you alone", visibility="direct")
    await rosa.post("/api/v1/lists", {"title": "Neighbours"})
    await rosa.post("/api/v1/markers", {"home": {"last_read_id": proposal["id"]}})
    return site


LISTS = {
    "/api/v1/timelines/home": "Status",
    "/api/v1/timelines/public": "Status",
    "/api/v1/timelines/tag/proposal": "Status",
    "/api/v1/bookmarks": "Status",
    "/api/v1/favourites": "Status",
    "/api/v1/lists": "List",
    "/api/v1/blocks": "Account",
    "/api/v1/mutes": "Account",
    "/api/v1/follow_requests": "Account",
    "/api/v1/notifications": "Notification",
    "/api/v1/conversations": "Conversation",
    "/api/v1/trends/tags": "Tag",
    "/api/v1/followed_tags": "Tag",
    "/api/v1/accounts/search?q=tom": "Account",
}
EMPTY = (
    "/api/v1/announcements",
    "/api/v1/custom_emojis",
    "/api/v1/filters",
    "/api/v2/filters",
    "/api/v1/scheduled_statuses",
    "/api/v1/suggestions",
    "/api/v2/suggestions",
    "/api/v1/featured_tags",
    "/api/v1/endorsements",
    "/api/v1/domain_blocks",
    "/api/v1/trends/statuses",
    "/api/v1/trends/links",
    "/api/v1/directory",
    "/api/v1/instance/activity",
)


@pytest.mark.parametrize("path", LISTS)
async def test_each_list_holds_documented_entities(lively: Site, path: str) -> None:
    response = await lively.people["rosa"].get(path)
    assert response.status_code == 200, response.text
    for item in response.json():
        check(LISTS[path], item)
    if LISTS[path] == "Status":
        assert response.json()


@pytest.mark.parametrize("path", [*LISTS, *EMPTY])
async def test_each_list_is_empty_and_not_missing_on_a_new_instance(site: Site, path: str) -> None:
    alone = await site.join("hazel")
    response = await alone.get(path)
    assert (response.status_code, response.json()) == (200, []), path


async def test_single_entities_have_the_documented_shape(lively: Site) -> None:
    rosa, tom = lively.people["rosa"], lively.people["tom"]
    me = (await rosa.get("/api/v1/accounts/verify_credentials")).json()
    check("Account", me)
    assert me["source"]["privacy"] == "public"
    assert me["role"]["permissions"] == "0"
    for account in (await rosa.get("/api/v1/accounts", **{"id[]": [rosa.id, tom.id]})).json():
        check("Account", account)
    for each in (await rosa.get("/api/v1/accounts/relationships", **{"id[]": [tom.id]})).json():
        check("Relationship", each)
        assert each["following"] is True
    check("Instance", (await rosa.get("/api/v2/instance")).json())
    check("V1_Instance", (await rosa.get("/api/v1/instance")).json())
    check("Preferences", (await rosa.get("/api/v1/preferences")).json())
    for marker in (await rosa.get("/api/v1/markers", **{"timeline[]": ["home", "notifications"]})).json().values():
        check("Marker", marker)
    search = (await rosa.get("/api/v2/search", q="tom")).json()
    check("Search", search)
    assert [account["acct"] for account in search["accounts"]] == ["tom"]
    check("Tag", (await rosa.get("/api/v1/tags/proposal")).json())


async def test_a_status_and_what_hangs_on_it_have_the_documented_shape(lively: Site) -> None:
    rosa = lively.people["rosa"]
    for status in (await rosa.get("/api/v1/timelines/public")).json():
        check("Status", status)
        check("Account", status["account"])
        assert all(type(status[mark]) is bool for mark in ("favourited", "reblogged", "muted", "bookmarked", "pinned"))
        if status["poll"]:
            check("Poll", status["poll"])
            assert status["poll"]["own_votes"] == []
        if status["card"]:
            check("PreviewCard", status["card"])
        for media in status["media_attachments"]:
            check("MediaAttachment", media)
        context = (await rosa.get(f"/api/v1/statuses/{status['id']}/context")).json()
        check("Context", context)
        for edit in (await rosa.get(f"/api/v1/statuses/{status['id']}/history")).json():
            check("StatusEdit", edit)
        walk("context", context)
