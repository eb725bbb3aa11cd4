"""Likes of organisations elsewhere: with a mandate an endorsement, a bare one support."""

from typing import Any

import pytest

from server.actions.proposals import publish_proposal
from server.rules.drafts import ProposalDraft
from tests.elsewhere import HOME, Here, Stranger


async def proposal(here: Here) -> tuple[int, str]:
    proposal_id = await publish_proposal(await here.member("amina"), ProposalDraft("Two visits", (("seen", "Damp."),)))
    return proposal_id, f"{HOME}/proposals/{proposal_id}"


async def figures(here: Here, proposal_id: int) -> tuple[int, int]:
    """Endorsements and support."""
    found = await here.one("SELECT * FROM proposals WHERE post_id = ?", proposal_id)
    return found["endorsements_count"], found["support_here"] + found["support_civic"] + found["support_wider"]


def council(here: Here) -> Stranger:
    return here.stranger("council", type="Organization")


async def test_a_like_with_a_mandate_endorses_and_its_undo_takes_that_back(here: Here) -> None:
    proposal_id, uri = await proposal(here)
    who = council(here)
    like = who.does("Like", uri, **{"civic:mandate": "Board, 3 May", "civic:authorisedBy": "The chair"})
    for _ in range(2):
        await here.receive(who, like)
    assert await figures(here, proposal_id) == (1, 0)
    row = await here.one("SELECT mandate, authorised_by, spoken_by FROM endorsements")
    assert tuple(row.values()) == ("Board, 3 May", "The chair", None)
    await here.receive(who, who.does("Undo", like))
    assert await figures(here, proposal_id) == (0, 0)


@pytest.mark.parametrize("mandate", [None, "", "  ", 5, ["Board"], {"a": "b"}])
async def test_a_like_of_an_organisation_that_says_no_mandate_is_support(here: Here, mandate: Any) -> None:
    proposal_id, uri = await proposal(here)
    who = council(here)
    await here.receive(who, who.does("Like", uri, **{"civic:mandate": mandate}))
    assert await figures(here, proposal_id) == (0, 1)


@pytest.mark.parametrize("kind", ["Person", "Service", "Group"])
async def test_a_mandate_makes_nobody_else_an_organisation(here: Here, kind: str) -> None:
    proposal_id, uri = await proposal(here)
    who = here.stranger("bo", type=kind)
    await here.receive(who, who.does("Like", uri, **{"civic:mandate": "Me"}))
    assert await figures(here, proposal_id) == (0, 1)


async def test_a_very_long_mandate_is_cut_and_odd_letters_are_no_markup(here: Here) -> None:
    proposal_id, uri = await proposal(here)
    who = council(here)
    mandate = "<script>alert(1)</script>\x00" + "x" * 5_000
    await here.receive(who, who.does("Like", uri, **{"civic:mandate": mandate}))
    assert await figures(here, proposal_id) == (1, 0)
    row = await here.one("SELECT mandate, note_html FROM endorsements, steps WHERE kind = 'endorsed'")
    assert len(row["mandate"]) <= 500
    assert "\x00" not in row["mandate"]
    assert "<script" not in row["note_html"]
