"""Edge rules of the life cycle that are easy to get wrong."""

import pytest

from server.actions.asks import AskDraft, OwnerDraft, keep_owner, prepare_ask, send_proposal
from server.actions.comments import publish_comment
from server.actions.domains import block_domain
from server.actions.lifecycle import move_proposal
from server.actions.moderation import release_post
from server.actions.posts import delete_post
from server.actions.topics import edit_topic
from server.http.passwords import hash_password
from server.queries import instance, moderation, posts
from server.rules.drafts import Elsewhere, PostDraft
from server.rules.errors import Conflict, Refused
from server.rules.ids import now_ms
from server.rules.lifecycle import Wanted
from server.rules.permissions import OPERATOR, Principal
from server.views.viewer import VISITOR, Viewer
from tests.journeys.test_a_proposal_travels import raise_proposal
from tests.journeys.test_answers_and_after import agreed, asked
from tests.journeys.test_from_barrier_to_change import at, say
from tests.make import Ground
from tests.web.site import PASSWORD, Browser
from tests.world import Site, World


class Stranger(Ground):
    """Somebody on a server that shares no topic."""

    def __init__(self, site: Site) -> None:
        super().__init__(site.instance.database, site.instance.settings)


async def reply(site: Site, by: Principal, proposal_id: int, number: int) -> int:
    uri = f"https://plain.example/posts/{by.account_id}-{number}"
    draft = PostDraft(
        content_html="<p>Here, too.</p>", in_reply_to_id=proposal_id, elsewhere=Elsewhere(uri, uri, now_ms(), None)
    )
    with site.use():
        return await publish_comment(by, draft)


async def replies_are(site: Site, rule: str) -> None:
    topic = await site.topic_view("damp-homes")
    with site.use():
        await edit_topic(OPERATOR, topic.account.id, name="Damp homes", description="", replies=rule)  # type: ignore[arg-type]


async def test_a_reply_from_an_unknown_server_is_taken_by_the_rule_of_the_topic(three: World) -> None:
    oak, ash, _ = three.instances
    amina, sten, bryn = await oak.member("amina"), await oak.member("sten", role="steward"), await ash.member("bryn")
    proposal_id = await raise_proposal(oak, amina)
    await three.settle()
    with oak.use():
        cem = await Stranger(oak).stranger("cem", "plain.example")
        dan = await Stranger(oak).stranger("dan", "plain.example")

    async def shown(post_id: int) -> bool:
        with oak.use():
            return await posts.by_id(post_id, VISITOR) is not None

    assert await shown(await reply(oak, cem, proposal_id, 1)), "a topic is open as long as nobody says otherwise"
    await replies_are(oak, "first")
    assert await shown(await reply(oak, cem, proposal_id, 2)), "who was heard before is no stranger"
    held = await reply(oak, dan, proposal_id, 1)
    assert not await shown(held)
    with oak.use():
        (waiting,) = await moderation.held(Viewer(sten.account_id, sten.member_id, "steward"))
        assert waiting.post.held_reason == "stranger"
        await release_post(sten, held)
    assert await shown(held)
    assert await shown(await reply(oak, dan, proposal_id, 2))
    await replies_are(oak, "members")
    with pytest.raises(Refused, match="organisations that share it"):
        await reply(oak, dan, proposal_id, 3)
    await say(ash, bryn, f"https://oak.example/proposals/{proposal_id}", "We share the topic.")
    await three.settle()
    assert "We share the topic." in (await oak.get(f"/proposals/{proposal_id}")).text


async def test_a_policy_owner_who_is_the_house_itself_is_labelled_and_the_clock_runs(three: World) -> None:
    oak = three.instances[0]
    _, sten, proposal_id, uri = await agreed(oak)
    with oak.use():
        us = (await instance.get()).organisation
    assert us is not None
    await asked(oak, sten, proposal_id, "Our own board", us.id)
    post, history = await at(oak, uri)
    assert history.asks[0].clock is not None
    assert "This organisation can change it itself." in (await oak.get(f"/proposals/{post.id}")).text


async def test_a_topic_page_says_that_a_link_has_ended_and_each_keeps_its_copies(three: World) -> None:
    oak, ash, _ = three.instances
    bryn = await ash.member("bryn")
    await raise_proposal(ash, bryn)
    await three.settle()
    with oak.use():
        await block_domain(OPERATOR, "ash.example")
    await three.settle()
    assert "No longer linked with" in (await oak.get("/topics/damp-homes")).text
    with oak.use():
        assert await posts.by_uri(f"https://ash.example/proposals/{(await newest(ash))}", Viewer(0)) is None
    later = await raise_proposal(ash, bryn)
    await three.settle()
    from server.storage.sql import rows

    with oak.use():
        kept = await rows("SELECT id FROM posts WHERE uri LIKE 'https://ash.example/proposals/%'")
        assert len(kept) == 1, "the copy is kept, out of sight, and nothing new flows"
        assert not await rows("SELECT id FROM posts WHERE uri = ?", [f"https://ash.example/proposals/{later}"])


async def newest(site: Site) -> int:
    from server.storage.sql import rows

    with site.use():
        return int((await rows("SELECT MAX(id) AS id FROM posts WHERE kind = 'proposal'"))[0]["id"])


async def test_whoever_takes_something_back_reads_which_servers_had_copies(three: World) -> None:
    oak = three.instances[0]
    amina = await oak.member("amina", password_hash=await hash_password(PASSWORD))
    proposal_id = await raise_proposal(oak, amina)
    await three.settle()
    with oak.use():
        await delete_post(amina, proposal_id)
    await three.settle()
    author = Browser(oak.web)
    assert "ash.example" not in (await oak.get(f"/proposals/{proposal_id}")).text
    await author.sign_in("amina")
    page = await author.get(f"/proposals/{proposal_id}")
    assert page.status_code == 410
    assert "<li>ash.example</li>" in page.text
    assert "<li>elm.example</li>" in page.text


async def test_whoever_was_asked_hears_that_it_is_withdrawn(three: World) -> None:
    oak, _, elm = three.instances
    amina, sten, proposal_id, uri = await agreed(oak)
    cem = await elm.member("cem")
    await three.settle()
    await say(elm, cem, uri, "I look into it.")
    await three.settle()
    from server.queries import actors

    with oak.use():
        owner = await actors.by_uri("https://elm.example/users/cem")
        assert owner is not None
    await asked(oak, sten, proposal_id, "Elm Council", owner.id)
    with oak.use():
        await move_proposal(amina, proposal_id, "withdraw", Wanted("Solved by a phone call."))
    await three.settle()
    app = await elm.app(cem)
    told = [
        each["status"]["content"]
        for each in (await app.get("/api/v1/notifications")).json()
        if each["type"] == "mention"
    ]
    await app.aclose()
    assert any("What we sent you is withdrawn" in each for each in told)
    _, history = await at(elm, uri)
    assert history.steps[-1].kind == "withdrawn"


async def test_what_was_sent_is_not_edited_but_added_to(three: World) -> None:
    oak = three.instances[0]
    amina, sten, proposal_id, uri = await agreed(oak)
    with oak.use():
        owner_id = await keep_owner(sten, OwnerDraft("The council"))
        await prepare_ask(sten, proposal_id, AskDraft(owner_id, "meet"))
        await send_proposal(sten, proposal_id)
    with pytest.raises(Conflict):
        await say(oak, amina, uri, "Two.", "amendment", sections={"change": "Two are enough."})
    await say(oak, amina, uri, "New figures of May.", "supplement")
    page = (await oak.get(f"/proposals/{proposal_id}")).text
    assert "Added after it was sent" in page
    assert "New figures of May." in page


async def test_the_button_says_how_many_support_it_and_whether_it_is_pressed(three: World) -> None:
    oak = three.instances[0]
    amina = await oak.member("amina")
    await oak.member("bo", password_hash=await hash_password(PASSWORD))
    proposal_id = await raise_proposal(oak, amina)
    browser = Browser(oak.web)
    await browser.sign_in("bo")
    page = (await browser.get(f"/proposals/{proposal_id}")).text
    assert 'aria-pressed="false"' in page
    assert 'Support<span class="hide">, 0 people</span>' in page
    await browser.send(f"/posts/{proposal_id}/support", {}, page=f"/proposals/{proposal_id}")
    page = (await browser.get(f"/proposals/{proposal_id}")).text
    assert 'aria-pressed="true"' in page
    assert '<span class="hide">, 1 person</span>' in page
