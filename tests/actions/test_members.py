"""Members: names for good, invitations and links that work as often as they say, always an admin."""

import asyncio

import pytest

from server.actions.apps import issue_token, register_app
from server.actions.invites import create_invite, revoke_invite
from server.actions.members import (
    create_login_link,
    create_member,
    set_email,
    set_password,
    set_role,
    use_login_link,
)
from server.actions.sanctions import restore_account, suspend_account
from server.actions.sessions import open_session
from server.actions.topics import create_topic
from server.queries import members
from server.rules.errors import Conflict, Invalid, NotFound, Refused
from server.rules.ids import now_ms
from server.rules.moderation import Why
from server.rules.permissions import ANYONE, OPERATOR
from tests.make import Ground, count, key_pairs, one


async def test_twenty_people_with_an_invitation_for_one_make_one_member(here: Ground) -> None:
    code = await create_invite(OPERATOR, role="steward", uses=1)
    results = await asyncio.gather(
        *(create_member(OPERATOR, f"m{n}", keys=key_pairs(), invite_code=code) for n in range(20)),
        return_exceptions=True,
    )
    assert [type(result) for result in results].count(Conflict) == 19
    assert await count("members") == 1
    assert await count("members", "role = 'steward'") == 1
    assert await count("names_taken", "name_key LIKE 'm%'") == 1
    assert await members.invite(code) is None


async def test_an_invitation_is_not_spent_on_a_name_that_is_taken(here: Ground) -> None:
    await here.member("amina")
    code = await create_invite(OPERATOR, uses=1)
    with pytest.raises(Conflict):
        await create_member(OPERATOR, "amina", keys=key_pairs(), invite_code=code)
    await create_member(OPERATOR, "bryn", keys=key_pairs(), invite_code=code)


async def test_an_old_a_revoked_and_an_unknown_invitation_are_refused(here: Ground) -> None:
    old, revoked = await create_invite(OPERATOR, expires_at=now_ms() - 1), await create_invite(OPERATOR)
    await revoke_invite(OPERATOR, revoked)
    for number, code in enumerate((old, revoked, "never-made")):
        with pytest.raises(Conflict):
            await create_member(OPERATOR, f"m{number}", keys=key_pairs(), invite_code=code)


async def test_a_name_is_never_given_out_twice_be_it_a_person_an_organisation_or_a_topic(here: Ground) -> None:
    await here.member("amina")
    await here.topic("repairs", "Repairs")
    for taken in ("amina", "oak", "repairs"):
        with pytest.raises(Conflict):
            await create_member(OPERATOR, taken, keys=key_pairs())
    for taken in ("amina", "oak", "repairs"):
        with pytest.raises(Conflict):
            await create_topic(OPERATOR, taken, "Again", keys=key_pairs())


async def test_twenty_people_who_want_one_name_at_once_make_one_member(here: Ground) -> None:
    results = await asyncio.gather(
        *(create_member(OPERATOR, "amina", keys=key_pairs()) for _ in range(20)), return_exceptions=True
    )
    assert [type(result) for result in results].count(Conflict) == 19
    assert await count("accounts", "name = 'amina'") == 1


async def test_a_login_link_works_once(here: Ground) -> None:
    amina = await here.member("amina")
    token = await create_login_link(OPERATOR, "@Amina")
    results = await asyncio.gather(*(use_login_link(OPERATOR, token) for _ in range(10)), return_exceptions=True)
    assert [result for result in results if not isinstance(result, Conflict)] == [amina.member_id]
    assert await count("login_links", "token_hash = ?", token) == 0
    with pytest.raises(NotFound):
        await create_login_link(OPERATOR, "nobody")
    with pytest.raises(Refused):
        await create_login_link(amina, "amina")


async def test_the_last_admin_stays_one(here: Ground) -> None:
    amina = await here.member("amina", "admin")
    with pytest.raises(Refused):
        await set_role(amina, amina.member_id, "member")
    bryn = await here.member("bryn", "admin")
    results = await asyncio.gather(
        set_role(amina, amina.member_id, "member"), set_role(bryn, bryn.member_id, "member"), return_exceptions=True
    )
    assert [type(result) for result in results].count(Refused) == 1
    assert await count("members", "role = 'admin'") == 1


async def test_a_suspended_admin_does_not_count_as_one(here: Ground) -> None:
    amina, bryn = await here.member("amina", "admin"), await here.member("bryn", "admin")
    await suspend_account(amina, bryn.account_id, Why("abuse"))
    with pytest.raises(Refused):
        await set_role(amina, amina.member_id, "steward")


async def test_a_role_is_for_admins_to_give(here: Ground) -> None:
    amina, sam = await here.member("amina"), await here.member("sam", "steward")
    for by in (amina, sam):
        with pytest.raises(Refused):
            await set_role(by, by.member_id, "admin")
        with pytest.raises(Refused):
            await create_invite(by)
    await set_role(OPERATOR, amina.member_id, "guardian")
    assert await count("memberships", "account_id = ? AND role = 'guardian'", amina.account_id) == 1


async def test_a_new_password_ends_every_other_session_and_takes_the_apps_tokens(here: Ground) -> None:
    amina = await here.member("amina")
    for _ in range(2):
        await open_session(amina, "browser")
    kept = (await one("SELECT token_hash FROM sessions LIMIT 1"))["token_hash"]
    app = await register_app(ANYONE, "App", "", ["urn:ietf:wg:oauth:2.0:oob"], "read")
    await issue_token(ANYONE, app, amina.member_id, "read")
    await set_password(amina, amina.member_id, "hash", keep_session=kept)
    assert (await one("SELECT token_hash FROM sessions"))["token_hash"] == kept
    assert await count("tokens") == 0


async def test_suspending_ends_sessions_tokens_links_and_streams_and_restoring_lets_them_sign_in(here: Ground) -> None:
    amina, sam = await here.member("amina"), await here.member("sam", "steward")
    await open_session(amina, "browser")
    app = await register_app(ANYONE, "App", "", ["urn:ietf:wg:oauth:2.0:oob"], "read")
    await issue_token(ANYONE, app, amina.member_id, "read")
    token = await create_login_link(OPERATOR, "amina")
    await here.settle()
    async with here.hub.subscribe([f"account:{amina.account_id}"]) as messages:
        await asyncio.gather(
            *(suspend_account(sam, amina.account_id, Why("abuse")) for _ in range(5)), return_exceptions=True
        )
        assert (await here.settle()).count("AccountSuspended") == 1
        assert (await asyncio.wait_for(messages.next(), 1)).event == "closed"
    assert await count("sessions") == await count("tokens") == 0
    with pytest.raises(Conflict):
        await use_login_link(OPERATOR, token)
    found = await members.by_id(amina.member_id)
    assert found is not None
    assert members.principal(found).suspended
    await restore_account(sam, amina.account_id)
    with pytest.raises(Conflict):
        await restore_account(sam, amina.account_id)
    assert (await here.settle()).count("AccountRestored") == 1
    found = await members.by_id(amina.member_id)
    assert found is not None
    assert not members.principal(found).suspended


async def test_stewards_suspend_members_and_not_admins_or_themselves(here: Ground) -> None:
    amina, sam, ada = await here.member("amina"), await here.member("sam", "steward"), await here.member("ada", "admin")
    for by, whom in ((amina, sam), (sam, sam), (sam, ada)):
        with pytest.raises(Refused):
            await suspend_account(by, whom.account_id, Why("abuse"))
    assert await count("accounts", "state <> 'active'") == 0


async def test_an_email_address_belongs_to_one_member(here: Ground) -> None:
    amina = await here.member("amina", email="Amina@Example.org")
    bryn = await here.member("bryn")
    assert (await members.login("amina@example.org")) is not None
    with pytest.raises(Conflict):
        await set_email(bryn, bryn.member_id, "amina@example.org")
    with pytest.raises(Invalid):
        await set_email(bryn, bryn.member_id, "nothing")
    with pytest.raises(Refused):
        await set_email(bryn, amina.member_id, "b@example.org")
