"""Handles at one domain, actors at another: ours for others, and theirs for us (RFC 7033, FEP-2c59)."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from server.actions.follows import follow
from server.actions.posts import publish_post
from server.rules.drafts import PostDraft
from server.storage.sql import rows
from tests.world import Clock, Site, Wire, World, site


class Redirecting(httpx.AsyncBaseTransport):
    """A site of its own at example.org, which sends WebFinger on to where the actors are."""

    def __init__(self, to: str) -> None:
        self.to = to

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path != "/.well-known/webfinger":
            return httpx.Response(404)
        return httpx.Response(301, headers={"location": f"https://{self.to}{request.url.raw_path.decode()}"})


@pytest.fixture
async def two(tmp_path: Path) -> AsyncIterator[World]:
    """Oak lives at moot.oak.example, its handles end in oak.example; ash is as usual."""
    wire, clock = Wire(), Clock()
    made = World(wire, clock, {})
    async with AsyncExitStack() as stack:
        for name, domain, settings in (
            ("oak", "moot.oak.example", {"account_domain": "oak.example"}),
            ("ash", "ash.example", {}),
        ):
            made.sites[name] = await stack.enter_async_context(site(tmp_path / name, domain, wire, clock, settings))
        wire.apps["oak.example"] = Redirecting("moot.oak.example")  # type: ignore[assignment]  # a transport too
        yield made


async def asked(site: Site, resource: str) -> Any:
    answer = await site.get(f"/.well-known/webfinger?resource={resource}")
    return answer.json() if answer.status_code == 200 else answer.status_code


async def test_both_handles_lead_to_the_actor_and_the_short_one_is_its_name(two: World) -> None:
    oak = two.sites["oak"]
    await oak.member("amina")
    for domain in ("oak.example", "moot.oak.example"):
        found = await asked(oak, f"acct:amina@{domain}")
        assert found["subject"] == "acct:amina@oak.example"
        assert found["links"][1]["href"] == "https://moot.oak.example/users/amina"
    assert await asked(oak, "acct:amina@ash.example") == 404
    assert (await oak.json("/users/amina"))["webfinger"] == "amina@oak.example"


@pytest.mark.parametrize("handle", ["@amina@oak.example", "@amina@moot.oak.example"])
async def test_others_know_and_reach_us_by_the_short_handle(two: World, handle: str) -> None:
    oak, ash = two.instances
    amina, yusuf = await oak.member("amina"), await ash.member("yusuf")
    with ash.use():
        found = await ash.instance.elsewhere.find_account(handle)
        assert found is not None
        assert found.acct == "amina@oak.example"
        await follow(yusuf, found.id)
    await two.settle()
    with oak.use():
        await publish_post(amina, PostDraft("Hello"))
    await two.settle()
    with ash.use():
        assert await rows("SELECT 1 AS one FROM posts WHERE content_html = '<p>Hello</p>'")
        sent_to = {row["host"] for row in await rows("SELECT DISTINCT host FROM deliveries")}
        known = {row["domain"] for row in await rows("SELECT domain FROM hosts")}
    assert sent_to == {"moot.oak.example"}
    assert "oak.example" not in known


async def test_a_mention_with_either_of_our_domains_is_of_ours(two: World) -> None:
    oak, _ = two.instances
    amina, bo = await oak.member("amina"), await oak.member("bo")
    for domain in ("oak.example", "moot.oak.example"):
        with oak.use():
            mentions = await oak.instance.elsewhere.resolve_mentions(f"Hello @bo@{domain}")
        assert [each.account_id for each in mentions] == [bo.account_id]
        page = await oak.get(f"/@bo@{domain}", accept="text/html")
        assert "@bo@oak.example" in page.text
        assert (await oak.json(f"/api/v1/accounts/lookup?acct=bo@{domain}"))["acct"] == "bo"
    assert amina.account_id != bo.account_id


async def test_a_domain_that_names_an_actor_that_names_another_domain_is_refused(two: World) -> None:
    """Row 20: it must lead back."""
    oak, ash = two.instances
    await oak.member("amina")
    wire = two.wire
    wire.apps["thief.example"] = Redirecting("moot.oak.example")  # type: ignore[assignment]  # a transport too
    with ash.use():
        assert await ash.instance.elsewhere.find_account("@amina@thief.example") is None
        found = await ash.instance.elsewhere.find_account("@amina@oak.example")
        assert found is not None
        assert not await rows("SELECT 1 AS one FROM accounts WHERE domain = 'thief.example'")
