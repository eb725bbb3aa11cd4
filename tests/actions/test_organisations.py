"""Groups: who makes one, who speaks for it, who belongs to it, and that both sides must say so."""

import asyncio

import pytest

from server.actions.invites import create_invite, revoke_invite
from server.actions.members import create_member, set_role
from server.actions.memberships import claim_membership, confirm_membership, end_membership, take_up_invite
from server.actions.organisations import OrganisationDraft, change_organisation, create_organisation, speaking_for
from server.actions.posts import publish_post
from server.queries import accounts, members, organisations
from server.rules.drafts import PostDraft
from server.rules.errors import Conflict, Invalid, NotFound, Refused
from server.rules.permissions import OPERATOR, Principal
from tests.make import Ground, count, key_pairs, one

GROUP = OrganisationDraft("Canal Row", "group", "We meet on Tuesdays.", "By a show of hands.")


async def group(by: Principal, name: str = "canal_row") -> int:
    return await create_organisation(by, name, GROUP, keys=key_pairs())


async def belongs(person: Principal, group_id: int, steward: Principal, role: str = "member") -> None:
    await claim_membership(person, group_id)
    await confirm_membership(steward, group_id, person.account_id, role)


async def test_stewards_make_groups_and_look_after_what_they_made(here: Ground) -> None:
    amina, sten = await here.member("amina"), await here.member("sten", "steward")
    for nobody in (amina, await here.stranger("cem")):
        with pytest.raises(Refused):
            await group(nobody)
    group_id = await group(sten)
    assert await organisations.role_in(group_id, sten.account_id) == "steward"
    account = await accounts.by_id(group_id)
    assert account is not None
    assert account.uri == "https://oak.example/organisations/canal_row"
    with pytest.raises(Conflict):
        await group(sten, "amina")
    with pytest.raises(Invalid):
        await create_organisation(sten, "other", OrganisationDraft("Other", "party"), keys=key_pairs())
    assert await count("accounts", "kind = 'organisation'") == 2


@pytest.mark.parametrize(
    ("who", "speaks", "looks_after"),
    [
        ("its steward", True, True),
        ("its member", False, False),
        ("who says so alone", False, False),
        ("whom it names alone", False, False),
        ("a steward here", False, False),
        ("an admin here", False, True),
        ("nobody in particular", False, False),
        ("somebody elsewhere", False, False),
    ],
)
async def test_who_may_speak_for_a_group_and_who_looks_after_it(
    here: Ground, who: str, speaks: bool, looks_after: bool
) -> None:
    sten = await here.member("sten", "steward")
    group_id = await group(sten)
    people = {
        "its steward": sten,
        "its member": await here.member("mo"),
        "who says so alone": await here.member("clara"),
        "whom it names alone": await here.member("nora"),
        "a steward here": await here.member("sue", "steward"),
        "an admin here": await here.member("adam", "admin"),
        "nobody in particular": await here.member("bryn"),
        "somebody elsewhere": await here.stranger("cem"),
    }
    await belongs(people["its member"], group_id, sten)
    await claim_membership(people["who says so alone"], group_id)
    await confirm_membership(sten, group_id, people["whom it names alone"].account_id, "steward")
    by = people[who]
    if speaks:
        assert (await speaking_for(by, group_id)).account_id == group_id
    else:
        with pytest.raises(Refused):
            await speaking_for(by, group_id)
    if looks_after:
        await change_organisation(by, group_id, OrganisationDraft("Canal Row Tenants", mandate="By a vote."))
        await create_invite(by, organisation_id=group_id)
    else:
        with pytest.raises(Refused):
            await change_organisation(by, group_id, OrganisationDraft("Mine now"))
        with pytest.raises(Refused):
            await create_invite(by, organisation_id=group_id)
        with pytest.raises(Refused):
            await confirm_membership(by, group_id, by.account_id, "steward")
    account = await accounts.by_id(group_id)
    assert account is not None
    assert account.shown_name == ("Canal Row Tenants" if looks_after else "Canal Row")
    assert await count("invites") == int(looks_after)


async def test_the_stewards_of_this_instance_speak_for_the_organisation_that_runs_it(here: Ground) -> None:
    oak = await organisations.running()
    sten, amina = await here.member("sten", "steward"), await here.member("amina")
    assert (await speaking_for(sten, oak)).spoken_by == sten.account_id
    with pytest.raises(Refused):
        await speaking_for(amina, oak)
    with pytest.raises(Conflict):
        await confirm_membership(await here.member("adam", "admin"), oak, amina.account_id, "steward")


async def test_what_is_said_in_its_name_stands_under_its_account_and_is_known_to_its_stewards(here: Ground) -> None:
    amina, sten = await here.member("amina"), await here.member("sten", "steward")
    proposal_id = await here.propose(amina)
    group_id = await group(sten)
    by = await speaking_for(sten, group_id)
    comment_id = await publish_post(by, PostDraft(source="So do we.", in_reply_to_id=proposal_id))
    raised_id = await here.propose(by, "No bus after six")
    comment = await here.post(comment_id)
    assert (comment.account.id, comment.byline.name) == (group_id, "Canal Row")
    assert (await here.post(raised_id)).account.id == group_id
    spoken = await organisations.spoken_for(group_id)
    assert [(each.post_id, each.account.id) for each in spoken] == [
        *((raised_id, sten.account_id), (comment_id, sten.account_id))
    ]
    await here.settle()
    assert "sten" not in str(await here.sent())


async def test_answers_to_a_group_reach_those_who_look_after_it(here: Ground) -> None:
    amina, sten = await here.member("amina"), await here.member("sten", "steward")
    proposal_id = await here.propose(await speaking_for(sten, await group(sten)), "No bus after six")
    await here.forget()
    await here.say(amina, "The 5.40 is always full.", in_reply_to_id=proposal_id)
    await here.settle()
    assert await here.told(sten) == ["mention"]


async def test_a_membership_shows_once_both_sides_say_so(here: Ground) -> None:
    sten, amina = await here.member("sten", "steward"), await here.member("amina")
    group_id = await group(sten)
    uri = "https://oak.example/organisations/canal_row"
    assert uri not in await organisations.uris_of(amina.account_id)
    await claim_membership(amina, group_id)
    assert uri in await organisations.uris_of(amina.account_id)
    assert [each.verified for each in await organisations.members_of(group_id)] == [True, False]
    await confirm_membership(sten, group_id, amina.account_id)
    assert [each.verified for each in await organisations.members_of(group_id)] == [True, True]
    await end_membership(amina, group_id, amina.account_id)
    assert await organisations.role_in(group_id, amina.account_id) == ""
    with pytest.raises(Refused):
        await end_membership(amina, group_id, sten.account_id)


async def test_a_group_keeps_its_last_steward(here: Ground) -> None:
    sten, amina = await here.member("sten", "steward"), await here.member("amina")
    group_id = await group(sten)
    with pytest.raises(Refused):
        await end_membership(sten, group_id, sten.account_id)
    await belongs(amina, group_id, sten, "steward")
    results = await asyncio.gather(
        end_membership(sten, group_id, sten.account_id),
        end_membership(amina, group_id, amina.account_id),
        return_exceptions=True,
    )
    assert [type(result) for result in results].count(Refused) == 1
    assert len(await organisations.stewards_of(group_id)) == 1


async def test_a_role_in_one_organisation_is_none_in_another(here: Ground) -> None:
    sten, amina = await here.member("sten", "steward"), await here.member("amina")
    group_id = await group(sten)
    await belongs(amina, group_id, sten)
    await set_role(OPERATOR, amina.member_id, "steward")
    assert await organisations.role_in(group_id, amina.account_id) == "member"
    assert await organisations.role_in(await organisations.running(), amina.account_id) == "steward"


async def test_a_link_into_a_group_needs_no_email_and_makes_nobody_a_steward_here(here: Ground) -> None:
    sten = await here.member("sten", "steward")
    group_id = await group(sten)
    code = await create_invite(sten, organisation_id=group_id, role="steward", uses=2)
    newcomer = await members.by_id(await create_member(OPERATOR, "nia", keys=key_pairs(), invite_code=code))
    assert newcomer is not None
    assert (newcomer.role, newcomer.email) == ("member", "")
    assert await organisations.role_in(group_id, newcomer.account.id) == "steward"
    assert await organisations.role_in(await organisations.running(), newcomer.account.id) == "member"
    amina = await here.member("amina")
    assert await take_up_invite(amina, code) == group_id
    assert await organisations.role_in(group_id, amina.account_id) == "steward"
    with pytest.raises(Conflict):
        await take_up_invite(await here.member("late"), code)
    with pytest.raises(Conflict):
        await take_up_invite(amina, code)


async def test_an_invitation_to_the_instance_is_none_into_a_group(here: Ground) -> None:
    sten = await here.member("sten", "steward")
    with pytest.raises(Refused):
        await create_invite(sten)
    code = await create_invite(OPERATOR)
    with pytest.raises(NotFound):
        await take_up_invite(sten, code)
    with pytest.raises(Refused):
        await revoke_invite(sten, code)
    with pytest.raises(Invalid):
        await create_invite(sten, organisation_id=await group(sten), role="admin")
    assert (await one("SELECT used FROM invites"))["used"] == 0
