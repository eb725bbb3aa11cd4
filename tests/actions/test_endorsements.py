"""Endorsements: only organisations, each once, with the mandate; beside support, never in it."""

import asyncio

import pytest

from server.actions.endorsements import EndorsementDraft, endorse, withdraw_endorsement
from server.actions.lifecycle import move_proposal
from server.actions.likes import like_post
from server.actions.organisations import OrganisationDraft, create_organisation, speaking_for
from server.queries.endorsements import of_organisation, of_proposal
from server.queries.proposals import steps_of
from server.rules.errors import Conflict, Invalid, Refused
from server.rules.lifecycle import Wanted
from server.rules.permissions import OPERATOR, Principal
from tests.make import Ground, count, key_pairs, kinds, one

MEETING = EndorsementDraft("Decided by 14 of 16 at the open meeting of 3 May.", "Joyce Patterson, chair")


async def group(here: Ground, by: Principal, name: str = "canal_row") -> Principal:
    """A member in the name of a new group."""
    group_id = await create_organisation(by, name, OrganisationDraft("Canal Row"), keys=key_pairs())
    return await speaking_for(by, group_id)


async def numbers(proposal_id: int) -> tuple[int, ...]:
    found = await one(
        "SELECT endorsements_count, support_here, support_civic, support_wider FROM proposals WHERE post_id = ?",
        proposal_id,
    )
    return tuple(found.values())


async def test_an_organisation_endorses_with_its_mandate_and_supports_nothing(here: Ground) -> None:
    amina, sten = await here.member("amina"), await here.member("sten", "steward")
    proposal_id = await here.propose(amina)
    canal_row = await group(here, sten)
    endorsement_id = await endorse(canal_row, proposal_id, MEETING)
    assert await endorse(canal_row, proposal_id, MEETING) == endorsement_id
    assert await numbers(proposal_id) == (1, 0, 0, 0)
    (found,) = await of_proposal(proposal_id)
    assert (found.organisation.shown_name, found.mandate, found.authorised_by, found.version) == (
        *("Canal Row", MEETING.mandate, MEETING.authorised_by, 1),
    )
    assert [each.proposal_id for each in await of_organisation(canal_row.account_id)] == [proposal_id]
    step = (await steps_of(proposal_id))[-1]
    assert (step.kind, step.name) == ("endorsed", "Canal Row")
    assert "open meeting" in step.note_html
    spoken = await one("SELECT spoken_by FROM endorsements WHERE id = ?", endorsement_id)
    assert spoken["spoken_by"] == sten.account_id
    await move_proposal(sten, proposal_id, "agree", Wanted("One organisation backs it.", waived=True))


async def test_people_do_not_endorse_and_nobody_does_without_a_mandate(here: Ground) -> None:
    amina, sten = await here.member("amina"), await here.member("sten", "steward")
    cem = await here.stranger("cem")
    proposal_id = await here.propose(amina)
    for nobody in (amina, sten, cem):
        with pytest.raises(Refused):
            await endorse(nobody, proposal_id, MEETING)
    canal_row = await group(here, sten)
    for mandate in ("  ", "x" * 501):
        with pytest.raises(Invalid):
            await endorse(canal_row, proposal_id, EndorsementDraft(mandate))
    assert await count("endorsements") == 0


async def test_an_account_of_an_organisation_without_a_person_who_speaks_does_not_endorse(here: Ground) -> None:
    proposal_id = await here.propose(await here.member("amina"))
    group_id = await create_organisation(OPERATOR, "canal_row", OrganisationDraft("Canal Row"), keys=key_pairs())
    with pytest.raises(Refused):
        await endorse(Principal("member", group_id), proposal_id, MEETING)


async def test_it_is_taken_back_and_can_be_given_anew(here: Ground) -> None:
    amina, sten = await here.member("amina"), await here.member("sten", "steward")
    proposal_id = await here.propose(amina)
    canal_row = await group(here, sten)
    await endorse(canal_row, proposal_id, MEETING)
    with pytest.raises(Conflict):
        await endorse(canal_row, proposal_id, EndorsementDraft("By another vote."))
    await asyncio.gather(*(withdraw_endorsement(canal_row, proposal_id) for _ in range(3)))
    assert await numbers(proposal_id) == (0, 0, 0, 0)
    await endorse(canal_row, proposal_id, EndorsementDraft("By another vote."))
    assert [step.kind for step in await steps_of(proposal_id)] == [
        *("raised", "endorsed", "endorsement_withdrawn", "endorsed")
    ]


async def test_two_who_speak_for_it_at_once_endorse_once(here: Ground) -> None:
    amina, sten = await here.member("amina"), await here.member("sten", "steward")
    proposal_id = await here.propose(amina)
    canal_row = await group(here, sten)
    made = await asyncio.gather(*(endorse(canal_row, proposal_id, MEETING) for _ in range(4)))
    assert len(set(made)) == 1
    assert await numbers(proposal_id) == (1, 0, 0, 0)
    assert await count("steps", "kind = 'endorsed'") == 1


async def test_an_organisation_elsewhere_endorses_and_its_bare_like_is_support(here: Ground) -> None:
    proposal_id = await here.propose(await here.member("amina"))
    council = await here.stranger("council", kind="organisation", civic=True)
    await like_post(council, proposal_id, "https://elm.example/likes/1")
    assert await numbers(proposal_id) == (0, 0, 1, 0)
    await endorse(council, proposal_id, EndorsementDraft("Board, 3 May", uri="https://elm.example/likes/2"))
    await endorse(council, proposal_id, EndorsementDraft("Again", uri="https://elm.example/likes/3"))
    assert await numbers(proposal_id) == (1, 0, 1, 0)


async def test_what_is_closed_or_withdrawn_is_not_endorsed(here: Ground) -> None:
    amina, sten = await here.member("amina"), await here.member("sten", "steward")
    proposal_id = await here.propose(amina)
    canal_row = await group(here, sten)
    await move_proposal(amina, proposal_id, "withdraw")
    with pytest.raises(Conflict):
        await endorse(canal_row, proposal_id, MEETING)


async def test_it_travels_as_a_like_with_the_mandate_and_names_no_person(here: Ground) -> None:
    topic = await here.topic()
    await here.chapter(topic, "ash.example")
    sten, elm = await here.member("sten", "steward"), await here.stranger("bo")
    canal_row = await group(here, sten)
    proposal_id = await here.propose(elm, topic_id=topic)
    await here.forget()
    await endorse(canal_row, proposal_id, MEETING)
    await here.settle()
    sent = await here.sent()
    assert kinds(sent) == {"https://elm.example/inbox": ["Like"], "https://ash.example/inbox": ["Announce(Like)"]}
    like = sent["https://elm.example/inbox"][0]
    assert like["actor"] == "https://oak.example/organisations/canal_row"
    assert like["civic:mandate"] == MEETING.mandate
    assert like["civic:authorisedBy"] == MEETING.authorised_by
    assert like["proof"]["verificationMethod"].startswith(like["actor"])
    assert "sten" not in str(sent)
    await here.forget()
    await withdraw_endorsement(canal_row, proposal_id)
    await here.settle()
    assert kinds(await here.sent()) == {
        "https://elm.example/inbox": ["Undo(Like)"],
        "https://ash.example/inbox": ["Announce(Undo)"],
    }
