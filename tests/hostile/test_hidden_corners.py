"""Where somebody whom a speaking mode hides could still be named: by stewards' tools, by an organisation they speak
for, by what is inside a file. See test_hidden_names.py for everything else."""

import pytest

from server.actions import moderation
from server.actions.appeals import file_appeal
from server.actions.organisations import OrganisationDraft, create_organisation, speaking_for
from server.actions.posts import edit_post, publish_post
from server.actions.proposals import publish_proposal
from server.queries import posts
from server.rules.accounts import Mode
from server.rules.drafts import PostDraft, ProposalDraft
from server.rules.errors import Invalid
from server.rules.moderation import Why
from server.storage.sql import execute, rows
from tests.hostile.ground import House, Person
from tests.hostile.test_hidden_names import SECTIONS, gives_away, hidden_member, voice_of
from tests.make import key_pairs


async def test_no_steward_learns_from_a_decision_or_an_appeal_who_is_behind_a_post(oak: House, rosa: Person) -> None:
    steward, admin = await oak.join("tom", "steward"), await oak.join("joyce", "admin")
    hidden = await hidden_member(oak)
    await oak.work()
    with oak.use():
        await execute("DELETE FROM jobs", [])
        post_id = await publish_post(hidden.by, PostDraft(source="Mould", mode="confidential"))
        await moderation.remove_post(steward.by, post_id, Why("abuse", "Nobody should be called that"))
        (decision,) = await rows("SELECT id FROM decisions WHERE act = 'remove'")
    await oak.work()
    page = (await steward.browser.get(f"/moderation/accounts/{hidden.by.account_id}")).text
    assert "Nobody should be called that" not in page
    theirs = (await hidden.browser.get("/moderation/yours")).text
    assert "Nobody should be called that" in theirs, "its author reads it, and may disagree"
    with oak.use():
        await file_appeal(hidden.by, decision["id"], "I did not")
        told = [str(tuple(row.values())) for row in await rows("SELECT * FROM jobs WHERE kind = 'AppealFiled'")]
    assert told
    assert [each for each in told if gives_away(each, hidden)] == []
    await oak.work()
    for who, path in ((admin, "/moderation/audit"), (steward, "/moderation"), (admin, "/admin")):
        assert not gives_away((await who.browser.get(path)).text, hidden), path
    with oak.use():
        kept = [str(tuple(row.values())) for row in await rows("SELECT * FROM audit")]
        assert [each for each in kept if gives_away(each, hidden)] == []


@pytest.mark.parametrize("mode", ["confidential", "anonymous"])
async def test_who_may_speak_for_an_organisation_is_not_noted_where_nobody_is_named(
    oak: House, rosa: Person, mode: Mode
) -> None:
    admin, hidden = await oak.join("joyce", "admin"), await hidden_member(oak)
    with oak.use():
        group = await create_organisation(admin.by, "herons", OrganisationDraft("Herons"), keys=key_pairs())
        await execute(
            "INSERT INTO memberships (id, account_id, organisation_id, role, claimed, confirmed, since)"
            " VALUES (1, ?, ?, 'steward', ?, ?, 1)",
            [hidden.by.account_id, group, True, True],
        )
        by = await speaking_for(hidden.by, group)
        proposal_id = await publish_proposal(by, ProposalDraft("Mould at home", SECTIONS, mode=mode))
        comment_id = await publish_post(by, PostDraft(source="More", in_reply_to_id=proposal_id, mode=mode))
        assert await rows("SELECT * FROM spoken") == []
        behind = await rows("SELECT account_id FROM authorships")
        assert [row["account_id"] for row in behind] == ([hidden.by.account_id] * 2 if mode == "confidential" else [])
        kept = [str(tuple(row.values())) for row in await rows("SELECT * FROM steps")]
        assert [each for each in kept if gives_away(each, hidden)] == []
        if mode == "confidential":
            await edit_post(hidden.by, comment_id, PostDraft(source="Even more"))
            found = await posts.by_id(comment_id)
            assert found is not None
            assert "Even more" in found.content_html


@pytest.mark.parametrize(("kind", "taken"), [("application/pdf", False), ("text/plain", True)])
async def test_a_document_that_may_name_its_author_is_not_taken_without_a_name(
    oak: House, kind: str, taken: bool
) -> None:
    hidden, voice = await hidden_member(oak), await voice_of(oak)
    with oak.use():
        await execute(
            "INSERT INTO media (id, account_id, kind, media_type, path, created_at)"
            " VALUES (1, ?, 'document', ?, 'a.pdf', 0)",
            [hidden.by.account_id, kind],
        )
        draft = PostDraft(source="Mould", mode="confidential", media_ids=(1,))
        if not taken:
            with pytest.raises(Invalid, match="hold your name"):
                await publish_post(hidden.by, draft)
            post_id = await publish_post(hidden.by, PostDraft(source="Mould", mode="confidential"))
            with pytest.raises(Invalid, match="hold your name"):
                await edit_post(hidden.by, post_id, PostDraft(source="Mould", media_ids=(1,)))
            assert await publish_post(hidden.by, PostDraft(source="Mould", media_ids=(1,)))
        else:
            await publish_post(hidden.by, draft)
            (kept,) = await rows("SELECT account_id FROM media")
            assert kept["account_id"] == voice.account_id
