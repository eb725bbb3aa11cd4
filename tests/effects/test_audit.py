"""What stewards and admins did is written down, once, so that a change to it shows."""

import asyncio

from server.actions.domains import block_domain, unblock_domain
from server.actions.instance import change
from server.actions.invites import create_invite, revoke_invite
from server.actions.moderation import remove_post
from server.actions.posts import delete_post
from server.actions.sanctions import restore_account, suspend_account
from server.ledger.audit import broken_at, enter
from server.rules.moderation import Why
from server.storage.sql import execute, rows
from tests.make import Ground


async def acts() -> list[tuple[str, int]]:
    return [(row["act"], row["by_id"]) for row in await rows("SELECT act, by_id FROM audit ORDER BY id")]


async def test_every_act_of_moderation_is_in_the_log_and_an_authors_own_deletion_is_not(here: Ground) -> None:
    amina, ada = await here.member("amina"), await here.member("ada", "admin")
    await execute("DELETE FROM audit")
    removed, taken_back = await here.say(amina), await here.say(amina)
    await remove_post(ada, removed, Why("abuse"))
    await delete_post(amina, removed)
    await delete_post(amina, taken_back)
    await suspend_account(ada, amina.account_id, Why("abuse"))
    await restore_account(ada, amina.account_id)
    await block_domain(ada, "elm.example")
    await unblock_domain(ada, "elm.example")
    await change(ada, title="New")
    await revoke_invite(ada, await create_invite(ada, role="steward"))
    await here.settle(times=2)
    names = [
        "DecisionMade",
        "DecisionMade",
        "AccountSuspended",
        "DecisionMade",
        "AccountRestored",
        "DomainBlocked",
        "DomainUnblocked",
        "InstanceChanged",
        "InviteChanged",
        "InviteChanged",
    ]
    assert await acts() == [(name, ada.account_id) for name in names]
    assert await broken_at() is None


async def test_entries_made_at_once_form_one_chain(here: Ground) -> None:
    await execute("DELETE FROM audit")
    await asyncio.gather(*(enter(job, at=job, by_id=1, act="Act", subject="", detail={"n": job}) for job in range(20)))
    assert len(await acts()) == 20
    assert await broken_at() is None


async def test_a_changed_or_missing_entry_shows(here: Ground) -> None:
    await execute("DELETE FROM audit")
    for job in range(4):
        await enter(job, at=job, by_id=1, act="Act", subject="x", detail={"n": job, "text": "é"})
    second = (await rows("SELECT id FROM audit ORDER BY id"))[1]["id"]
    await execute("UPDATE audit SET by_id = 2 WHERE id = ?", [second])
    assert await broken_at() == second
    await execute("UPDATE audit SET by_id = 1 WHERE id = ?", [second])
    assert await broken_at() is None
    await execute("DELETE FROM audit WHERE id = ?", [second])
    assert await broken_at() == second + 1
