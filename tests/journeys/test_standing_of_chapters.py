"""How the other chapters stand: readers see it on the topic's page, stewards act on it, scripts read it."""

from tests.weather import repair
from tests.world import World


async def test_readers_see_when_each_chapter_was_compared_and_a_steward_ends_a_trial(three: World) -> None:
    oak, ash, _ = three.instances
    await repair(three)
    page = (await ash.get("/topics/damp-homes", accept="text/html")).text
    assert page.count("Complete when last compared:") == 2
    assert page.count("new here, on trial") == 2

    sam = await ash.member("sam", role="steward")
    browser, csrf = await ash.browser(sam)
    topic = await ash.topic_view("damp-homes")
    chapter = next(each.account.id for each in topic.chapters if each.account.domain == oak.domain)
    async with browser:
        for act, words in (("trust", "Put on trial"), ("trial", "Trust them"), ("compare", "What we miss arrives")):
            form = {"csrf": csrf, "chapter": str(chapter), "do": act}
            answer = await browser.post("/admin/topics/damp-homes/care", data=form)
            assert answer.status_code == 200
            assert words in answer.text
            standing = {each["standing"] for each in (await ash.json("/api/v1/civic/topics/damp-homes"))["chapters"]}
            assert ("full" in standing) == (act == "trust")
        assert (await browser.post("/admin/topics/damp-homes/care", data={**form, "chapter": "1"})).status_code == 404
    three.wire.down.add(oak.domain)
    await three.settle()
    page = (await ash.get("/topics/damp-homes", accept="text/html")).text
    assert "Out of reach when last asked:" in page


async def test_a_chapter_in_full_standing_vouches_for_those_it_is_linked_with(three: World) -> None:
    oak, ash, _ = three.instances
    sam = await ash.member("sam", role="steward")
    browser, csrf = await ash.browser(sam)
    topic = await ash.topic_view("damp-homes")
    chapter = next(each.account.id for each in topic.chapters if each.account.domain == oak.domain)
    await repair(three)
    assert {each.standing for each in (await ash.topic_view("damp-homes")).chapters} == {"trial"}
    async with browser:
        form = {"csrf": csrf, "chapter": str(chapter), "do": "trust"}
        await browser.post("/admin/topics/damp-homes/care", data=form)
    await repair(three)
    assert {each.standing for each in (await ash.topic_view("damp-homes")).chapters} == {"full"}
