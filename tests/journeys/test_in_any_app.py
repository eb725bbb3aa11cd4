"""How the civic model appears in an app that knows nothing of it, line by line, through Mastodon's API. The desk is in
`tests/effects/test_desk.py`, what crosses servers in `test_from_any_app.py`."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from server.actions.asks import OwnerDraft, keep_owner
from server.actions.checks import CheckDraft, open_check
from server.actions.organisations import OrganisationDraft, create_organisation, speaking_for
from server.actions.posts import publish_post
from server.rules.drafts import PostDraft
from server.rules.ids import now_ms
from server.rules.permissions import Principal
from tests.world import Site, World, key_pairs, world

PROPOSAL = """@damp-homes #proposal
Damp must be proven twice

What we see: Families wait *28 days*.
Which rule: Repairs contract
What should change: Let one inspection be enough."""
WEEK = 7 * 24 * 3600 * 1000


@dataclass
class Town:
    """One instance, its topic, and three people with an app each."""

    world: World
    site: Site
    people: dict[str, Principal]
    amina: httpx.AsyncClient
    bo: httpx.AsyncClient
    sten: httpx.AsyncClient

    async def raised(self, **more: Any) -> Any:
        answer = await self.amina.post("/api/v1/statuses", json={"status": PROPOSAL, **more})
        assert answer.status_code == 200, answer.text
        await self.world.settle()
        return answer.json()

    async def does(self, app: httpx.AsyncClient, path: str, **values: Any) -> Any:
        answer = await app.post(path, json=values)
        assert answer.status_code == 200, answer.text
        await self.world.settle()
        return answer.json()

    async def status(self, app: httpx.AsyncClient, status_id: str) -> Any:
        return (await app.get(f"/api/v1/statuses/{status_id}")).json()

    async def told(self, app: httpx.AsyncClient) -> list[tuple[str, str, str]]:
        """Kind, account and status of what an app is told, oldest first, but what the desk says."""
        found = reversed((await app.get("/api/v1/notifications")).json())
        return [
            (each["type"], each["account"]["acct"], each["status"]["id"])
            for each in found
            if each["account"]["acct"] != "proposals"
        ]


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with world(tmp_path, "oak") as made:
        (oak,) = made.instances
        await oak.topic("damp-homes", "Damp homes")
        people = {name: await oak.member(name) for name in ("amina", "bo")}
        people["sten"] = await oak.member("sten", role="steward")
        apps = [await oak.app(people[name]) for name in ("amina", "bo", "sten")]
        yield Town(made, oak, people, *apps)


async def test_a_proposal_is_a_status_with_title_sections_state_and_a_card(town: Town) -> None:
    status = await town.raised(spoiler_text="Mould", language="en")
    page = status["url"]
    assert status["content"].startswith(
        "<p><strong>Damp must be proven twice</strong></p><p><strong>What we see</strong><br>Families wait"
        " <em>28 days</em>.</p><p><strong>Which rule</strong><br>Repairs contract</p>"
    )
    last = status["content"].rpartition("<p>")[2]
    assert last.startswith(f'Raised · <a href="{page}"')
    assert "#<span>DampHomes</span>" in last
    assert "#<span>Proposal</span>" in last
    assert (status["spoiler_text"], status["sensitive"], status["visibility"]) == ("Mould", True, "public")
    assert {tag["name"] for tag in status["tags"]} == {"damphomes", "proposal"}
    card = status["card"]
    assert (card["type"], card["title"], card["url"]) == ("link", "Damp must be proven twice", page)
    assert (card["provider_name"], card["author_name"]) == ("Damp homes", "amina")
    assert card["description"].startswith("Raised · 0 support it here")
    civic = status["civic"]
    assert (civic["type"], civic["state"], civic["title"]) == ("proposal", "raised", "Damp must be proven twice")
    assert [section["key"] for section in civic["sections"]] == ["seen", "rule", "change"]
    assert civic["topic"]["hashtag"] == "DampHomes"
    source = (await town.amina.get(f"/api/v1/statuses/{status['id']}/source")).json()
    assert (source["text"], source["spoiler_text"]) == (PROPOSAL, "Mould")


async def test_live_figures_are_in_the_card_and_make_no_edit(town: Town) -> None:
    before = await town.raised()
    await town.does(town.bo, f"/api/v1/statuses/{before['id']}/favourite")
    await town.does(town.bo, "/api/v1/statuses", status="#experience Here too", in_reply_to_id=before["id"])
    after = await town.status(town.bo, before["id"])
    assert after["card"]["description"] == "Raised · 1 support it here · 1 comment"
    assert (after["content"], after["edited_at"]) == (before["content"], None)
    assert "update" not in {kind for kind, _, _ in await town.told(town.bo)}
    assert len((await town.bo.get(f"/api/v1/statuses/{before['id']}/history")).json()) == 1


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        ("#experience We wait", "experience"), ("#Erfahrung Wir warten", "experience"), ("#question Who?", "question"),
        ("Wer denn? #Frage", "question"), ("#for it", "for"), ("#dafür", "for"), ("#AGAINST it", "against"),
        ("#dagegen, weil", "against"), ("#for #against both", "for"), ("No hashtag", None), ("#other thing", None),
    ],
)  # fmt: skip
async def test_a_reply_is_a_comment_and_its_first_hashtag_says_of_which_kind(
    town: Town, text: str, stance: str | None
) -> None:
    status = await town.raised()
    reply = await town.does(town.bo, "/api/v1/statuses", status=text, in_reply_to_id=status["id"])
    assert (reply["civic"]["type"], reply["civic"]["proposal_id"]) == ("comment", status["id"])
    assert reply["civic"]["stance"] == (stance or "neutral")
    assert ("mention", "bo", reply["id"]) in await town.told(town.amina)


async def test_a_favourite_is_support_a_boost_only_shares_and_a_bookmark_is_nobodys_business(town: Town) -> None:
    path = f"/api/v1/statuses/{(await town.raised())['id']}"
    boosted = await town.does(town.bo, f"{path}/reblog")
    assert boosted["reblog"]["civic"]["support"] == {"here": 0, "civic": 0, "wider": 0}
    marked = await town.does(town.bo, f"{path}/bookmark")
    assert (marked["bookmarked"], marked["civic"]["support"]["here"]) == (True, 0)
    assert (await town.status(town.amina, path.rpartition("/")[2]))["bookmarked"] is False
    assert {kind for kind, _, _ in await town.told(town.amina)} == {"reblog"}
    liked = await town.does(town.bo, f"{path}/favourite")
    assert (liked["favourites_count"], liked["civic"]["support"]["here"]) == (1, 1)
    assert [each["acct"] for each in (await town.amina.get(f"{path}/favourited_by")).json()] == ["bo"]
    taken_back = await town.does(town.bo, f"{path}/unfavourite")
    assert (taken_back["favourites_count"], taken_back["civic"]["support"]["here"]) == (0, 0)


async def test_we_see_this_too_counts_once_the_author_or_a_steward_has_ticked_it(town: Town) -> None:
    status = await town.raised()
    replies = [
        await town.does(app, "/api/v1/statuses", status="Here too #WeSeeThisToo", in_reply_to_id=status["id"])
        for app in (town.bo, town.sten)
    ]
    assert {(reply["civic"]["type"], reply["civic"]["state"]) for reply in replies} == {("corroboration", "waiting")}
    assert (await town.status(town.bo, status["id"]))["civic"]["we_see_this_too"]["count"] == 0
    path = "/api/v1/civic/contributions/{}/decide"
    assert (await town.bo.post(path.format(replies[0]["id"]), json={"verdict": "counted"})).status_code == 403
    for app, reply in zip((town.amina, town.sten), replies, strict=True):
        assert (await town.does(app, path.format(reply["id"]), verdict="counted"))["state"] == "counted"
    assert (await town.status(town.bo, status["id"]))["civic"]["we_see_this_too"]["count"] == 2


async def test_a_consent_check_is_a_poll_and_a_plain_objection_is_asked_about_once(town: Town) -> None:
    status = await town.raised()
    with town.site.use():
        check_id = await open_check(town.people["amina"], int(status["id"]), CheckDraft("consent", now_ms() + WEEK))
    await town.world.settle()
    shown = await town.status(town.bo, str(check_id))
    assert shown["in_reply_to_id"] == status["id"]
    assert [option["title"] for option in shown["poll"]["options"]] == ["Consent", "Stand aside", "Object"]
    assert (shown["civic"]["type"], shown["civic"]["method"]) == ("check", "consent")
    voted = await town.does(town.bo, f"/api/v1/polls/{shown['poll']['id']}/votes", choices=[2])
    assert (voted["voted"], voted["own_votes"]) == (True, [2])
    again = await town.bo.post(f"/api/v1/polls/{shown['poll']['id']}/votes", json={"choices": [2]})
    assert again.status_code == 422
    await town.world.settle()
    (question,) = [
        status_id for kind, acct, status_id in await town.told(town.bo) if (kind, acct) == ("mention", "amina")
    ]
    asked = await town.status(town.bo, question)
    assert (asked["visibility"], asked["in_reply_to_id"]) == ("direct", str(check_id))
    assert "What is your objection?" in asked["content"]
    reason = await town.does(
        town.bo, "/api/v1/statuses", status="@amina Who pays?", visibility="direct", in_reply_to_id=question
    )
    assert reason["civic"]["type"] == "objection"
    assert reason["civic"]["state"] == "open"
    await town.does(town.bo, "/api/v1/statuses", status="@amina Hm.", visibility="direct", in_reply_to_id=question)
    mentions = [each for each in await town.told(town.bo) if each[0] == "mention"]
    assert len(mentions) == 1, "nobody is asked twice"


async def test_a_sounding_is_a_poll_that_asks_nobody_why(town: Town) -> None:
    status = await town.raised()
    with town.site.use():
        check_id = await open_check(town.people["amina"], int(status["id"]), CheckDraft("sense", now_ms() + WEEK))
    await town.does(town.bo, f"/api/v1/polls/{check_id}/votes", choices=[2])
    assert await town.told(town.bo) == []


async def test_a_topic_is_a_group_to_follow_with_a_hashtag_and_a_list_of_its_own(town: Town) -> None:
    topic = (await town.bo.get("/api/v1/accounts/lookup", params={"acct": "damp-homes"})).json()
    assert (topic["group"], topic["bot"], topic["roles"]) == (True, False, [])
    assert "#<span>DampHomes</span>" in next(each["value"] for each in topic["fields"] if each["name"] == "Hashtag")
    assert (await town.bo.get("/api/v1/lists")).json() == []
    assert (await town.does(town.bo, f"/api/v1/accounts/{topic['id']}/follow"))["following"] is True
    (followed,) = (await town.bo.get("/api/v1/lists")).json()
    assert (followed["id"], followed["title"], followed["exclusive"]) == (topic["id"], "Topic: Damp homes", False)
    assert followed["replies_policy"] == "none"
    status = await town.raised()
    await town.does(town.amina, "/api/v1/statuses", status="Good morning")
    for path in (f"/api/v1/timelines/list/{followed['id']}", "/api/v1/timelines/tag/damphomes"):
        assert [each["id"] for each in (await town.bo.get(path)).json()] == [status["id"]], path
    assert status["id"] in [each["id"] for each in (await town.bo.get("/api/v1/timelines/home")).json()]
    assert [each["id"] for each in (await town.bo.get(f"/api/v1/lists/{followed['id']}/accounts")).json()] == [
        topic["id"]
    ]
    assert (await town.amina.get(f"/api/v1/timelines/list/{followed['id']}")).status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "values"),
    [
        ("PUT", "", {"title": "Mine"}),
        ("DELETE", "", {}),
        ("POST", "/accounts", {"account_ids": ["1"]}),
        ("DELETE", "/accounts", {"account_ids": ["1"]}),
    ],
)
async def test_the_list_of_a_topic_cannot_be_changed(
    town: Town, method: str, path: str, values: dict[str, Any]
) -> None:
    topic = (await town.bo.get("/api/v1/accounts/lookup", params={"acct": "damp-homes"})).json()
    await town.does(town.bo, f"/api/v1/accounts/{topic['id']}/follow")
    answer = await town.bo.request(method, f"/api/v1/lists/{topic['id']}{path}", json=values)
    assert answer.status_code == 403
    assert answer.json()["error"] == (
        "This list follows a topic and cannot be changed. Unfollow the topic to take it away."
    )
    assert len((await town.bo.get("/api/v1/lists")).json()) == 1
    await town.does(town.bo, f"/api/v1/accounts/{topic['id']}/unfollow")
    assert (await town.bo.get("/api/v1/lists")).json() == []


async def test_a_new_state_is_an_edit_and_the_answer_reaches_everybody_with_a_badge(town: Town) -> None:
    status = await town.raised()
    path = f"/api/v1/civic/proposals/{status['id']}"
    await town.does(town.bo, "/api/v1/statuses", status="#experience Here too", in_reply_to_id=status["id"])
    with town.site.use():
        made = await create_organisation(
            town.people["sten"], "council", OrganisationDraft("The council"), keys=key_pairs()
        )
        council = await speaking_for(town.people["sten"], made)
    before = (await town.bo.get(f"/api/v1/accounts/{made}")).json()
    assert [role["name"] for role in before["roles"]] == ["Organisation"]
    town.world.clock.forward(60)
    await town.does(town.sten, f"{path}/acts/agree", reason="Agreed.", waived=True)
    with town.site.use():
        owner_id = await keep_owner(town.people["sten"], OwnerDraft("The council", account_id=made))
    asked = await town.sten.put(f"{path}/ask", json={"owner_id": str(owner_id), "verb": "change_rule"})
    assert asked.status_code == 200, asked.text
    town.world.clock.forward(60)
    await town.does(town.sten, f"{path}/send")
    town.world.clock.forward(60)
    with town.site.use():
        answer_id = await publish_post(
            council,
            PostDraft(
                "Yes, from April.", in_reply_to_id=int(status["id"]), record="answer", facts={"code": "accepted"}
            ),
        )
    await town.world.settle()

    after = await town.status(town.bo, status["id"])
    assert after["edited_at"] is not None
    assert after["content"].rpartition("<p>")[2].startswith("Answered · ")
    assert after["card"]["description"].startswith("Answered · ")
    history = (await town.bo.get(f"/api/v1/statuses/{status['id']}/history")).json()
    words = [entry["content"].rpartition("<p>")[2].partition(" ")[0] for entry in history]
    assert words == ["Raised", "Agreed", "Sent", "Answered"]

    thread = (await town.bo.get(f"/api/v1/statuses/{status['id']}/context")).json()["descendants"]
    (answer,) = [each for each in thread if each["id"] == str(answer_id)]
    assert answer["content"].startswith("<p><strong>Answer: Accepted</strong></p>")
    assert (answer["civic"]["type"], answer["civic"]["facts"]["code"]) == ("answer", "accepted")
    (role,) = answer["account"]["roles"]
    assert (role["name"], set(role)) == ("Policy owner", {"id", "name", "color"})
    assert role["color"].startswith("#")

    contributor, author = await town.told(town.bo), await town.told(town.amina)
    assert [(kind, each) for kind, _, each in contributor].count(("update", status["id"])) == 3
    assert ("status", "council", str(answer_id)) in contributor
    assert ("mention", "council", str(answer_id)) in author
    assert ("status", "council", str(answer_id)) not in author
    assert len(contributor) == len(set(contributor)) + 2, "each state is told once, and nothing twice"


async def test_who_may_answer_for_an_office_has_a_badge_and_nobody_else(town: Town) -> None:
    roles = {}
    for name in ("sten", "bo", "oak", "voice", "proposals"):
        shown = (await town.bo.get("/api/v1/accounts/lookup", params={"acct": name})).json()
        roles[name] = [role["name"] for role in shown["roles"]]
    assert roles == {"sten": ["Steward"], "bo": [], "oak": ["Organisation"], "voice": [], "proposals": []}


async def test_a_topic_with_a_hashtag_or_the_desk_makes_a_proposal_and_a_mention_alone_does_not(town: Town) -> None:
    for text, raised in (
        ("@damp-homes #proposal Mend the lift", True),
        ("@damp-homes Mend the lift #Proposal", True),
        ("@proposals Mend the lift", True),
        ("@proposals@oak.example Mend the lift", True),
        ("@damp-homes Mend the lift", False),
        ("#proposal Mend the lift", False),
    ):
        status = await town.does(town.bo, "/api/v1/statuses", status=text)
        assert (status["civic"] is not None) is raised, text
    private = await town.does(town.bo, "/api/v1/statuses", status="@proposals Mend it", visibility="private")
    assert private["civic"] is None
    long = await town.does(town.bo, "/api/v1/statuses", status=f"@proposals {'word ' * 40}")
    assert len(long["civic"]["title"]) <= 120
