"""What can go wrong with a topic that nobody owns, one test a failure (research on federation, B.4)."""

import random

from server.actions.likes import like_post
from server.actions.moderation import remove_post
from server.actions.posts import delete_post, edit_post, publish_post
from server.actions.topics import put_on_trial, trust_chapter, unlink_chapter
from server.jobs import comparing
from server.queries import topics
from server.rules import topics as rules
from server.rules.drafts import PostDraft
from server.rules.moderation import Why
from server.rules.permissions import OPERATOR, Principal
from server.storage.sql import execute, rows
from tests.journeys.test_a_proposal_travels import raise_proposal, seen_at
from tests.weather import Weather, log_of, repair, view_of
from tests.world import Site, World


async def commented(site: Site, by: Principal, parent_uri: str, words: str) -> str:
    """A comment of theirs; its id."""
    found = await seen_at(site, parent_uri)
    assert found is not None
    with site.use():
        return f"{site.url}/posts/{await publish_post(by, PostDraft(source=words, in_reply_to_id=found.id))}"


async def test_a_chapter_that_was_away_is_complete_after_comparing_and_the_others_needed_it_for_nothing(
    three: World,
) -> None:
    oak, ash, elm = three.instances
    amina, bryn = await oak.member("amina"), await ash.member("bryn")
    weather = Weather(three, random.Random(1))
    weather.lost = 1.0
    proposal = await raise_proposal(oak, amina)
    uri = f"{oak.url}/proposals/{proposal}"
    await three.settle()
    assert (await view_of(elm))["posts"] == {}
    weather.clear()
    await repair(three)
    comment = await commented(ash, bryn, uri, "Here, too")
    at_ash = await seen_at(ash, uri)
    assert at_ash is not None
    with ash.use():
        await like_post(bryn, at_ash.id)
    await three.settle()
    views = [await view_of(site) for site in (oak, ash, elm)]
    assert views[0] == views[1] == views[2]
    assert set(views[2]["posts"]) == {uri, comment}
    assert views[2]["support"] == [(uri, f"{ash.url}/users/bryn")]


async def test_when_its_home_is_gone_for_good_a_proposal_still_comes_from_the_others_by_its_proof(three: World) -> None:
    oak, ash, elm = three.instances
    amina = await oak.member("amina")
    first = f"{oak.url}/proposals/{await raise_proposal(oak, amina, 'First')}"
    await three.settle()
    weather = Weather(three, random.Random(1))
    weather.cut.add(frozenset({oak.domain, elm.domain}))
    comment = await commented(oak, amina, first, "Only ash hears this")
    await three.settle()
    assert await seen_at(ash, comment) is not None
    assert await seen_at(elm, comment) is None
    three.wire.down.add(oak.domain)
    with elm.use():
        await execute("UPDATE jobs SET run_at = 0")

    with elm.use():
        await comparing.ask_all()
    await three.settle()
    found = await seen_at(elm, comment)
    assert found is not None
    assert "Only ash hears this" in found.content_html


async def test_what_a_stewards_removal_hides_is_hidden_there_alone_and_not_handed_on(three: World) -> None:
    oak, ash, elm = three.instances
    amina = await oak.member("amina")
    uri = f"{oak.url}/proposals/{await raise_proposal(oak, amina)}"
    comment = await commented(oak, amina, uri, "Rude")
    await three.settle()
    at_ash = await seen_at(ash, comment)
    assert at_ash is not None
    with ash.use():
        await remove_post(OPERATOR, at_ash.id, Why("other", "Rude."))
    await three.settle()
    assert comment not in (await view_of(ash))["posts"]
    assert comment in (await view_of(elm))["posts"]
    assert await log_of(ash) == await log_of(elm)
    item = f"/topics/damp-homes/sync?item={comment}"
    assert (await ash.get(item, accept="application/activity+json")).status_code == 404
    assert (await elm.get(item, accept="application/activity+json")).status_code == 200


async def test_a_chapter_on_trial_brings_so_much_a_day_and_the_rest_when_it_is_trusted(
    three: World,
) -> None:
    oak, ash, _ = three.instances
    topic = await ash.topic_view("damp-homes")
    chapter = next(each.account.id for each in topic.chapters if each.account.domain == oak.domain)
    with ash.use():
        await put_on_trial(OPERATOR, topic.account.id, chapter)
        for number in range(rules.TRIAL_ITEMS):
            await execute(
                "INSERT INTO topic_items (id, topic_id, uri, bucket, version, gone, via_id, at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    number,
                    topic.account.id,
                    f"https://x.example/{number}",
                    0,
                    1,
                    True,
                    chapter,
                    int(three.clock() * 1000),
                ],
            )
    amina = await oak.member("amina")
    uri = f"{oak.url}/proposals/{await raise_proposal(oak, amina)}"
    await three.settle()
    with ash.use():
        [refused] = await rows("SELECT reason FROM receipts WHERE state = 2 AND activity_uri LIKE '%announces%'")
        assert "new" in refused["reason"]
        assert await topics.is_on_trial(chapter)
        await trust_chapter(OPERATOR, topic.account.id, chapter)

        await comparing.ask_all()
    await three.settle()
    assert await seen_at(ash, uri) is not None


async def test_edits_and_deletions_that_were_missed_come_by_comparing(three: World) -> None:
    oak, ash, elm = three.instances
    amina, bryn = await oak.member("amina"), await ash.member("bryn")
    uri = f"{oak.url}/proposals/{await raise_proposal(oak, amina)}"
    kept, taken = [await commented(oak, amina, uri, words) for words in ("Keep", "Take")]
    await three.settle()
    answer = await commented(ash, bryn, taken, "To what will be gone")
    weather = Weather(three, random.Random(1))
    weather.lost = 1.0
    three.clock.forward(3600)
    with oak.use():
        await edit_post(amina, int(kept.rpartition("/")[2]), PostDraft(source="Kept and changed"))
        await delete_post(amina, int(taken.rpartition("/")[2]))
    await three.settle()
    weather.clear()
    await repair(three)
    for site in (ash, elm):
        seen = (await view_of(site))["posts"]
        assert "Kept and changed" in seen[kept][1]
        assert taken not in seen
        assert seen[answer][2] == uri


async def test_an_ended_link_ends_at_once_what_is_compared(three: World) -> None:
    oak, ash, _ = three.instances
    topic = await ash.topic_view("damp-homes")
    chapter = next(each.account.id for each in topic.chapters if each.account.domain == oak.domain)
    with ash.use():
        await unlink_chapter(OPERATOR, topic.account.id, chapter)
    await three.settle()
    three.wire.seen.clear()
    with ash.use():
        await comparing.ask_all()
    await three.settle()
    assert not [url for _, url in three.wire.seen if url.startswith(f"{oak.url}/topics/damp-homes/sync")]
