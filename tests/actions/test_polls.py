"""Polls: the first vote stands, and the counts are those of the votes."""

import asyncio

import pytest

from server.actions.polls import vote
from server.actions.posts import edit_post
from server.rules.drafts import Elsewhere, PollDraft, PostDraft
from server.rules.errors import Conflict, Invalid, NotFound
from server.rules.ids import now_ms
from server.rules.permissions import Principal
from tests.make import Ground, count

YES_NO = PollDraft(("Yes", "No"), expires_at=now_ms() + 3_600_000)


async def counts(here: Ground, post_id: int) -> tuple[list[int | None], int]:
    poll = (await here.post(post_id)).poll
    assert poll is not None
    return [votes for _, votes in poll.options], poll.voters_count


async def test_the_first_vote_stands(here: Ground) -> None:
    amina, bryn = await here.member("amina"), await here.member("bryn")
    post_id = await here.say(amina, poll=YES_NO)
    await vote(bryn, post_id, (0,))
    for choices in ((0,), (1,)):
        with pytest.raises(Conflict):
            await vote(bryn, post_id, choices)
    assert await counts(here, post_id) == ([1, 0], 1)
    marks = (await here.post(post_id, bryn)).marks
    assert marks.voted
    assert marks.own_votes == (0,)


async def test_one_person_voting_both_ways_at_once_votes_once(here: Ground) -> None:
    amina, bryn = await here.member("amina"), await here.member("bryn")
    post_id = await here.say(amina, poll=YES_NO)
    results = await asyncio.gather(
        *(vote(bryn, post_id, (number % 2,)) for number in range(10)), return_exceptions=True
    )
    assert [type(result) for result in results].count(Conflict) == 9
    assert await count("poll_votes") == 1
    votes, voters = await counts(here, post_id)
    assert sum(each or 0 for each in votes) == voters == 1


async def test_no_vote_is_lost_when_many_vote_at_once(here: Ground) -> None:
    amina = await here.member("amina")
    post_id = await here.say(amina, poll=YES_NO)
    people = [await here.stranger(f"m{number}") for number in range(12)]
    await asyncio.gather(
        *(vote(by, post_id, (number % 2,), f"https://elm.example/votes/{number}") for number, by in enumerate(people))
    )
    assert await counts(here, post_id) == ([6, 6], 12)


async def test_a_poll_with_several_answers_counts_the_person_once(here: Ground) -> None:
    amina, bo = await here.member("amina"), await here.stranger("bo")
    post_id = await here.say(amina, poll=PollDraft(("A", "B", "C"), multiple=True, expires_at=now_ms() + 60_000))
    await vote(amina, post_id, (0, 2, 2))
    for number in range(2):
        await vote(bo, post_id, (number,), f"https://elm.example/votes/{number}")
    with pytest.raises(Conflict):
        await vote(bo, post_id, (1,), "https://elm.example/votes/9")
    with pytest.raises(Conflict):
        await vote(amina, post_id, (1,))
    assert await counts(here, post_id) == ([2, 1, 1], 2)


@pytest.mark.parametrize("choices", [(), (2,), (-1,), (0, 1)])
async def test_a_vote_for_nothing_on_offer_is_refused(here: Ground, choices: tuple[int, ...]) -> None:
    amina = await here.member("amina")
    post_id = await here.say(amina, poll=YES_NO)
    with pytest.raises(Invalid):
        await vote(amina, post_id, choices)
    with pytest.raises(NotFound):
        await vote(amina, await here.say(amina), (0,))


async def test_a_closed_poll_takes_no_votes(here: Ground) -> None:
    amina, bo = await here.member("amina"), await here.stranger("bo")
    over = await here.say(bo, poll=PollDraft(("A", "B"), expires_at=now_ms() - 1))
    shut = await here.say(bo, poll=PollDraft(("A", "B"), closed=True))
    for post_id in (over, shut):
        with pytest.raises(Conflict):
            await vote(amina, post_id, (0,))


async def test_hidden_totals_show_only_when_the_poll_is_over(here: Ground) -> None:
    amina, bryn = await here.member("amina"), await here.member("bryn")
    post_id = await here.say(amina, poll=PollDraft(("A", "B"), hide_totals=True, expires_at=now_ms() + 60_000))
    await vote(bryn, post_id, (1,))
    assert await counts(here, post_id) == ([None, None], 1)


async def test_a_poll_from_elsewhere_is_counted_at_its_home_which_tells_us(here: Ground) -> None:
    amina, bo = await here.member("amina"), await here.stranger("bo")
    home = here.away()
    ends = now_ms() + 60_000
    post_id = await here.say(
        bo, "Which?", elsewhere=home, poll=PollDraft(("A", "B"), expires_at=ends, votes=(3, 1), voters=4)
    )
    await vote(amina, post_id, (0,))
    assert await counts(here, post_id) == ([3, 1], 4)

    async def told(by: Principal, votes: tuple[int, ...], closed: bool) -> None:
        poll = PollDraft(("A", "B"), expires_at=ends, votes=votes, voters=sum(votes), closed=closed)
        away = Elsewhere(home.uri, home.url, home.published)
        await edit_post(by, post_id, PostDraft(content_html="<p>Which?</p>", poll=poll, elsewhere=away))

    rev = (await here.post(post_id)).rev
    await told(bo, (4, 1), False)
    assert await counts(here, post_id) == ([4, 1], 5)
    found = await here.post(post_id)
    assert found.version == 1
    assert found.rev > rev
    await told(bo, (5, 1), True)
    assert (await here.post(post_id)).poll.expired  # type: ignore[union-attr]  # counted just above
    await told(bo, (5, 1), False)
    assert (await here.post(post_id)).poll.expired  # type: ignore[union-attr]  # what is closed stays closed


@pytest.mark.parametrize("options", [("One",), ("A", "A"), ("A", " "), ("A", "B" * 101), tuple("ABCDEFGHI")])
async def test_a_poll_that_cannot_be_answered_is_refused(here: Ground, options: tuple[str, ...]) -> None:
    amina = await here.member("amina")
    with pytest.raises(Invalid) as caught:
        await here.say(amina, poll=PollDraft(options, expires_at=now_ms() + 60_000))
    assert caught.value.field == "poll[options]"
    assert await count("posts") == 0
