"""Links between chapters: both sides must have asked, and either may leave."""

import pytest

from server.actions.topics import (
    adopt_genesis,
    chapter_answered,
    chapter_asked,
    chapter_left,
    edit_topic,
    link_chapter,
    unlink_chapter,
)
from server.queries import topics
from server.rules.errors import Conflict, Invalid, NotFound, Refused
from server.rules.permissions import OPERATOR
from server.rules.topics import topic_id as id_of_genesis
from tests.make import Ground, count, in_short, one

WISH = "https://elm.example/activities/wish"
THEIRS = {
    "name": "Damp",
    "created": "2026-01-01T00:00:00Z",
    "founder": "https://elm.example/topics/damp",
    "hashtag": "Damp",
}


async def link(topic: int) -> tuple[str, int, int, int]:
    """State of the one link, our following and followers, and how many of our wishes are out."""
    chapter = await one("SELECT state FROM chapters")
    own = await one("SELECT followers_count, following_count FROM accounts WHERE id = ?", topic)
    wishes = await count("follows", "account_id = ?", topic)
    return chapter["state"], own["following_count"], own["followers_count"], wishes


async def sent(here: Ground) -> list[str]:
    """What follows goes to the other chapter's own inbox."""
    await here.settle()
    lined_up = await here.sent()
    await here.forget()
    return [in_short(each) for each in lined_up.get("https://elm.example/topics/damp-homes/inbox", [])]


async def test_a_link_stands_when_both_have_asked_we_first(here: Ground) -> None:
    topic = await here.topic()
    elm = await here.stranger("damp-homes", kind="topic")
    assert await link_chapter(OPERATOR, topic, elm.account_id) == "pending"
    assert await link_chapter(OPERATOR, topic, elm.account_id) == "pending"
    assert await sent(here) == ["Follow"]
    await chapter_answered(elm, topic, True)
    await chapter_answered(elm, topic, True)
    assert await link(topic) == ("pending", 1, 0, 1)
    assert await chapter_asked(elm, topic, WISH) == "linked"
    assert await chapter_asked(elm, topic, WISH) == "linked"
    assert await link(topic) == ("linked", 1, 1, 1)
    assert await sent(here) == ["Accept(Follow)"]


async def test_a_link_stands_when_both_have_asked_they_first(here: Ground) -> None:
    topic = await here.topic()
    elm = await here.stranger("damp-homes", kind="topic")
    assert await chapter_asked(elm, topic, WISH) == "pending"
    assert await sent(here) == []
    assert await link_chapter(OPERATOR, topic, elm.account_id) == "linked"
    assert sorted(await sent(here)) == ["Accept(Follow)", "Follow"]
    assert await count("jobs", "queue = 'fetch'") == 1
    await chapter_answered(elm, topic, True)
    assert await link(topic) == ("linked", 1, 1, 1)


async def test_ending_a_link_ends_it_on_both_sides_and_they_cannot_ask_again(here: Ground) -> None:
    topic = await here.topic()
    elm = await here.chapter(topic, "elm.example")
    await chapter_answered(elm, topic, True)
    await here.forget()
    await unlink_chapter(OPERATOR, topic, elm.account_id)
    assert await link(topic) == ("refused", 0, 0, 0)
    assert sorted(await sent(here)) == ["Reject(Follow)", "Undo(Follow)"]
    with pytest.raises(Refused):
        await chapter_asked(elm, topic, WISH)
    with pytest.raises(Conflict):
        await unlink_chapter(OPERATOR, topic, elm.account_id)
    assert await link_chapter(OPERATOR, topic, elm.account_id) == "pending"
    assert await chapter_asked(elm, topic, WISH) == "linked"


async def test_a_wish_can_be_refused_before_it_is_a_link(here: Ground) -> None:
    topic = await here.topic()
    elm = await here.stranger("damp-homes", kind="topic")
    await chapter_asked(elm, topic, WISH)
    await unlink_chapter(OPERATOR, topic, elm.account_id)
    assert await sent(here) == ["Reject(Follow)"]
    assert await link(topic) == ("refused", 0, 0, 0)


@pytest.mark.parametrize("undo_first", [True, False])
async def test_when_they_end_it_the_link_is_refused_in_whichever_order_it_arrives(
    here: Ground, undo_first: bool
) -> None:
    topic = await here.topic()
    elm = await here.chapter(topic, "elm.example")
    await chapter_answered(elm, topic, True)
    if undo_first:
        await chapter_left(elm, topic)
        assert (await link(topic))[0] == "gone"
    await chapter_answered(elm, topic, False)
    await chapter_left(elm, topic)
    assert await link(topic) == ("refused", 0, 0, 0)


async def test_who_refused_us_and_thinks_again_is_linked_with_a_new_wish_of_ours(here: Ground) -> None:
    topic = await here.topic()
    elm = await here.stranger("damp-homes", kind="topic")
    await link_chapter(OPERATOR, topic, elm.account_id)
    await chapter_answered(elm, topic, False)
    assert await link(topic) == ("refused", 0, 0, 0)
    await here.forget()
    assert await chapter_asked(elm, topic, WISH) == "linked"
    assert sorted(await sent(here)) == ["Accept(Follow)", "Follow"]


async def test_a_chapter_that_left_is_gone_and_may_come_back(here: Ground) -> None:
    topic = await here.topic()
    elm = await here.chapter(topic, "elm.example")
    await chapter_answered(elm, topic, True)
    await chapter_left(elm, topic)
    await chapter_left(elm, topic)
    assert await link(topic) == ("gone", 1, 0, 1)
    assert await chapter_asked(elm, topic, f"{WISH}-2") == "linked"
    assert await link(topic) == ("linked", 1, 1, 1)


async def test_asking_one_anew_who_left_counts_once(here: Ground) -> None:
    topic = await here.topic()
    elm = await here.chapter(topic, "elm.example")
    await chapter_answered(elm, topic, True)
    await chapter_left(elm, topic)
    assert await link_chapter(OPERATOR, topic, elm.account_id) == "pending"
    await chapter_answered(elm, topic, True)
    assert await link(topic) == ("pending", 1, 0, 1)


async def test_a_wish_that_is_taken_back_before_an_answer_is_gone(here: Ground) -> None:
    topic = await here.topic()
    elm = await here.stranger("damp-homes", kind="topic")
    await chapter_asked(elm, topic, WISH)
    await chapter_left(elm, topic)
    assert (await link(topic))[0] == "gone"


async def test_a_topic_without_proposals_takes_over_the_others_beginnings(here: Ground) -> None:
    topic = await here.topic()
    await adopt_genesis(OPERATOR, topic, THEIRS, id_of_genesis(THEIRS))
    found = await topics.by_account_id(topic)
    assert found is not None
    assert (found.topic_id, found.hashtag, found.same) == (id_of_genesis(THEIRS), "Damp", ())
    assert found.genesis == THEIRS


async def test_a_topic_with_proposals_keeps_its_id_and_lists_the_other(here: Ground) -> None:
    amina, topic = await here.member("amina"), await here.topic()
    await here.propose(amina, topic_id=topic)
    before = await topics.by_account_id(topic)
    for _ in range(2):
        await adopt_genesis(OPERATOR, topic, THEIRS, id_of_genesis(THEIRS))
    found = await topics.by_account_id(topic)
    assert before is not None
    assert found is not None
    assert (found.topic_id, found.same, found.proposals_count) == (before.topic_id, (id_of_genesis(THEIRS),), 1)


async def test_an_id_that_is_not_the_hash_of_its_genesis_is_refused(here: Ground) -> None:
    topic = await here.topic()
    with pytest.raises(Invalid):
        await adopt_genesis(OPERATOR, topic, THEIRS, id_of_genesis({**THEIRS, "name": "Other"}))


async def test_only_admins_link_and_only_with_chapters_elsewhere(here: Ground) -> None:
    topic, sam = await here.topic(), await here.member("sam", "steward")
    elm, bo = await here.stranger("damp-homes", kind="topic"), await here.stranger("bo")
    with pytest.raises(Refused):
        await link_chapter(sam, topic, elm.account_id)
    for other in (bo.account_id, topic, 99):
        with pytest.raises(Invalid):
            await link_chapter(OPERATOR, topic, other)
    with pytest.raises(NotFound):
        await unlink_chapter(OPERATOR, topic, elm.account_id)
    await edit_topic(sam, topic, name="Damp and mould", description="New")
    found = await topics.by_account_id(topic)
    assert found is not None
    assert found.account.display_name == "Damp and mould"
