"""A conversation that others have more of: what is missing is fetched, and the page says how much is known elsewhere
(FEP-7888, FEP-f228, FEP-11dd)."""

from typing import Any

from federation.values import PUBLIC
from server.actions.posts import publish_post
from server.queries import threads
from server.rules.drafts import PostDraft
from server.storage.sql import rows
from tests.elsewhere import ACTIVITY_JSON
from tests.journeys.test_a_proposal_travels import raise_proposal, seen_at
from tests.journeys.test_from_any_app import found
from tests.journeys.test_passing_on import Toot
from tests.world import World


def listed(toot: Toot, uri: str, notes: list[dict[str, Any]], *, missing: int = 0) -> None:
    """A collection at another server, on two pages, with some entries that nobody can have."""
    ids = [note["id"] for note in notes] + [f"https://toot.example/lost/{number}" for number in range(missing)]
    pages = [ids[:1], ids[1:]]
    for number, items in enumerate(pages):
        page = {"id": f"{uri}?page={number}", "type": "CollectionPage", "partOf": uri, "items": items}
        toot.at.at[page["id"]] = {**page, **({"next": f"{uri}?page=1"} if number == 0 else {})}
    toot.at.at[uri] = {"id": uri, "type": "Collection", "first": f"{uri}?page=0"}
    for note in notes:
        toot.at.at[note["id"]] = note


async def test_opening_a_thread_in_an_app_brings_the_answers_nobody_sent_us(three: World) -> None:
    oak = three.instances[0]
    toot, amina = Toot(three), await oak.member("amina")
    root = toot.mo.note("1", replies="https://toot.example/replies/1")
    answers = [toot.mo.note(str(number), f"<p>{number}</p>", inReplyTo=root["id"]) for number in (2, 3, 4)]
    deeper = toot.mo.note("5", "<p>5</p>", inReplyTo=answers[0]["id"])
    answers[0]["replies"] = "https://toot.example/replies/2"
    listed(toot, "https://toot.example/replies/1", answers)
    listed(toot, "https://toot.example/replies/2", [deeper])
    toot.at.at[root["id"]] = root
    app = await oak.app(amina)
    status = await found(app, root["id"])
    path = f"/api/v1/statuses/{status['id']}/context"
    assert (await app.get(path)).json()["descendants"] == []
    await three.settle()
    below = (await app.get(path)).json()["descendants"]
    assert {each["content"] for each in below} == {"<p>2</p>", "<p>3</p>", "<p>4</p>"}
    three.clock.forward(16 * 60)
    with oak.use():
        await rows("UPDATE threads SET asked_at = asked_at - 1000000 RETURNING thread_id")
    await app.get(path)
    await three.settle()
    assert len((await app.get(path)).json()["descendants"]) == 4
    fetched = len(three.wire.seen)
    await app.get(path)
    await three.settle()
    assert len(three.wire.seen) == fetched, "asked again within a quarter of an hour"


async def test_a_visitor_causes_no_fetches(three: World) -> None:
    oak = three.instances[0]
    toot, amina = Toot(three), await oak.member("amina")
    toot.at.at["https://toot.example/users/mo/statuses/1"] = toot.mo.note("1")
    status = await found(await oak.app(amina), "https://toot.example/users/mo/statuses/1")
    assert (await oak.get(f"/api/v1/statuses/{status['id']}/context")).status_code == 200
    await oak.get(f"/posts/{status['id']}")
    with oak.use():
        assert await rows("SELECT 1 AS one FROM threads") == []


async def test_the_page_says_how_many_comments_are_known_elsewhere_and_a_button_fetches_them(three: World) -> None:
    oak = three.instances[0]
    toot = Toot(three)
    amina = await oak.member("amina")
    root = toot.mo.note("1", context="https://toot.example/contexts/1", to=[PUBLIC, "https://oak.example/users/amina"])
    answer = toot.mo.note("2", inReplyTo=root["id"])
    listed(toot, "https://toot.example/contexts/1", [root, answer], missing=2)
    await toot.tell(toot.mo.create(root | {"cc": ["https://oak.example/users/amina"]}))
    view = await seen_at(oak, root["id"])
    assert view is not None
    web, csrf = await oak.browser(amina)
    before = await web.get(f"/posts/{view.id}")
    assert "Other servers may have more comments" in before.text
    done = await web.post(f"/posts/{view.id}/thread", data={"csrf": csrf})
    assert "We are asking the other servers" in done.text
    await three.settle()
    after = (await web.get(f"/posts/{view.id}")).text
    assert "3 comments are known elsewhere, 1 of them here" in after
    with oak.use():
        known = await threads.elsewhere(view.thread_id)
        assert known is not None
        assert known.known == 3


async def test_answers_belong_to_the_context_of_what_they_answer(three: World) -> None:
    oak = three.instances[0]
    toot, amina = Toot(three), await oak.member("amina")
    root = toot.mo.note("1", context="https://toot.example/contexts/1")
    toot.at.at[root["id"]] = root
    status = await found(await oak.app(amina), root["id"])
    with oak.use():
        mine = await publish_post(amina, PostDraft(source="Us too", in_reply_to_id=int(status["id"])))
    assert (await oak.json(f"/posts/{mine}"))["context"] == "https://toot.example/contexts/1"


async def test_a_context_of_ours_is_in_the_order_of_time_paged_and_says_whose_it_is(three: World) -> None:
    oak = three.instances[0]
    amina = await oak.member("amina")
    proposal_id = await raise_proposal(oak, amina)
    uri = f"https://oak.example/proposals/{proposal_id}"
    with oak.use():
        first = await publish_post(amina, PostDraft(source="first", in_reply_to_id=proposal_id))
        for number in range(60):
            parent = first if number == 59 else proposal_id
            await publish_post(amina, PostDraft(source=f"no {number}", in_reply_to_id=parent))
        hidden = await publish_post(
            amina, PostDraft(source="for few", in_reply_to_id=proposal_id, visibility="private")
        )
    context = await oak.json((await oak.json(f"/proposals/{proposal_id}"))["context"].removeprefix(oak.url))
    assert context["attributedTo"] == "https://oak.example/users/amina"
    assert context["totalItems"] == 62
    items = list(context["first"]["orderedItems"])
    following = await oak.json(context["first"]["next"].removeprefix(oak.url))
    items += following["orderedItems"]
    assert items[0] == uri
    assert "next" not in following
    ids = [int(item.rpartition("/")[2]) for item in items]
    assert ids == sorted(ids)
    assert len(set(ids)) == 62
    assert hidden not in ids
    replies = await oak.json(f"/proposals/{proposal_id}/replies")
    assert replies["totalItems"] == 60


async def test_a_context_is_found_only_at_the_root_of_its_thread(three: World) -> None:
    oak = three.instances[0]
    amina = await oak.member("amina")
    proposal_id = await raise_proposal(oak, amina)
    with oak.use():
        comment = await publish_post(amina, PostDraft(source="one", in_reply_to_id=proposal_id))
    answer = await oak.get(f"/contexts/{comment}", accept=ACTIVITY_JSON)
    assert answer.status_code == 404
