"""Two servers that disagree about who follows whom find out with the next post for followers alone (FEP-8fcf)."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from federation.digest_sync import digest_of, parse_header
from federation.signatures import cavage
from federation.signatures.keys import Signer
from server.actions.follows import follow
from server.actions.posts import publish_post
from server.queries.follow_sync import followers_at
from server.queries.keys import signer_of
from server.remote.follow_sync import mend
from server.rules.drafts import PostDraft
from server.rules.permissions import Principal
from server.storage.sql import execute, rows
from tests.world import ACTIVITY_JSON, Site, World, world

YUSUF, ZOE = "https://ash.example/users/yusuf", "https://ash.example/users/zoe"


@pytest.fixture
async def two(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path, "oak", "ash") as both:
        yield both


@pytest.fixture
async def amina(two: World) -> Principal:
    """Amina of oak, whom Yusuf and Zoe of ash follow."""
    oak, ash = two.instances
    amina = await oak.member("amina")
    for name in ("yusuf", "zoe"):
        by = await ash.member(name)
        with ash.use():
            found = await ash.instance.elsewhere.find_account("@amina@oak.example")
            assert found is not None
            await follow(by, found.id)
    await two.settle()
    return amina


async def says(two: World, by: Principal, visibility: str = "private") -> None:
    with two.sites["oak"].use():
        await publish_post(by, PostDraft("For you", visibility=visibility))  # type: ignore[arg-type]  # parametrised
    await two.settle()


async def who_follows(site: Site) -> set[str]:
    with site.use():
        found = await rows(
            "SELECT a.uri FROM follows f JOIN accounts a ON a.id = f.account_id JOIN accounts t ON t.id = f.target_id"
            " WHERE t.name = 'amina' AND f.state = 'accepted'"
        )
    return {str(row["uri"]) for row in found}


async def forget(site: Site, uri: str) -> None:
    """As after a restored backup."""
    with site.use():
        assert await execute("DELETE FROM follows WHERE account_id = (SELECT id FROM accounts WHERE uri = ?)", [uri])


async def test_a_follow_that_only_the_followed_side_remembers_is_taken_off_there(two: World, amina: Principal) -> None:
    oak, ash = two.instances
    await forget(ash, YUSUF)
    await says(two, amina)
    assert await who_follows(oak) == await who_follows(ash) == {ZOE}


async def test_a_follow_that_only_the_followers_side_remembers_ends(two: World, amina: Principal) -> None:
    oak, ash = two.instances
    await forget(oak, YUSUF)
    await says(two, amina)
    assert await who_follows(oak) == await who_follows(ash) == {ZOE}


async def test_an_acceptance_that_never_arrived_is_made_up_for(two: World, amina: Principal) -> None:
    oak, ash = two.instances
    with ash.use():
        await execute("UPDATE follows SET state = 'pending' WHERE account_id = (SELECT id FROM accounts WHERE uri = ?)",
                      [YUSUF])  # fmt: skip
    await says(two, amina)
    assert await who_follows(oak) == await who_follows(ash) == {YUSUF, ZOE}


async def test_where_both_agree_and_where_everybody_may_read_nothing_is_asked(two: World, amina: Principal) -> None:
    sent: list[httpx.Request] = []

    async def note(request: httpx.Request) -> None:
        sent.append(request)

    two.wire.before = note
    for visibility in ("private", "public", "unlisted", "direct"):
        await says(two, amina, visibility)
    headers = [request.headers.get("collection-synchronization") for request in sent if request.method == "POST"]
    told = [parse_header(header) for header in headers if header]
    assert [(each.collection, each.digest) for each in told if each] == [
        ("https://oak.example/users/amina/followers", digest_of([YUSUF, ZOE]))
    ]
    signed = next(request for request in sent if "collection-synchronization" in request.headers)
    assert "collection-synchronization" in signed.headers["signature"]
    assert not [request for request in sent if request.url.path.endswith("followers_synchronization")]


async def test_a_list_that_is_not_the_one_that_was_told_of_changes_nothing(two: World, amina: Principal) -> None:
    oak, ash = two.instances
    await forget(oak, YUSUF)
    with ash.use():
        remote = ash.instance.elsewhere.fresh()
        account = await rows("SELECT id FROM accounts WHERE uri = ?", ["https://oak.example/users/amina"])
        url = "https://oak.example/users/amina/followers_synchronization"
        await mend(remote, account[0]["id"], url, digest_of([YUSUF]))
    assert await who_follows(ash) == {YUSUF, ZOE}


async def test_a_server_is_told_of_its_own_people_alone_and_only_when_it_signs(two: World, amina: Principal) -> None:
    oak, ash = two.instances
    path = "/users/amina/followers_synchronization"
    assert (await oak.get(path, accept=ACTIVITY_JSON)).status_code == 401
    assert (await oak.get("/users/nobody/followers_synchronization", accept=ACTIVITY_JSON)).status_code == 401

    async def read_as(site: Site, name: str) -> httpx.Response:
        with site.use():
            found = await rows("SELECT id FROM accounts WHERE uri = ?", [f"{site.url}/users/{name}"])
            keys = await signer_of(found[0]["id"])
        assert keys is not None
        signer = Signer(keys.request_key_id, keys.request_private)
        headers = cavage.sign("GET", f"{oak.url}{path}", None, content_type="", signer=signer, now=two.clock())
        return await oak.get(path, accept=ACTIVITY_JSON, **headers)

    assert (await read_as(ash, "yusuf")).json()["orderedItems"] == [YUSUF, ZOE]
    assert (await read_as(oak, "amina")).json()["orderedItems"] == []
    with oak.use():
        assert await followers_at(amina.account_id, "https://as") == []
