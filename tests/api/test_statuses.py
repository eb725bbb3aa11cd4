"""Writing statuses: encodings, proposals, edits, what is taken back."""

import pytest

from tests.api.pictures import png
from tests.api.site import Person, Site

TYPED = """@housing #proposal #damp
Let key workers sign ID forms

What we see: People wait for weeks.
They give up.
Which rule: Form 12 asks for a “professional”.
What should change: Let key workers sign."""


async def test_a_text_with_topic_and_hashtag_raises_a_proposal(site: Site, rosa: Person) -> None:
    await site.topic("housing", "Housing")
    status = await rosa.say(TYPED)
    assert status["content"].startswith("<p><strong>Let key workers sign ID forms</strong></p><p><strong>What we see")
    assert "<br>" in status["content"]
    last = status["content"].rpartition("<p>")[2]
    assert last.startswith("Raised · <a")
    assert "#<span>Housing</span>" in last
    assert "#<span>Proposal</span>" in last
    assert status["card"]["title"] == "Let key workers sign ID forms"
    assert status["card"]["description"].startswith("Raised · 0 support it here")
    assert status["civic"]["type"] == "proposal"
    assert [section["key"] for section in status["civic"]["sections"]] == ["seen", "rule", "change"]
    assert status["civic"]["topic"]["slug"] == "housing"
    assert {tag["name"] for tag in status["tags"]} >= {"housing", "proposal", "damp"}
    assert status["url"].endswith(f"/proposals/{status['id']}")
    assert status["spoiler_text"] == ""


async def test_source_is_exactly_what_was_typed(site: Site, rosa: Person) -> None:
    await site.topic("housing", "Housing")
    for text in (TYPED, "Just *this*\n\n- and that "):
        status = await rosa.say(text)
        found = (await rosa.get(f"/api/v1/statuses/{status['id']}/source")).json()
        assert found == {"id": status["id"], "text": text, "spoiler_text": ""}


async def test_the_desk_takes_a_proposal_without_a_topic(rosa: Person) -> None:
    status = await rosa.say("@proposals Open the hall on Sundays\nNobody can meet.")
    assert status["civic"]["type"] == "proposal"
    assert status["card"]["title"] == "Open the hall on Sundays"


async def test_mentioning_a_topic_alone_raises_nothing(site: Site, rosa: Person) -> None:
    await site.topic("housing", "Housing")
    assert (await rosa.say("@housing hello"))["civic"] is None
    assert (await rosa.say("#proposal hello"))["civic"] is None
    assert (await rosa.say("@housing #proposal hello", visibility="direct"))["civic"] is None


async def test_live_figures_are_in_the_card_and_not_in_the_content(site: Site, rosa: Person, tom: Person) -> None:
    await site.topic("housing", "Housing")
    before = await rosa.say(TYPED)
    await tom.post(f"/api/v1/statuses/{before['id']}/favourite")
    comment = await tom.say("#experience I waited too", in_reply_to_id=before["id"])
    after = (await rosa.get(f"/api/v1/statuses/{before['id']}")).json()
    assert after["content"] == before["content"]
    assert after["card"]["description"] == "Raised · 1 support it here · 1 comment"
    assert after["edited_at"] is None
    assert (after["favourites_count"], after["replies_count"]) == (1, 1)
    byline = {"name": "Tom", "role": None, "organisation": None, "mode": "open"}
    assert comment["civic"] == {
        "type": "comment",
        "byline": byline,
        "proposal_id": before["id"],
        "stance": "experience",
    }
    context = (await rosa.get(f"/api/v1/statuses/{comment['id']}/context")).json()
    assert [status["id"] for status in context["ancestors"]] == [before["id"]]


async def test_editing_a_proposal_reads_the_text_anew_and_keeps_its_history(site: Site, rosa: Person) -> None:
    await site.topic("housing", "Housing")
    before = await rosa.say(TYPED)
    text = TYPED.replace("They give up", "They sleep in cars")
    response = await rosa.client.put(f"/api/v1/statuses/{before['id']}", json={"status": text})
    after = response.json()
    assert response.status_code == 200, response.text
    assert "sleep in cars" in after["content"]
    assert after["edited_at"] is not None
    assert after["civic"]["topic"]["slug"] == "housing"
    history = (await rosa.get(f"/api/v1/statuses/{before['id']}/history")).json()
    assert ["give up" in edit["content"] for edit in history] == [True, False]
    assert (await rosa.get(f"/api/v1/statuses/{before['id']}/source")).json()["text"] == text


async def test_an_edit_keeps_what_it_does_not_name(rosa: Person) -> None:
    before = await rosa.say("Before", spoiler_text="Damp", language="cy")
    after = (await rosa.client.put(f"/api/v1/statuses/{before['id']}", data={"status": "After"})).json()
    assert (after["content"], after["spoiler_text"], after["language"]) == ("<p>After</p>", "Damp", "cy")


async def test_deleting_gives_the_text_back(rosa: Person) -> None:
    status = await rosa.say("Oh *no*", poll={"options": ["a", "b"], "expires_in": 600})
    gone = await rosa.client.delete(f"/api/v1/statuses/{status['id']}")
    assert (gone.status_code, gone.json()["text"], len(gone.json()["poll"]["options"])) == (200, "Oh *no*", 2)
    assert (await rosa.get(f"/api/v1/statuses/{status['id']}")).status_code == 404


async def test_only_the_author_edits_and_deletes(rosa: Person, tom: Person) -> None:
    status = await rosa.say("Mine")
    assert (await tom.client.put(f"/api/v1/statuses/{status['id']}", json={"status": "Yours"})).status_code == 404
    assert (await tom.client.delete(f"/api/v1/statuses/{status['id']}")).status_code == 404
    assert (await tom.get(f"/api/v1/statuses/{status['id']}/source")).status_code == 404


async def test_the_same_idempotency_key_posts_once(rosa: Person, tom: Person) -> None:
    first, again, other = [
        (await person.post("/api/v1/statuses", {"status": "Once"}, headers={"Idempotency-Key": "k1"})).json()
        for person in (rosa, rosa, tom)
    ]
    assert first["id"] == again["id"] != other["id"]
    assert len((await rosa.get(f"/api/v1/accounts/{rosa.id}/statuses")).json()) == 1


@pytest.mark.parametrize(
    "request_",
    [
        {"json": {"status": "Choose", "poll": {"options": ["a", "b"], "expires_in": 600, "multiple": True}}},
        {"data": {"status": "Choose", "poll[options][]": ["a", "b"], "poll[expires_in]": "600", "poll[multiple]": "1"}},
        {
            "files": [
                ("status", (None, "Choose")),
                ("poll[options][]", (None, "a")),
                ("poll[options][]", (None, "b")),
                ("poll[expires_in]", (None, "600")),
                ("poll[multiple]", (None, "on")),
            ]
        },
        {"params": [("status", "Choose"), ("poll[options][]", "a"), ("poll[options][]", "b"),
                    ("poll[expires_in]", "600"), ("poll[multiple]", "true")]},
    ],
    ids=["json", "form", "multipart", "query"],
)  # fmt: skip
async def test_a_write_may_come_in_any_encoding(rosa: Person, request_: dict[str, object]) -> None:
    response = await rosa.client.post("/api/v1/statuses", **request_)  # type: ignore[arg-type]
    assert response.status_code == 200, response.text
    poll = response.json()["poll"]
    assert [option["title"] for option in poll["options"]] == ["a", "b"]
    assert poll["multiple"] is True


async def test_a_vote_counts_once_and_is_shown_to_the_voter(rosa: Person, tom: Person) -> None:
    poll = (await rosa.say("Choose", poll={"options": ["a", "b"], "expires_in": 600}))["poll"]
    voted = (await tom.post(f"/api/v1/polls/{poll['id']}/votes", {"choices": ["1"]})).json()
    assert (voted["voted"], voted["own_votes"], voted["votes_count"], voted["voters_count"]) == (True, [1], 1, 1)
    assert [option["votes_count"] for option in voted["options"]] == [0, 1]
    again = await tom.post(f"/api/v1/polls/{poll['id']}/votes", {"choices": [0]})
    assert again.status_code == 422
    assert (await rosa.get(f"/api/v1/polls/{poll['id']}")).json()["own_votes"] == []


async def test_unknown_language_and_unknown_parameters_are_taken(rosa: Person) -> None:
    status = await rosa.say("Hello", language="unk", quote_approval_policy="public", visibility="unlisted")
    assert (status["language"], status["visibility"]) == (None, "unlisted")


async def test_an_empty_status_is_422_and_says_why(rosa: Person) -> None:
    response = await rosa.post("/api/v1/statuses", {"status": "  "})
    assert response.status_code == 422
    assert "Write something" in response.json()["error"]


async def test_a_reply_to_nothing_is_404(rosa: Person) -> None:
    assert (await rosa.post("/api/v1/statuses", {"status": "Hm", "in_reply_to_id": "123"})).status_code == 404


@pytest.mark.parametrize("act", ["favourite", "bookmark", "pin", "mute"])
async def test_each_mark_can_be_set_and_taken_back(rosa: Person, act: str) -> None:
    mark = {"favourite": "favourited", "bookmark": "bookmarked", "pin": "pinned", "mute": "muted"}[act]
    post_id = (await rosa.say("Mark me"))["id"]
    for name, wanted in ((act, True), (act, True), (f"un{act}", False), (f"un{act}", False)):
        response = await rosa.post(f"/api/v1/statuses/{post_id}/{name}")
        assert (response.status_code, response.json()[mark]) == (200, wanted), response.text


async def test_a_private_post_is_404_for_others(rosa: Person, tom: Person) -> None:
    post_id = (await rosa.say("Psst", visibility="private"))["id"]
    for path in ("", "/context", "/history", "/favourited_by", "/reblogged_by"):
        assert (await tom.get(f"/api/v1/statuses/{post_id}{path}")).status_code == 404
    assert (await tom.post(f"/api/v1/statuses/{post_id}/bookmark")).status_code == 404


async def test_who_supported_and_shared_is_listed(rosa: Person, tom: Person) -> None:
    post_id = (await rosa.say("Look"))["id"]
    await tom.post(f"/api/v1/statuses/{post_id}/favourite")
    await tom.post(f"/api/v1/statuses/{post_id}/reblog")
    for path in ("favourited_by", "reblogged_by"):
        found = (await rosa.get(f"/api/v1/statuses/{post_id}/{path}")).json()
        assert [account["acct"] for account in found] == ["tom"]


async def test_the_history_shows_the_pictures_of_each_version(rosa: Person) -> None:
    first, second = [
        (await rosa.client.post("/api/v2/media", files={"file": ("a.png", png(), "image/png")})).json()["id"]
        for _ in range(2)
    ]
    post_id = (await rosa.say("Look", media_ids=[first]))["id"]
    await rosa.client.put(f"/api/v1/statuses/{post_id}", json={"status": "Look here", "media_ids": [second]})
    history = (await rosa.get(f"/api/v1/statuses/{post_id}/history")).json()
    assert [[media["id"] for media in version["media_attachments"]] for version in history] == [[first], [second]]


async def test_a_proposal_with_a_poll_is_422_and_says_where_the_poll_goes(site: Site, rosa: Person) -> None:
    await site.topic("housing", "Housing")
    poll = {"options": ["a", "b"], "expires_in": 600}
    response = await rosa.post("/api/v1/statuses", {"status": TYPED, "poll": poll})
    assert response.status_code == 422
    assert "comment below it" in response.json()["error"]
