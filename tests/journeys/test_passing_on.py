"""What people do whose servers have no chapter reaches every chapter: through the one of the proposal's home, once."""

from typing import Any

import httpx

from federation.signatures import cavage
from federation.values import PUBLIC, dumps
from server.storage.sql import rows
from tests.elsewhere import ACTIVITY_JSON, Elsewhere, Stranger
from tests.journeys.test_a_proposal_travels import raise_proposal, seen_at
from tests.world import World


class Toot:
    """A server of the wider network with one person, mo, who makes no proofs."""

    def __init__(self, world: World) -> None:
        self.world, self.at = world, Elsewhere()
        self.mo = Stranger("https://toot.example/users/mo", "mo", "toot.example", 1, more={"assertionMethod": []})
        self.at.at[self.mo.uri] = self.mo.document()
        self.at.at["acct:mo@toot.example"] = self.mo.webfinger()
        world.wire.apps["toot.example"] = self.at  # type: ignore[assignment]  # it answers like any other

    async def tell(self, activity: dict[str, Any]) -> None:
        """Deliver to oak alone, and let everything come to rest."""
        body, url = dumps(activity), "https://oak.example/inbox"
        headers = cavage.sign(
            "POST", url, body, content_type=ACTIVITY_JSON, signer=self.mo.signer, now=self.world.clock()
        )
        async with httpx.AsyncClient(transport=self.world.wire) as client:
            answer = await client.post(url, content=body, headers={"content-type": ACTIVITY_JSON, **headers})
        assert answer.status_code == 202, answer.text
        await self.world.settle()


async def test_an_edit_a_deletion_and_support_from_a_server_without_a_chapter_reach_every_chapter(three: World) -> None:
    oak, ash, elm = three.instances
    toot = Toot(three)
    mo, documents = toot.mo, toot.at.at
    amina = await oak.member("amina")
    uri = f"https://oak.example/proposals/{await raise_proposal(oak, amina)}"
    await three.settle()

    note = mo.note("1", "<p>Us too</p>", inReplyTo=uri, to=[PUBLIC], cc=["https://oak.example/users/amina"])
    documents[note["id"]] = note
    await toot.tell(mo.create(note))
    documents[note["id"]] = {**note, "content": "<p>Us as well</p>", "updated": "2026-11-20T12:00:00Z"}
    await toot.tell({**mo.does("Update", documents[note["id"]]), "id": f"{note['id']}#updates/1"})
    like = mo.does("Like", uri)
    await toot.tell(like)
    for site in (ash, elm):
        comment, proposal = await seen_at(site, note["id"]), await seen_at(site, uri)
        assert comment is not None
        assert comment.content_html == "<p>Us as well</p>"
        assert proposal is not None
        assert proposal.proposal is not None
        assert (proposal.likes_count, proposal.proposal.support_wider) == (1, 1)

    await toot.tell(mo.does("Undo", like))
    documents[note["id"]] = 410
    await toot.tell({**mo.does("Delete", {"id": note["id"], "type": "Tombstone"}), "id": f"{note['id']}#delete"})
    for site in (ash, elm):
        proposal = await seen_at(site, uri)
        assert proposal is not None
        assert proposal.proposal is not None
        assert (proposal.likes_count, proposal.proposal.support_wider) == (0, 0)
        assert await seen_at(site, note["id"]) is None
        with site.use():
            assert await rows("SELECT 1 AS one FROM activities WHERE uri LIKE '%/announces/%'") == []
