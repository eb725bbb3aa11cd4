"""An account moves to another server and its followers go along: ours to elsewhere, and from elsewhere to us."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.actions.blocks import block
from server.actions.follows import follow
from server.actions.moving import add_alias, come_back, move_account, remove_alias
from server.rules.errors import Conflict, Invalid
from server.rules.permissions import Principal
from server.storage.sql import rows
from tests.world import Site, World, world

DAY = 24 * 3600


@pytest.fixture
async def three(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path, "oak", "ash", "elm") as all_of_them:
        yield all_of_them


async def found(site: Site, handle: str) -> int:
    """The account as its server has it now."""
    with site.use():
        account = await site.instance.elsewhere.find_account_anew(handle)
    assert account is not None
    return account.id


async def follows(site: Site, name: str) -> list[str]:
    """Whom somebody follows, as their own server knows it."""
    with site.use():
        they = await rows(
            "SELECT t.uri FROM follows f JOIN accounts t ON t.id = f.target_id JOIN accounts a ON a.id = f.account_id"
            " WHERE a.name = ? AND a.domain = '' AND f.state = 'accepted' ORDER BY t.uri",
            [name],
        )
    return [str(row["uri"]) for row in they]


async def letters(site: Site) -> list[str]:
    with site.use():
        they = await rows("SELECT content_html FROM posts WHERE visibility = 'direct' ORDER BY id")
    return [str(row["content_html"]) for row in they]


@pytest.fixture
async def amina(three: World) -> Principal:
    """Amina of oak, whom Bo of oak and Yusuf of ash follow; at elm she has an account too."""
    oak, ash, elm = three.instances
    amina, bo, yusuf = await oak.member("amina"), await oak.member("bo"), await ash.member("yusuf")
    await elm.member("amina")
    with oak.use():
        await follow(bo, amina.account_id)
    there = await found(ash, "@amina@oak.example")
    with ash.use():
        await follow(yusuf, there)
    await three.settle()
    return amina


async def named_at_elm(three: World) -> None:
    elm = three.sites["elm"]
    old = await found(elm, "@amina@oak.example")
    with elm.use():
        new = await rows("SELECT a.id, m.id AS member_id FROM accounts a JOIN members m ON m.account_id = a.id"
                         " WHERE a.name = 'amina' AND a.domain = ''")  # fmt: skip
        await add_alias(Principal("member", new[0]["id"], member_id=new[0]["member_id"]), old)
    await three.settle()


NEW, OLD = "https://elm.example/users/amina", "https://oak.example/users/amina"


async def test_followers_here_and_elsewhere_go_along_and_are_told(three: World, amina: Principal) -> None:
    oak, ash, _ = three.instances
    await named_at_elm(three)
    target = await found(oak, "@amina@elm.example")
    with oak.use():
        await move_account(amina, target)
    await three.settle()
    assert await follows(oak, "bo") == await follows(ash, "yusuf") == [NEW]
    assert any("amina has moved to @amina@elm.example" in letter for letter in await letters(oak))
    assert any("amina has moved to @amina@elm.example" in letter for letter in await letters(ash))
    old = await oak.json("/users/amina")
    assert (old["id"], old["movedTo"]) == (OLD, NEW)
    assert (await three.sites["elm"].json("/users/amina"))["alsoKnownAs"] == [OLD]
    page = await oak.get("/@amina", accept="text/html")
    assert "has moved to @amina@elm.example" in page.text
    api = await oak.json("/api/v1/accounts/lookup?acct=amina")
    assert api["moved"]["acct"] == "amina@elm.example"


async def test_nobody_moves_to_an_account_that_does_not_name_the_old_one(three: World, amina: Principal) -> None:
    oak = three.sites["oak"]
    target = await found(oak, "@amina@elm.example")
    with oak.use(), pytest.raises(Invalid, match="does not say yet"):
        await move_account(amina, target)
    await three.settle()
    assert await follows(oak, "bo") == [OLD]


async def test_a_move_is_once_in_seven_days_also_for_who_moves_from_elsewhere(three: World, amina: Principal) -> None:
    oak, ash, _ = three.instances
    await named_at_elm(three)
    target = await found(oak, "@amina@elm.example")
    with oak.use():
        await move_account(amina, target)
    await three.settle()
    with oak.use():
        await come_back(amina)
    await three.settle()
    assert "movedTo" not in await oak.json("/users/amina")
    with oak.use(), pytest.raises(Conflict, match="seven days"):
        await move_account(amina, target)
    two = await ash.member("amina")
    old = await found(ash, "@amina@oak.example")
    with ash.use():
        await add_alias(two, old)
        await follow(Principal("member", (await rows("SELECT id FROM accounts WHERE name = 'yusuf'"))[0]["id"]), old)
    await three.settle()
    with oak.use():  # as if oak did not keep to it
        await rows("UPDATE accounts SET moved_at = NULL WHERE name = 'amina' AND domain = '' RETURNING id")
    there = await found(oak, "@amina@ash.example")
    with oak.use():
        await move_account(amina, there)
    await three.settle()
    with ash.use():
        refused = await rows("SELECT reason FROM receipts WHERE state = 2")
    assert any("seven days" in str(row["reason"]) for row in refused)
    assert OLD in await follows(ash, "yusuf")


async def test_who_has_blocked_the_new_account_keeps_nothing_of_it(three: World, amina: Principal) -> None:
    oak, ash, _ = three.instances
    await named_at_elm(three)
    new = await found(ash, "@amina@elm.example")
    with ash.use():
        yusuf = (await rows("SELECT id FROM accounts WHERE name = 'yusuf'"))[0]["id"]
        await block(Principal("member", yusuf), new)
    target = await found(oak, "@amina@elm.example")
    with oak.use():
        await move_account(amina, target)
    await three.settle()
    assert NEW not in await follows(ash, "yusuf")


async def test_an_alias_can_be_taken_away_and_is_never_ones_own_account(three: World, amina: Principal) -> None:
    oak = three.sites["oak"]
    other = await found(oak, "@amina@elm.example")
    with oak.use():
        await add_alias(amina, other)
        await add_alias(amina, other)
        with pytest.raises(Invalid):
            await add_alias(amina, amina.account_id)
    assert (await oak.json("/users/amina"))["alsoKnownAs"] == [NEW]
    with oak.use():
        await remove_alias(amina, NEW)
        await remove_alias(amina, NEW)
    assert (await oak.json("/users/amina"))["alsoKnownAs"] == []


async def test_nobody_moves_on_from_an_account_that_has_moved_on(three: World, amina: Principal) -> None:
    oak = three.sites["oak"]
    await named_at_elm(three)
    with oak.use():
        bo = Principal("member", (await rows("SELECT id FROM accounts WHERE name = 'bo'"))[0]["id"])
    target = await found(oak, "@amina@elm.example")
    with oak.use():
        await move_account(amina, target)
    await three.settle()
    with oak.use(), pytest.raises(Invalid, match="moved on itself"):
        await move_account(bo, amina.account_id)
