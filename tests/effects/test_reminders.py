"""Letters that ask for something or say quietly that something concerns one: each is written once, to them alone."""

from typing import Any

import pytest

from server.actions.asks import OwnerDraft, keep_owner
from server.actions.lifecycle import move_proposal
from server.actions.memberships import claim_membership, confirm_membership
from server.actions.moderation import release_post
from server.actions.organisations import OrganisationDraft, create_organisation
from server.actions.policies import keep_policy, name_policy
from server.queries.notifications import between
from server.rules.ids import now_ms
from server.rules.lifecycle import Wanted
from server.rules.permissions import OPERATOR, Principal
from server.rules.policies import PolicyDraft
from server.storage.sql import execute, rows
from server.views.viewer import Viewer
from tests.jobs.test_reminders import letters_to
from tests.make import Ground, count, key_pairs


async def voiced(here: Ground) -> None:
    """The account that speaks for those who do not use their name."""
    from server.actions.voices import ensure_voice

    async def keys() -> Any:
        return key_pairs()

    await ensure_voice(OPERATOR, keys)


async def test_whoever_owns_a_rule_hears_quietly_that_a_proposal_names_it(here: Ground) -> None:
    amina, cem = await here.member("amina"), await here.stranger("cem")
    await keep_owner(OPERATOR, OwnerDraft("The council", cem.account_id))
    owned = await keep_policy(OPERATOR, PolicyDraft("Repairs contract", owner_name="The council"))
    nobodys = await name_policy(amina, "Rent rule")
    proposal = await here.propose(amina, policy_ids=(owned, nobodys))
    await here.settle(2)
    (letter,) = await letters_to(cem)
    assert "Repairs contract" in letter
    assert f"https://oak.example/proposals/{proposal}" in letter
    assert "no clock runs" in letter
    assert await count("asks") == 0
    await here.propose(amina, "Another", policy_ids=(nobodys,))
    await here.settle()
    assert len(await letters_to(cem)) == 1


async def test_a_proposal_that_is_held_tells_the_owner_when_it_is_released(here: Ground) -> None:
    amina, cem, sten = await here.member("amina"), await here.stranger("cem"), await here.member("sten", role="steward")
    await keep_owner(OPERATOR, OwnerDraft("The council", cem.account_id))
    owned = await keep_policy(OPERATOR, PolicyDraft("Repairs contract", owner_name="The council"))
    proposal = await here.propose(amina, policy_ids=(owned,), hold="details")
    await here.settle()
    assert await letters_to(cem) == []
    await release_post(sten, proposal)
    await here.settle()
    assert len(await letters_to(cem)) == 1


async def test_who_looks_after_a_group_hears_who_wishes_to_belong_and_the_other_way_round(here: Ground) -> None:
    ada, bo = await here.member("ada", role="steward"), await here.member("bo")
    group = await create_organisation(ada, "row", OrganisationDraft("The Row"), keys=key_pairs())
    await here.settle()
    await claim_membership(bo, group)
    await here.settle(2)
    (letter,) = await letters_to(ada)
    assert "bo says that they belong to The Row" in letter
    assert "/organisations/row/settings" in letter
    await confirm_membership(ada, group, bo.account_id)
    await here.settle(2)
    assert await letters_to(bo) == []  # who said so first need not be asked
    cy = await here.member("cy")
    await confirm_membership(ada, group, cy.account_id)
    await here.settle(2)
    (letter,) = await letters_to(cy)
    assert "The Row says that you belong to it" in letter


async def test_who_speaks_without_their_name_is_told_what_becomes_of_it(here: Ground) -> None:
    await voiced(here)
    amina, bo, sten = await here.member("amina"), await here.member("bo"), await here.member("sten", role="steward")
    proposal = await here.propose(amina, mode="confidential")
    await here.say(bo, "I see it too.", in_reply_to_id=proposal, mode="confidential", hold="details")
    await here.forget()
    await move_proposal(sten, proposal, "agree", Wanted("Agreed.", waived=True))
    await here.settle()
    for hidden in (amina, bo):
        assert await here.told(hidden) == ["update"]
        (told,) = await between(Viewer(hidden.account_id), 0, now_ms() + 1000, 5)
        assert told.step is not None
        assert told.step.kind == "agreed"
    told_of = await rows("SELECT from_account_id FROM notifications")
    assert {row["from_account_id"] for row in told_of}.isdisjoint({amina.account_id, bo.account_id})


@pytest.mark.parametrize("from_elsewhere", [True, False])
async def test_what_is_written_to_the_voice_alone_does_not_vanish_in_silence(
    here: Ground, from_elsewhere: bool
) -> None:
    await voiced(here)
    amina = await here.member("amina")
    writer: Principal = await here.stranger("cem") if from_elsewhere else await here.member("bo")
    comment = await here.say(amina, "We were told not to.", mode="confidential")
    await here.say(writer, "Who are you?", in_reply_to_id=comment, visibility="direct")
    await here.settle(2)
    (letter,) = await letters_to(writer)
    assert "It reached nobody" in letter
    assert f"/posts/{comment}" in letter
    await here.say(writer, "Thank you.", in_reply_to_id=comment)
    await here.settle()
    assert len(await letters_to(writer)) == 1


async def test_a_held_item_reminds_stewards_after_a_working_day_and_tells_its_author_at_once(here: Ground) -> None:
    from server.jobs.schedule import held_too_long

    amina, sten = await here.member("amina"), await here.member("sten", role="steward")
    held = await here.say(amina, "Her name is known.", hold="details")
    await here.settle()
    (letter,) = await letters_to(amina)
    assert "usually within 1 working day" in letter
    assert "It may say who somebody is" in letter
    (waiting,) = await rows("SELECT run_at FROM jobs WHERE kind = 'held_too_long'")
    assert 86_300_000 <= waiting["run_at"] - now_ms() <= 4 * 86_400_000
    assert await letters_to(sten) == []
    await execute("DELETE FROM jobs WHERE kind = 'held_too_long'")  # as the lane does when it is done
    await held_too_long(held)
    await here.settle(2)
    (letter,) = await letters_to(sten)
    assert "longer than 1 working day" in letter
    (told,) = await between(Viewer(sten.account_id), 0, now_ms() + 1000, 5)
    assert told.about == "moderation"  # so it is mailed at once where there is a mail server
