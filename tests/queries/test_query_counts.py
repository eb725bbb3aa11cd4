"""A page takes the same number of queries, however much stands on it."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from server.actions.boosts import boost_post, unboost_post
from server.actions.likes import like_post
from server.queries import posts, proposals, timelines
from server.rules.permissions import Principal
from server.storage import sql
from server.storage.database import current
from server.views.viewer import Page, Viewer
from tests.make import Ground


async def home(viewer: Viewer, root: int) -> int:
    return len(await posts.views(await timelines.home(viewer, Page(limit=40)), viewer))


async def public(viewer: Viewer, root: int) -> int:
    return len(await posts.views(await timelines.public(viewer, Page(limit=40)), viewer))


async def thread(viewer: Viewer, root: int) -> int:
    return len((await posts.thread_of(root, viewer)).descendants)


async def board(viewer: Viewer, root: int) -> int:
    return len(await proposals.board(viewer, limit=40))


@pytest.mark.parametrize("read", [home, public, thread, board])
async def test_a_page_takes_as_many_queries_for_forty_posts_as_for_one(
    here: Ground, monkeypatch: pytest.MonkeyPatch, read: Callable[[Viewer, int], Awaitable[int]]
) -> None:
    amina, bryn = await here.member("amina"), await here.member("bryn")
    topic = await here.topic()
    await here.befriend(amina, bryn)
    viewer = Viewer(amina.account_id, amina.member_id)
    root = await here.propose(amina, topic_id=topic)
    asked = 0
    real = current

    def counting() -> Any:
        nonlocal asked
        asked += 1
        return real()

    async def counted() -> tuple[int, int]:
        nonlocal asked
        asked = 0
        return await read(viewer, root), asked

    await fill(here, bryn, root, topic, 1)
    with monkeypatch.context() as patched:
        patched.setattr(sql, "current", counting)
        few, queries = await counted()
    await fill(here, bryn, root, topic, 39)
    with monkeypatch.context() as patched:
        patched.setattr(sql, "current", counting)
        many, more = await counted()
    assert few < 10
    assert many >= 39
    assert more == queries
    assert queries <= 2 * 20  # each asks for the database twice


async def fill(here: Ground, by: Principal, root: int, topic: int, times: int) -> None:
    for number in range(times):
        raised = await here.propose(by, f"Damp {number}", topic_id=topic)
        await like_post(by, raised)
        await here.say(by, f"Yes #for {number}", in_reply_to_id=root)
    await unboost_post(by, root)
    await boost_post(by, root)
