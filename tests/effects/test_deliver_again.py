"""What stewards take from view is asked back from other servers, and what can be seen again goes out again."""

from server.actions.moderation import decline_post, hold_post, release_post, remove_post, restore_post
from server.actions.reports import decide_report, file_report
from server.rules.moderation import Why
from tests.make import Ground, kinds

ELM = "https://elm.example/inbox"
WHY = Why("identifies_someone", "Mrs Odell is named.")


async def kinds_sent(here: Ground) -> list[str]:
    found = kinds(await here.sent()).get(ELM, [])
    await here.forget()
    return found


async def test_what_is_held_from_the_start_goes_out_on_release_and_not_before(here: Ground) -> None:
    amina, sam, bo = await here.member("amina"), await here.member("sam", "steward"), await here.stranger("bo")
    await here.befriend(bo, amina)
    await here.forget()
    for post_id in (await here.say(amina, hold="details"), await here.propose(amina, hold="details")):
        await here.settle(times=2)
        assert await kinds_sent(here) == []
        await release_post(sam, post_id)
        await here.settle(times=2)
        assert await kinds_sent(here) == ["Create"]


async def test_what_is_declined_never_went_anywhere_and_is_not_asked_back(here: Ground) -> None:
    amina, sam, bo = await here.member("amina"), await here.member("sam", "steward"), await here.stranger("bo")
    await here.befriend(bo, amina)
    await here.forget()
    post_id = await here.say(amina, hold="details")
    await decline_post(sam, post_id, WHY)
    await here.settle(times=2)
    assert await kinds_sent(here) == []
    await restore_post(sam, post_id)
    await here.settle(times=2)
    assert await kinds_sent(here) == ["Create"]


async def test_what_is_hidden_and_shown_again_and_again_is_a_delete_and_a_create_each_time(here: Ground) -> None:
    amina, sam, bo = await here.member("amina"), await here.member("sam", "steward"), await here.stranger("bo")
    await here.befriend(bo, amina)
    await here.forget()
    post_id = await here.say(amina)
    await here.settle()
    ids = [activity["id"] for activity in (await here.sent())[ELM]]
    await here.forget()
    for hide, show in ((hold_post, release_post), (remove_post, restore_post), (hold_post, release_post)):
        await hide(sam, post_id, WHY)
        await here.settle(times=2)
        await show(sam, post_id)
        await here.settle(times=2)
        sent = (await here.sent())[ELM]
        assert [activity["type"] for activity in sent] == ["Delete", "Create"]
        assert sent[1]["object"]["updated"]
        ids += [activity["id"] for activity in sent]
        await here.forget()
    assert len(set(ids)) == len(ids)


async def test_nothing_that_goes_out_tells_who_reported_or_what_a_steward_said(here: Ground) -> None:
    amina, bryn = await here.member("amina"), await here.member("bryn")
    sam, bo = await here.member("sam", "steward"), await here.stranger("bo")
    await here.befriend(bo, amina)
    post_id = await here.say(amina)
    await here.forget()
    report = await file_report(bryn, amina.account_id, (post_id,), comment="She says too much.")
    await decide_report(sam, report, "remove", WHY)
    await here.settle()
    [delete] = (await here.sent())[ELM]
    text = repr(delete)
    assert delete["type"] == "Delete"
    for secret in ("bryn", "sam", "Odell", "identifies", "too much", "report"):
        assert secret not in text, secret
