"""A comment is held, released, removed, appealed against and restored; another instance sees each of it, no more."""

from pathlib import Path

from server.actions.appeals import decide_appeal, file_appeal
from server.actions.comments import publish_comment
from server.actions.moderation import release_post, remove_post
from server.actions.proposals import publish_proposal
from server.queries import moderation, posts
from server.remote.posts import Coming, record_post
from server.rules.drafts import PostDraft, ProposalDraft
from server.rules.moderation import Why
from server.views.posts import PostView
from tests.world import Site, world

WIRE = "application/activity+json"
WORDS = "The second visit came in January."


async def at(site: Site, uri: str) -> PostView | None:
    with site.use():
        return await posts.by_uri(uri)


async def test_another_instance_sees_what_is_released_and_restored_and_nothing_before(tmp_path: Path) -> None:
    async with world(tmp_path, "oak", "ash") as all_of_them:
        oak, ash = all_of_them.instances
        for site in (oak, ash):
            await site.topic("damp-homes")
        await oak.link("damp-homes", ash)
        await ash.link("damp-homes", oak)
        await all_of_them.settle()
        amina = await oak.member("amina")
        sten, una = [await oak.member(name, role="steward") for name in ("sten", "una")]
        topic = (await oak.topic_view("damp-homes")).account.id
        with oak.use():
            proposal = await publish_proposal(
                amina, ProposalDraft("Two visits", (("change", "One is enough."),), topic_id=topic)
            )
            comment = await publish_comment(amina, PostDraft(WORDS, in_reply_to_id=proposal, hold="details"))
        await all_of_them.settle()
        uri = f"{oak.url}/posts/{comment}"
        assert await at(ash, uri) is None
        for accept in ("text/html", WIRE):
            assert (await oak.web.get(f"/posts/{comment}", headers={"accept": accept})).status_code == 404
        assert (await oak.get(f"/api/v1/statuses/{comment}")).status_code == 404
        assert WORDS not in (await oak.get(f"/proposals/{proposal}")).text
        assert WORDS not in (await oak.get(f"/proposals/{proposal}/feed.atom")).text

        with oak.use():
            await release_post(sten, comment)
        await all_of_them.settle()
        copy = await at(ash, uri)
        assert copy is not None
        assert WORDS in copy.content_html

        with oak.use():
            await remove_post(sten, comment, Why("identifies_someone"))
        await all_of_them.settle()
        assert await at(ash, uri) is None
        assert (await oak.web.get(f"/posts/{comment}", headers={"accept": WIRE})).status_code == 410

        all_of_them.clock.forward(3600)
        with oak.use():
            decision = (await moderation.decisions_about(amina.account_id))[0]
            appeal = await file_appeal(amina, decision.id, "Nobody is named in it.")
            await decide_appeal(una, appeal, undo=True)
        await all_of_them.settle()
        copy = await at(ash, uri)
        assert copy is not None
        assert WORDS in copy.content_html
        there, here = await at(ash, f"{oak.url}/proposals/{proposal}"), await at(oak, f"{oak.url}/proposals/{proposal}")
        assert there is not None
        assert here is not None
        assert there.replies_count == here.replies_count == 1


async def test_what_its_author_deleted_is_not_brought_back_by_an_old_create(tmp_path: Path) -> None:
    async with world(tmp_path, "oak", "ash") as all_of_them:
        oak, ash = all_of_them.instances
        amina, bo = await oak.member("amina"), await ash.member("bo")
        with ash.use():
            target = await ash.instance.elsewhere.find_account(f"amina@{oak.domain}")
        assert target is not None
        app = await ash.app(bo)
        assert (await app.post(f"/api/v1/accounts/{target.id}/follow")).status_code == 200
        await all_of_them.settle()
        mine = await oak.app(amina)
        said = (await mine.post("/api/v1/statuses", json={"status": WORDS})).json()
        await all_of_them.settle()
        create = (await oak.web.get(f"/activities/{said['id']}", headers={"accept": WIRE})).json()
        assert await at(ash, said["uri"]) is not None
        assert (await mine.delete(f"/api/v1/statuses/{said['id']}")).status_code == 200
        await all_of_them.settle()
        assert await at(ash, said["uri"]) is None
        with ash.use():
            assert await record_post(ash.instance.elsewhere, create["object"], Coming()) is None
        assert await at(ash, said["uri"]) is None
