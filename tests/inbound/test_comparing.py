"""Comparing with a chapter that lies, floods or breaks: it can waste a bounded number of requests, and nothing more."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from federation.values import PUBLIC
from server.actions.topics import chapter_asked, link_chapter
from server.inbound import comparing
from server.inbound.comparing import compare
from server.queries import actors
from server.remote.actors import record_actor
from server.rules.permissions import OPERATOR
from tests.elsewhere import Here, Stranger, opened

DIGEST = "0" * 64


class Chapter:
    """A chapter at elm that we are linked with; `tell` is what it says that it holds."""

    def __init__(self, here: Here, topic: int, who: Stranger, account_id: int) -> None:
        self.here, self.topic, self.who, self.account_id = here, topic, who, account_id

    @property
    def sync(self) -> str:
        return f"{self.who.uri}/sync"

    def tell(self, items: dict[str, Any]) -> None:
        at = self.here.elsewhere.at
        at[self.sync] = {"id": self.sync, "type": "Collection", "civic:buckets": {"a7": [len(items), DIGEST]}}
        bucket = f"{self.sync}?bucket=a7"
        at[bucket] = {"id": bucket, "type": "Collection", "civic:items": [[uri, 1, False] for uri in items]}
        for uri, inside in items.items():
            url = f"{self.sync}?item={quote(uri, safe='')}"
            at[url] = {"id": url, "type": "Announce", "actor": self.who.uri, "to": [PUBLIC], "object": inside}

    async def compare(self) -> comparing.Outcome:
        outcome = await compare(self.here.remote.fresh(), self.topic, self.account_id)
        assert outcome is not None
        return outcome


@pytest.fixture
async def chapter(tmp_path: Path) -> AsyncIterator[Chapter]:
    async with opened(tmp_path) as here:
        topic, who = await here.topic(), here.stranger("damp-homes", type="Group")
        account = await record_actor(here.remote, who.document())
        await link_chapter(OPERATOR, topic, account.id)
        known = await actors.by_id(account.id)
        assert known is not None
        await chapter_asked(known.principal, topic, f"{who.uri}/follows/1")
        yield Chapter(here, topic, who, account.id)


async def test_what_proves_itself_is_taken_and_what_is_forged_is_not(chapter: Chapter) -> None:
    bo, mallory = chapter.here.stranger("bo", "ash.example"), chapter.here.stranger("mallory", "evil.example")
    true = bo.note("1", to=[PUBLIC, chapter.who.uri])
    forged = bo.note("2", "<p>Never said</p>", to=[PUBLIC, chapter.who.uri])
    by_another = mallory.proven({**bo.create(forged), "actor": bo.uri})
    chapter.tell({true["id"]: bo.proven(bo.create(true)), forged["id"]: by_another})
    assert await chapter.compare() == comparing.Outcome("differs", taken=1)
    assert await actors.post_by_uri(true["id"]) is not None
    assert await actors.post_by_uri(forged["id"]) is None
    changed = bo.proven(bo.create(true))
    changed["object"] = {**true, "id": f"{true['id']}x", "content": "<p>Changed on the way</p>"}
    chapter.tell({changed["object"]["id"]: changed})
    assert (await chapter.compare()).taken == 0


async def test_a_flood_of_what_proves_nothing_ends_the_run(chapter: Chapter) -> None:
    chapter.tell({f"https://evil.example/posts/{number}": "https://evil.example/none" for number in range(200)})
    assert await chapter.compare() == comparing.Outcome("differs")
    asked = [url for url in chapter.here.elsewhere.asked if "?item=" in url]
    assert len(asked) == comparing.REFUSALS


@pytest.mark.parametrize("told", [404, {"civic:buckets": 7}, {"civic:buckets": {"a7": ["many", DIGEST]}}])
async def test_a_chapter_that_cannot_compare_is_noted_as_out_of_reach(chapter: Chapter, told: Any) -> None:
    document = told if isinstance(told, int) else {"id": chapter.sync, "type": "Collection", **told}
    chapter.here.elsewhere.at[chapter.sync] = document
    assert await chapter.compare() == comparing.Outcome("unreachable")
    row = await chapter.here.one("SELECT compared, compared_at FROM chapters")
    assert row["compared"] == "unreachable"
    assert row["compared_at"] > 0


async def test_what_our_own_members_did_is_never_taken_back_from_others(chapter: Chapter) -> None:
    chapter.tell({"https://oak.example/posts/9": "https://oak.example/posts/9"})
    assert await chapter.compare() == comparing.Outcome("same")


async def test_another_chapters_word_is_not_passed_off_as_its_own(chapter: Chapter) -> None:
    bo = chapter.here.stranger("bo", "ash.example")
    note = bo.note("1", to=[PUBLIC, chapter.who.uri])
    chapter.tell({note["id"]: bo.proven(bo.create(note))})
    url = f"{chapter.sync}?item={quote(note['id'], safe='')}"
    chapter.here.elsewhere.at[url]["actor"] = "https://ash.example/topics/damp-homes"
    assert (await chapter.compare()).taken == 0
