"""Posts, comments and proposals: once each, exact counts, versions that stay, words that go."""

import asyncio

import pytest

from server.actions.likes import like_post
from server.actions.moderation import remove_post
from server.actions.posts import delete_by_uri, delete_post, edit_post, publish_post
from server.actions.proposals import edit_proposal, publish_proposal
from server.queries import posts, timelines
from server.rules.drafts import Elsewhere, PollDraft, PostDraft, ProposalDraft
from server.rules.errors import Conflict, Invalid, NotFound, Refused
from server.rules.ids import now_ms
from server.rules.moderation import Why
from server.rules.permissions import OPERATOR, Principal
from server.storage.sql import rows
from server.views.viewer import VISITOR, Page
from tests.make import ANSWERS, Ground, count, one


async def test_the_same_draft_twice_and_twenty_times_at_once_is_one_post(here: Ground) -> None:
    amina, bo = await here.member("amina"), await here.stranger("bo")
    home = here.away()
    parent = await here.propose(amina)
    drafts = (
        (amina, PostDraft(source="Once.", idempotency_key="key")),
        (bo, PostDraft(content_html="<p>Once.</p>", elsewhere=home, in_reply_to_id=parent)),
    )
    for by, draft in drafts:
        ids = await asyncio.gather(*(publish_post(by, draft) for _ in range(20)))
        assert len({*ids, await publish_post(by, draft)}) == 1
    assert await count("posts") == 3
    found = await here.post(parent)
    assert found.replies_count == 1
    assert found.proposal is not None
    assert found.proposal.comments_count == 1
    assert await count("accounts", "id = ? AND posts_count = 1", bo.account_id) == 1
    assert await count("accounts", "id = ? AND posts_count = 2", amina.account_id) == 1
    assert (await here.settle()).count("PostPublished") == 3


async def test_the_same_proposal_twenty_times_at_once_is_one_in_its_topic(here: Ground) -> None:
    amina, topic = await here.member("amina"), await here.topic()
    draft = ProposalDraft("Damp", ANSWERS, topic_id=topic, idempotency_key="key")
    ids = await asyncio.gather(*(publish_proposal(amina, draft) for _ in range(20)))
    assert len(set(ids)) == 1
    assert await count("topics", "proposals_count = 1") == 1
    assert await count("steps") == 1


async def test_two_people_may_use_the_same_key(here: Ground) -> None:
    amina, bryn = await here.member("amina"), await here.member("bryn")
    first = await publish_post(amina, PostDraft(source="One.", idempotency_key="key"))
    assert await publish_post(bryn, PostDraft(source="Two.", idempotency_key="key")) != first


async def test_counts_are_exact_after_comments_deletions_and_removals(here: Ground) -> None:
    amina, bo, sam = await here.member("amina"), await here.stranger("bo"), await here.member("sam", "steward")
    topic = await here.topic()
    proposal = await here.propose(amina, topic_id=topic)
    first = await here.say(bo, in_reply_to_id=proposal)
    second = await here.say(amina, in_reply_to_id=first)
    await here.say(amina, in_reply_to_id=proposal, visibility="private")
    await here.say(amina, in_reply_to_id=proposal, visibility="direct")

    async def counts() -> tuple[int, int, int]:
        found = await here.post(proposal)
        assert found.proposal is not None
        return (
            found.replies_count,
            found.proposal.comments_count,
            (await one("SELECT proposals_count AS n FROM topics"))["n"],
        )

    assert await counts() == (1, 2, 1)
    assert (await here.post(first)).replies_count == 1
    await delete_post(amina, second)
    assert await counts() == (1, 1, 1)
    assert (await here.post(first)).replies_count == 0
    await remove_post(sam, first, Why("abuse"))
    with pytest.raises(Conflict):
        await remove_post(sam, first, Why("abuse"))
    assert await counts() == (0, 0, 1)
    await delete_post(bo, first)
    assert await counts() == (0, 0, 1)
    await delete_post(amina, proposal)
    assert await count("topics", "proposals_count = 0") == 1
    assert await count("accounts", "id = ? AND posts_count = 0", bo.account_id) == 1
    assert await count("accounts", "id = ? AND posts_count = 0", amina.account_id) == 1


async def test_a_post_deleted_and_removed_at_once_is_counted_off_once(here: Ground) -> None:
    amina, sam = await here.member("amina"), await here.member("sam", "steward")
    for _ in range(4):
        post_id = await here.say(amina)
        await asyncio.gather(
            delete_post(amina, post_id), remove_post(sam, post_id, Why("spam")), return_exceptions=True
        )
    assert await count("accounts", "id = ? AND posts_count = 0", amina.account_id) == 1


async def test_hashtags_stand_once_in_the_order_and_spelling_in_which_they_were_first_written(here: Ground) -> None:
    amina = await here.member("amina")
    await here.say(amina, "Before #apple")
    found = await here.post(await here.say(amina, "#Zebra and #Apple, #ZEBRA again, and #mould"))
    assert [(tag.name, tag.shown) for tag in found.tags] == [("zebra", "Zebra"), ("apple", "Apple"), ("mould", "mould")]
    assert await count("tags") == 3


async def test_an_edit_keeps_what_was_said_before(here: Ground) -> None:
    amina = await here.member("amina")
    post_id = await here.say(amina, "One #first", language="en")
    assert await edit_post(amina, post_id, PostDraft(source="Two #second")) == 2
    assert await edit_post(amina, post_id, PostDraft(source="Two #second")) == 2
    assert await edit_post(amina, post_id, PostDraft(source="Two #second", spoiler_text="Careful")) == 3
    found = await here.post(post_id)
    versions = await posts.versions_of(found)
    assert [version.source for version in versions] == ["One #first", "Two #second", "Two #second"]
    assert [version.spoiler_text for version in versions] == ["", "", "Careful"]
    assert [tag.name for tag in found.tags] == ["second"]
    assert found.language == "en"
    assert found.sensitive


async def test_edits_and_likes_at_once_lose_nothing(here: Ground) -> None:
    amina = await here.member("amina")
    post_id = await here.say(amina, "0")
    proposal = await here.propose(amina)
    people = [await here.stranger(f"m{number}") for number in range(10)]
    likes = [like_post(by, post_id, f"https://elm.example/likes/{n}") for n, by in enumerate(people)]
    support = [like_post(by, proposal, f"https://elm.example/support/{n}") for n, by in enumerate(people)]
    edits = [edit_post(amina, post_id, PostDraft(source=str(number))) for number in range(1, 6)]
    changes = [edit_proposal(amina, proposal, ProposalDraft(f"Damp {number}", ANSWERS)) for number in range(5)]
    await asyncio.gather(*likes, *edits, *support, *changes)
    found, raised = await here.post(post_id), await here.post(proposal)
    assert (found.likes_count, found.version) == (10, 6)
    assert (raised.likes_count, raised.version) == (10, 6)
    assert raised.proposal is not None
    assert raised.proposal.support_wider == 10
    assert await count("post_versions") == 10
    assert await count("steps", "kind = 'edited'") == 5


async def test_an_edit_from_elsewhere_that_is_not_newer_changes_nothing(here: Ground) -> None:
    bo = await here.stranger("bo")
    home = here.away(published=now_ms() - 60_000)
    post_id = await here.say(bo, elsewhere=home, content_html="<p>One</p>")

    async def edited(words: str, at: int) -> int:
        away = Elsewhere(home.uri, home.url, home.published, at)
        return await edit_post(bo, post_id, PostDraft(content_html=f"<p>{words}</p>", elsewhere=away))

    assert await edited("Three", home.published + 2000) == 2
    assert await edited("Two", home.published + 1000) == 2
    assert (await here.post(post_id)).content_html == "<p>Three</p>"


async def test_a_new_title_alone_is_an_edit(here: Ground) -> None:
    bo = await here.stranger("bo")
    home = here.away(published=now_ms() - 60_000)
    post_id = await here.say(bo, elsewhere=home, title="Old", content_html="<p>Words</p>")
    away = Elsewhere(home.uri, home.url, home.published, now_ms())
    assert await edit_post(bo, post_id, PostDraft(content_html="<p>Words</p>", title="New", elsewhere=away)) == 2
    assert (await here.post(post_id)).title == "New"


async def test_a_comments_stance_follows_its_words_and_stays_without(here: Ground) -> None:
    amina = await here.member("amina")
    proposal = await here.propose(amina)
    comment = await here.say(amina, "Yes. #for", in_reply_to_id=proposal)
    for words, stance in (("Yes!", "for"), ("No. #against", "against"), ("Hm.", "against")):
        await edit_post(amina, comment, PostDraft(source=words))
        assert (await here.post(comment)).stance == stance
    post_id = await here.say(amina, "Plain")
    await edit_post(amina, post_id, PostDraft(source="Plain #for"))
    assert (await here.post(post_id)).stance == ""


async def test_nobody_else_may_edit_or_take_back(here: Ground) -> None:
    amina, bryn, sam = await here.member("amina"), await here.member("bryn"), await here.member("sam", "admin")
    post_id, proposal = await here.say(amina), await here.propose(amina)
    for by in (bryn, sam):
        with pytest.raises(Refused):
            await edit_post(by, post_id, PostDraft(source="No"))
        with pytest.raises(Refused):
            await edit_proposal(by, proposal, ProposalDraft("No", ANSWERS))
        with pytest.raises(Refused):
            await delete_post(by, post_id)
    with pytest.raises(Refused):
        await remove_post(bryn, post_id, Why("abuse"))
    with pytest.raises(Invalid):
        await remove_post(sam, post_id, Why("because"))


async def test_nothing_of_the_words_is_left_after_a_deletion(here: Ground) -> None:
    amina = await here.member("amina")
    secret = "Rosa-at-number-nine"
    proposal = await here.propose(amina, secret)
    await edit_proposal(amina, proposal, ProposalDraft(secret, (("seen", secret), *ANSWERS[1:])))
    polled = await here.say(
        amina, secret, spoiler_text=secret, poll=PollDraft((secret, "B"), expires_at=now_ms() + 9999)
    )
    await edit_post(amina, polled, PostDraft(source=f"{secret}!"))
    await here.settle()
    for post_id in (proposal, polled):
        await delete_post(amina, post_id)
    await here.settle()
    for table in ("posts", "post_versions", "proposals", "polls", "activities", "search_documents"):
        words = [word for row in await rows(f"SELECT * FROM {table}") for word in row.values()]
        texts = [bytes(word).decode("utf-8", "replace") if isinstance(word, bytes) else str(word) for word in words]
        assert not [text for text in texts if secret in text], table
    gone = await posts.tombstone(proposal)
    assert gone is not None
    assert gone.gone == "deleted"
    assert await posts.by_id(proposal, VISITOR) is None


async def test_a_deletion_that_overtakes_its_post_is_remembered(here: Ground) -> None:
    bo = await here.stranger("bo")
    home = here.away()
    await delete_by_uri(bo, home.uri)
    await delete_by_uri(bo, home.uri)
    with pytest.raises(NotFound):
        await here.say(bo, elsewhere=home)
    assert await count("posts") == 0


async def test_somebody_elses_post_cannot_be_deleted_by_its_address(here: Ground) -> None:
    bo, cy = await here.stranger("bo"), await here.stranger("cy")
    home = here.away()
    post_id = await here.say(bo, elsewhere=home)
    with pytest.raises(Refused):
        await delete_by_uri(cy, home.uri)
    assert await here.post(post_id)


async def test_a_reply_always_speaks_to_whom_it_answers(here: Ground) -> None:
    amina, bryn = await here.member("amina"), await here.member("bryn")
    post_id = await here.say(amina)
    reply = await here.post(await here.say(bryn, in_reply_to_id=post_id))
    assert [mention.name for mention in reply.mentions] == ["amina"]
    assert reply.thread_id == post_id
    own = await here.post(await here.say(amina, in_reply_to_id=post_id))
    assert own.mentions == ()


async def test_a_reply_in_a_proposals_thread_is_a_comment_unless_it_is_direct(here: Ground) -> None:
    amina, bryn = await here.member("amina"), await here.member("bryn")
    proposal = await here.propose(amina)
    comment = await here.post(await here.say(bryn, "#question?", in_reply_to_id=proposal))
    assert (comment.kind, comment.stance, comment.proposal_id) == ("comment", "question", proposal)
    aside = await here.post(await here.say(bryn, in_reply_to_id=proposal, visibility="direct"), amina)
    assert aside.kind == "post"


async def test_what_is_gone_or_hidden_cannot_be_answered(here: Ground) -> None:
    amina, bryn = await here.member("amina"), await here.member("bryn")
    gone, hidden = await here.say(amina), await here.say(amina, visibility="private")
    await delete_post(amina, gone)
    for parent in (gone, hidden, 99):
        with pytest.raises(NotFound):
            await here.say(bryn, in_reply_to_id=parent)


@pytest.mark.parametrize("by", [OPERATOR, Principal("member", 1, suspended=True)])
async def test_neither_the_operator_nor_a_suspended_member_publishes(here: Ground, by: Principal) -> None:
    with pytest.raises(Refused):
        await publish_post(by, PostDraft(source="No"))


async def test_an_empty_or_overlong_post_is_refused(here: Ground) -> None:
    amina = await here.member("amina")
    for source in ("", " \n", "x" * 5001):
        with pytest.raises(Invalid):
            await here.say(amina, source)
    assert await timelines.public(VISITOR, Page()) == []
