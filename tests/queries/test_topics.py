from server.queries import topics
from server.storage.sql import execute
from tests.make import HOME, Ground, one


async def test_a_post_is_for_the_topic_it_names_before_one_with_its_shared_id_before_one_of_a_chapter(
    here: Ground,
) -> None:
    damp, food = await here.topic(), await here.topic("food", "Food")
    chapter = await here.chapter(food, "elm.example", "food")
    shared = (await one("SELECT topic_id FROM topics WHERE account_id = ?", food))["topic_id"]
    address = (await one("SELECT uri FROM accounts WHERE id = ?", chapter.account_id))["uri"]
    named = f"{HOME}/topics/damp-homes"
    assert await topics.meant([named, address], shared, chapter.account_id) == damp
    assert await topics.meant(["https://elsewhere.example/topics/damp-homes"], shared, 0) == food
    assert await topics.meant([address], "", 0) == food
    assert await topics.meant([], "", chapter.account_id) == food
    assert await topics.meant([], "", 0) is None
    await execute("UPDATE chapters SET state = 'gone' WHERE topic_id = ?", [food])
    assert await topics.meant([address], "", chapter.account_id) is None


async def test_an_id_that_stands_for_a_topic_too_is_compared_whole_and_letter_by_letter(here: Ground) -> None:
    damp = await here.topic()
    await execute("UPDATE topics SET same = ? WHERE account_id = ?", ['["an_id", "b%", "c\\\\d"]', damp])
    for known in ("an_id", "b%", "c\\d"):
        assert await topics.meant([], known, 0) == damp
    for unknown in ("anxid", "an", "id", "bc", "%", "_", '"', ", ", "c\\\\d", ""):
        assert await topics.meant([], unknown, 0) is None, unknown
