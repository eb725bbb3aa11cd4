"""A blocked domain: nothing of it is shown, nothing goes there, and taking the block back brings it into view again."""

import pytest

from server.actions.domains import block_domain, unblock_domain
from server.actions.sanctions import restore_account, suspend_account
from server.queries import audiences, domains, posts
from server.rules.errors import Invalid, Refused
from server.rules.moderation import Why
from server.rules.permissions import OPERATOR
from server.views.viewer import VISITOR, Viewer
from tests.make import Ground, count, one


async def test_a_block_cuts_follows_exactly_hides_posts_and_cancels_deliveries(here: Ground) -> None:
    amina, bo, cy, dee = (
        await here.member("amina"),
        await here.stranger("bo"),
        await here.stranger("cy", "news.elm.example"),
        await here.stranger("dee", "notelm.example"),
    )
    for each in (bo, cy, dee):
        await here.befriend(each, amina)
        await here.befriend(amina, each)
    hidden, shown = [await here.say(bo), await here.say(cy)], await here.say(dee)
    await here.forget()
    await here.say(amina)
    await here.settle()
    assert len(await here.sent()) == 3
    await block_domain(OPERATOR, "elm.example", "spam")
    await here.settle()
    found = await one("SELECT followers_count, following_count FROM accounts WHERE id = ?", amina.account_id)
    assert (found["followers_count"], found["following_count"]) == (1, 1)
    assert await count("accounts", "id = ? AND followers_count = 0 AND following_count = 0", bo.account_id) == 1
    assert await count("follows") == 2
    assert set(await here.sent()) == {"https://notelm.example/inbox"}
    assert await posts.views([*hidden, shown], Viewer(amina.account_id)) == await posts.views(
        [shown], Viewer(amina.account_id)
    )
    assert [await domains.verdict(host) for host in ("elm.example", "a.elm.example", "notelm.example")] == [
        "block", "block", "open",
    ]  # fmt: skip
    assert await audiences.of_accounts([bo.account_id, dee.account_id]) == {
        "https://notelm.example/inbox": "notelm.example"
    }
    await unblock_domain(OPERATOR, "elm.example")
    assert len(await posts.views([*hidden, shown], VISITOR)) == 3
    assert await count("follows") == 2


async def test_a_domain_stays_hidden_while_another_block_covers_it(here: Ground) -> None:
    bo, cy = await here.stranger("bo"), await here.stranger("cy", "news.elm.example")
    post_ids = [await here.say(bo), await here.say(cy)]
    await block_domain(OPERATOR, "elm.example")
    await block_domain(OPERATOR, "news.elm.example")
    await unblock_domain(OPERATOR, "news.elm.example")
    assert await posts.views(post_ids, VISITOR) == []
    await block_domain(OPERATOR, "news.elm.example")
    await unblock_domain(OPERATOR, "elm.example")
    assert [post.id for post in await posts.views(post_ids, VISITOR)] == [post_ids[0]]


async def test_a_suspension_outlives_a_block_and_a_block_a_suspension(here: Ground) -> None:
    bo = await here.stranger("bo")
    await suspend_account(OPERATOR, bo.account_id, Why("abuse"))
    await block_domain(OPERATOR, "elm.example")
    await unblock_domain(OPERATOR, "elm.example")
    assert await count("accounts", "id = ? AND state = 'suspended'", bo.account_id) == 1
    await block_domain(OPERATOR, "elm.example")
    await restore_account(OPERATOR, bo.account_id)
    assert await count("accounts", "id = ? AND state = 'blocked'", bo.account_id) == 1
    await unblock_domain(OPERATOR, "elm.example")
    assert await count("accounts", "id = ? AND state = 'active'", bo.account_id) == 1


@pytest.mark.parametrize("domain", ["", "two words", "oak.example", "example"])
async def test_what_is_no_domain_or_our_own_cannot_be_blocked(here: Ground, domain: str) -> None:
    with pytest.raises(Invalid):
        await block_domain(OPERATOR, domain)


async def test_only_admins_block(here: Ground) -> None:
    with pytest.raises(Refused):
        await block_domain(await here.member("sam", "steward"), "elm.example")


async def test_blocking_twice_changes_only_the_note(here: Ground) -> None:
    for note in ("one", "two"):
        await block_domain(OPERATOR, "elm.example", note)
    assert [(each.domain, each.note) for each in await domains.blocked()] == [("elm.example", "two")]
    assert (await here.settle()).count("DomainBlocked") == 1
