"""Several processes serve one instance, and whoever listens to one of them hears what came through another."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from server.actions.members import create_member
from server.app import Instance as Opened
from server.config import Settings
from server.rules.permissions import OPERATOR
from server.storage import sql
from tests.cli.terminal import free_port
from tests.live.processes import Instance, stream, taken
from tests.storage.databases import ENGINE
from tests.template import ready_url
from tests.world import key_pairs

postgres_only = pytest.mark.skipif(ENGINE != "postgres", reason="several servers need PostgreSQL")
sqlite_only = pytest.mark.skipif(ENGINE != "sqlite", reason="about SQLite alone")
POSTS = 12  # enough that each process works on some of them


@pytest.fixture
async def instance(tmp_path: Path) -> AsyncIterator[Instance]:
    async with ready_url(tmp_path) as url:
        yield Instance(tmp_path, url, free_port())


@postgres_only
async def test_what_comes_through_one_server_shows_at_once_to_those_who_listen_to_another(instance: Instance) -> None:
    amina, bryn = (
        (instance.run("member", "create", name), instance.run("token", "create", name))[1] for name in ("amina", "bryn")
    )
    one, two = instance.first, free_port()
    with ExitStack() as running:
        running.enter_context(instance.process("serve", one))
        running.enter_context(instance.process("serve", two))
        running.enter_context(instance.process("worker"))
        await instance.until_up(one)
        await instance.until_up(two)
        async with (
            instance.at(one, amina) as writing,
            instance.at(one, bryn) as near,
            instance.at(two, bryn) as far,
            stream(near, "public") as here,
            stream(far, "public") as there,
            stream(far, "user/notification") as told,
            stream(far, "user") as own,
        ):
            made = []
            for number in range(POSTS):
                answer = await writing.post("/api/v1/statuses", json={"status": f"Post {number} for @bryn"})
                made.append(answer.json()["id"])
            for events in (here, there):
                shown = await taken(events, POSTS)
                assert sorted((event, post["id"]) for event, post in shown) == [("update", each) for each in made]
            mentions = await taken(told, POSTS)
            assert sorted((event, each["status"]["id"]) for event, each in mentions) == [
                ("notification", each) for each in made
            ]
            await taken(own, POSTS)  # the same mentions again
            await writing.delete(f"/api/v1/statuses/{made[0]}")
            for events in (here, there, own):
                assert await taken(events, 1) == [("delete", int(made[0]))]
            await near.post("/api/v2/filters", json={"title": "Words", "context": ["home"]})
            assert await taken(own, 1) == [("filters_changed", None)]


@sqlite_only
async def test_on_sqlite_a_process_that_only_works_leaves_events_to_the_one_that_serves(tmp_path: Path) -> None:
    async with ready_url(tmp_path) as url:
        settings = Settings(domain="oak.example", data_dir=tmp_path, database_url=url)
        for serving in (False, True):
            opened = await Opened.open(settings, serving=serving, migrated=True)
            try:
                with opened.database.use():
                    if not serving:
                        await create_member(OPERATOR, "amina", keys=key_pairs())
                    await opened.worker.drain()
                    left = await sql.rows("SELECT id FROM jobs WHERE queue = 'effects'")
                    assert bool(left) != serving
            finally:
                await opened.close()


async def test_processes_that_start_for_the_first_time_at_once_make_one_actor(tmp_path: Path) -> None:
    async with ready_url(tmp_path) as url:
        settings = Settings(domain="oak.example", data_dir=tmp_path, database_url=url)
        opened = await asyncio.gather(*(Opened.open(settings, migrated=True) for _ in range(3)))
        with opened[0].database.use():
            assert len(await sql.rows("SELECT id FROM accounts WHERE kind = 'instance'")) == 1
        for each in opened:
            await each.close()
