"""A topic passes things on in a single hop: the entry chapter to all, every other chapter to its other readers."""

import pytest

from server.actions.likes import like_post, unlike_post
from server.actions.posts import delete_post, edit_post
from server.queries import topics
from server.rules.drafts import PostDraft
from server.rules.permissions import Principal
from tests.make import Ground, kinds

ELM, ASH, TOOT = "https://elm.example/inbox", "https://ash.example/inbox", "https://toot.example/inbox"


class Topic:
    """Our chapter, linked with those at elm and ash, and read by somebody at toot."""

    def __init__(self, here: Ground, account_id: int, elm: Principal, ash: Principal, uri: str) -> None:
        self.here, self.id, self.elm, self.ash, self.uri = here, account_id, elm, ash, uri

    async def sent(self) -> dict[str, list[str]]:
        await self.here.settle()
        found = kinds(await self.here.sent())
        await self.here.forget()
        return found


@pytest.fixture
async def topic(here: Ground) -> Topic:
    account_id = await here.topic()
    elm, ash = [await here.chapter(account_id, domain) for domain in ("elm.example", "ash.example")]
    view = await topics.by_account_id(account_id)
    assert view is not None
    await here.befriend(await here.stranger("reader", "toot.example"), Principal("remote", account_id))
    await here.forget()
    return Topic(here, account_id, elm, ash, view.account.uri)


async def test_our_proposal_goes_whole_to_chapters_and_readers_and_as_a_boost_to_readers_alone(
    here: Ground, topic: Topic
) -> None:
    amina = await here.member("amina")
    await here.propose(amina, topic_id=topic.id)
    assert await topic.sent() == {
        ELM: ["Announce(Create)"],
        ASH: ["Announce(Create)"],
        TOOT: ["Announce(Create)", "Announce(id)"],
    }


async def test_our_comment_on_another_chapters_proposal_enters_through_ours(here: Ground, topic: Topic) -> None:
    amina, bo = await here.member("amina"), await here.stranger("bo")
    elm_uri = "https://elm.example/topics/damp-homes"
    proposal = await here.propose(bo, topic_id=topic.id, audience=elm_uri)
    await topic.sent()
    await here.say(amina, in_reply_to_id=proposal)
    await here.settle()
    lined_up = await here.sent()
    assert kinds(lined_up) == {
        ELM: ["Create", "Announce(Create)"],
        ASH: ["Announce(Create)"],
        TOOT: ["Announce(Create)"],
    }
    created = lined_up[ELM][0]
    assert created["audience"] == topic.uri
    assert topic.uri in created["to"]
    assert elm_uri in created["cc"]


async def test_edits_deletions_and_support_of_ours_reach_every_chapter(here: Ground, topic: Topic) -> None:
    amina = await here.member("amina")
    proposal = await here.propose(amina, topic_id=topic.id)
    comment = await here.say(amina, in_reply_to_id=proposal)
    await topic.sent()
    await edit_post(amina, comment, PostDraft(source="Better."))
    assert (await topic.sent())[ASH] == ["Announce(Update)"]
    await like_post(amina, proposal)
    assert await topic.sent() == {ELM: ["Announce(Like)"], ASH: ["Announce(Like)"]}
    await unlike_post(amina, proposal)
    assert await topic.sent() == {ELM: ["Announce(Undo)"], ASH: ["Announce(Undo)"]}
    await delete_post(amina, comment)
    assert (await topic.sent())[ELM] == ["Announce(Delete)"]


async def test_what_came_through_another_chapter_goes_to_readers_and_to_no_chapter(here: Ground, topic: Topic) -> None:
    bo = await here.stranger("bo")
    proposal = await here.propose(bo, topic_id=topic.id, audience="https://elm.example/topics/damp-homes")
    assert await topic.sent() == {TOOT: ["Announce(id)"]}
    await here.say(await here.stranger("cy", "ash.example"), in_reply_to_id=proposal)
    assert await topic.sent() == {}


async def test_a_comment_from_a_server_without_a_chapter_is_passed_on_by_the_proposals_chapter(
    here: Ground, topic: Topic
) -> None:
    amina, mo = await here.member("amina"), await here.stranger("mo", "toot.example")
    ours = await here.propose(amina, topic_id=topic.id)
    theirs = await here.propose(await here.stranger("bo"), topic_id=topic.id, audience="https://elm.example/topics/x")
    await topic.sent()
    await here.say(mo, in_reply_to_id=ours, elsewhere=here.away("toot.example"), content_html="<p>Yes</p>")
    assert await topic.sent() == {ELM: ["Announce(id)"], ASH: ["Announce(id)"]}
    await here.say(mo, in_reply_to_id=theirs, elsewhere=here.away("toot.example"), content_html="<p>Yes</p>")
    assert await topic.sent() == {}


async def test_a_proposal_posted_to_our_chapter_from_any_app_is_passed_on_by_us(here: Ground, topic: Topic) -> None:
    mo = await here.stranger("mo", "mast.example")
    await here.propose(mo, topic_id=topic.id, elsewhere=here.away("mast.example"), audience=topic.uri)
    assert await topic.sent() == {ELM: ["Announce(id)"], ASH: ["Announce(id)"], TOOT: ["Announce(id)"]}


@pytest.mark.parametrize("visibility", ["private", "direct"])
async def test_nothing_that_is_not_public_is_passed_on(here: Ground, topic: Topic, visibility: str) -> None:
    amina = await here.member("amina")
    await here.propose(amina, topic_id=topic.id, visibility=visibility)
    proposal = await here.propose(amina, topic_id=topic.id)
    await topic.sent()
    await here.say(amina, in_reply_to_id=proposal, visibility=visibility)
    mo = await here.stranger("mo", "toot.example")
    await here.say(mo, in_reply_to_id=proposal, visibility=visibility)
    assert await topic.sent() == {}


async def test_what_we_fetched_later_is_passed_on_to_nobody(here: Ground, topic: Topic) -> None:
    await here.propose(await here.stranger("bo"), topic_id=topic.id, fetched=True)
    assert await topic.sent() == {}
