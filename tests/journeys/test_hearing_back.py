"""Whoever took part hears what became of their words: quoted, once for each step, wherever they live."""

from typing import Any

import httpx
import pytest

from server.actions.asks import AskDraft, OwnerDraft, keep_owner, prepare_ask, send_proposal
from server.actions.blocks import block
from server.actions.contributions import decide_contribution
from server.actions.domains import block_domain
from server.actions.lifecycle import move_proposal
from server.actions.likes import like_post, unlike_post
from server.actions.posts import delete_post
from server.jobs.tell import tell_batch
from server.queries import accounts, instance, posts
from server.rules.lifecycle import Wanted
from server.rules.permissions import OPERATOR, Principal
from server.storage.sql import execute, rows
from server.views.viewer import VISITOR
from tests.journeys.test_a_proposal_travels import raise_proposal
from tests.journeys.test_from_barrier_to_change import say
from tests.world import Site, World


async def sent(site: Site, steward: Principal, proposal_id: int) -> None:
    with site.use():
        await move_proposal(steward, proposal_id, "agree", Wanted("Agreed at a meeting.", waived=True))
        owner_id = await keep_owner(steward, OwnerDraft("The council"))
        await prepare_ask(steward, proposal_id, AskDraft(owner_id, "change_rule", "One visit."))
        await send_proposal(steward, proposal_id)


async def news(app: httpx.AsyncClient) -> list[dict[str, Any]]:
    """What an app shows, oldest first."""
    answer = await app.get("/api/v1/notifications")
    assert answer.status_code == 200
    return list(reversed(answer.json()))


async def supported(site: Site, by: Principal, uri: str, *, back: bool = False) -> None:
    with site.use():
        post = await posts.by_uri(uri, VISITOR)
        assert post is not None
        await like_post(by, post.id)
        if back:
            await unlike_post(by, post.id)


async def test_a_contributor_elsewhere_hears_the_answer_what_was_done_and_the_end_in_their_own_words(
    three: World,
) -> None:
    oak, ash, elm = three.instances
    amina, sten = await oak.member("amina"), await oak.member("sten", role="steward")
    bryn, cem = await ash.member("bryn"), await elm.member("cem")
    proposal_id = await raise_proposal(oak, amina)
    await three.settle()
    uri = f"https://oak.example/proposals/{proposal_id}"
    comment_id = await say(ash, bryn, uri, "Our **tenants** waited five weeks.")
    await supported(elm, cem, uri)
    await three.settle()
    await sent(oak, sten, proposal_id)
    await three.settle()

    bryns, cems = await ash.app(bryn), await elm.app(cem)
    before = {"bryn": len(await news(bryns)), "cem": len(await news(cems))}
    await say(oak, sten, uri, "From April one visit is enough.", "answer", code="partly", givenBy="The council")
    await three.settle()
    (told,) = (await news(bryns))[before["bryn"] :]
    assert told["type"] == "mention"
    assert told["account"]["acct"] == "oak@oak.example"
    words = told["status"]["content"]
    assert "You wrote:" in words
    assert "<strong>tenants</strong> waited five weeks" in words
    assert "Partly accepted (The council)" in words
    assert "one visit is enough" in words
    assert uri in words
    assert told["status"]["visibility"] == "direct"
    assert told["status"]["in_reply_to_id"] == str(comment_id)
    (told,) = (await news(cems))[before["cem"] :]
    assert "You support this proposal." in told["status"]["content"]

    with oak.use():
        await move_proposal(sten, proposal_id, "begin", Wanted("The contract is being changed."))
    action_id = await say(oak, sten, uri, "Schedule 4 is new.", "action")
    with oak.use():
        await decide_contribution(sten, action_id, "done")
        await move_proposal(sten, proposal_id, "close", Wanted("One visit is enough.", outcome="partly_changed"))
    await three.settle()
    letters = [each["status"]["content"] for each in await news(bryns) if each["type"] == "mention"]
    assert len(letters) == 3
    assert "This was done:" in letters[1]
    assert "Schedule 4 is new." in letters[1]
    assert "It is closed: Partly changed." in letters[2]
    for app in (bryns, cems):
        await app.aclose()


async def test_nobody_hears_who_took_it_back_blocked_us_or_is_blocked(three: World) -> None:
    oak, ash, elm = three.instances
    amina, sten = await oak.member("amina"), await oak.member("sten", role="steward")
    bryn, cem, dana, eli = [await ash.member(name) for name in ("bryn", "cem", "dana", "eli")]
    finn = await elm.member("finn")
    proposal_id = await raise_proposal(oak, amina)
    await three.settle()
    uri = f"https://oak.example/proposals/{proposal_id}"
    await supported(ash, bryn, uri, back=True)
    taken_back = await say(ash, cem, uri, "Here too.")
    await say(ash, dana, uri, "And here.")
    await say(ash, eli, uri, "I was there.")
    await say(elm, finn, uri, "We as well.")
    await three.settle()
    with ash.use():
        await delete_post(cem, taken_back)
    await sent(oak, sten, proposal_id)
    await three.settle()
    with oak.use():
        await block_domain(OPERATOR, "elm.example")
        organisation = (await instance.get()).organisation
        theirs = await accounts.by_uri("https://ash.example/users/dana")
        assert organisation is not None
        assert theirs is not None
        await block(Principal("remote", theirs.id), organisation.id)
    await say(oak, sten, uri, "No.", "answer", code="declined")
    await three.settle()
    with oak.use():
        told = await rows("SELECT a.name FROM heard h JOIN accounts a ON a.id = h.account_id")
    assert [each["name"] for each in told] == ["eli"]


async def test_a_batch_that_is_done_again_after_a_crash_doubles_nothing(
    three: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    oak, ash, _ = three.instances
    amina, sten = await oak.member("amina"), await oak.member("sten", role="steward")
    people = [await ash.member(f"person{number}") for number in range(5)]
    proposal_id = await raise_proposal(oak, amina)
    await three.settle()
    uri = f"https://oak.example/proposals/{proposal_id}"
    for person in people:
        await supported(ash, person, uri)
    await sent(oak, sten, proposal_id)
    await three.settle()
    monkeypatch.setattr("server.jobs.tell.BATCH", 2)
    await say(oak, sten, uri, "No.", "answer", code="declined")
    await three.settle()
    with oak.use():
        (step,) = await rows("SELECT id FROM steps WHERE kind = 'answered'")
        await execute("DELETE FROM heard WHERE id = (SELECT MAX(id) FROM heard)")  # as if it had died before the last
        last: int | None = 0
        while last is not None:
            last = await tell_batch(oak.instance.settings, proposal_id, step["id"], last)
        told = await rows("SELECT account_id, COUNT(*) AS n FROM heard GROUP BY account_id")
        assert [each["n"] for each in told] == [1] * 5
    await three.settle()
