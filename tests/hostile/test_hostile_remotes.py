"""Servers that mean harm, over real sockets: refused in time, nothing stored, everybody else served."""

import asyncio
import resource
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from federation.signatures import cavage
from federation.values import dumps
from server.storage.sql import rows
from tests.elsewhere import ACTIVITY_JSON, Stranger
from tests.hostile import remotes
from tests.hostile.ground import House, on_a_port
from tests.hostile.remotes import Villain, drips, leads_to, sends, villain

DEADLINE = 1.0
PROMPT = 0.5  # seconds within which everybody else is answered


@pytest.fixture
async def oak(tmp_path: Path) -> AsyncIterator[House]:
    async with on_a_port(tmp_path, real_network=True, deadline=DEADLINE) as made:
        yield made


@pytest.fixture
async def evil() -> AsyncIterator[Villain]:
    async with villain() as made:
        yield made


async def deliver(oak: House, who: Stranger) -> httpx.Response:
    """An activity signed with a key that must be fetched first."""
    body = dumps({**who.does("Like", f"{who.uri}/posts/1"), "id": f"{who.uri}/likes/1"})
    signed = cavage.sign(
        "POST",
        f"{oak.instance.settings.base_url}/inbox",
        body,
        content_type=ACTIVITY_JSON,
        signer=who.signer,
        now=oak.here.clock(),
    )
    return await oak.visitor.post("/inbox", content=body, headers={"content-type": ACTIVITY_JSON, **signed}, timeout=20)


async def unhindered(oak: House, harm: Any) -> Any:
    """Do harm, and see that others are answered meanwhile; returns what became of the harm."""
    slowest = usual = 0.0
    async with httpx.AsyncClient(base_url=oak.instance.settings.base_url, trust_env=False) as other:
        for _ in range(5):  # how busy the computer is with other things
            start = time.monotonic()
            await other.get("/api/v2/instance")
            usual = max(usual, time.monotonic() - start)
        doing = asyncio.ensure_future(harm)
        while not doing.done():
            start = time.monotonic()
            assert (await other.get("/api/v2/instance")).status_code == 200
            slowest = max(slowest, time.monotonic() - start)
            await asyncio.sleep(0.05)
    assert slowest < PROMPT + 2 * usual, f"somebody else waited {slowest:.2f} seconds"
    return await doing


async def strangers_kept(oak: House) -> int:
    with oak.use():
        return await oak.here.count("accounts", "domain <> ''") + await oak.here.count("receipts")


SLOW = {"a body that drips": drips(), "a head that drips": remotes.drips_head, "silence": remotes.says_nothing}
FALSE = {
    "a bomb": remotes.bombs,
    "a head without end": remotes.endless_head,
    "two megabytes": sends(b'{"id":"' + b"x" * 2_000_000 + b'"}'),
    "deep nesting": sends(b'{"a":' * 20_000 + b"1" + b"}" * 20_000),
    "a page": sends(b"<html>", "text/html"),
    "a file somebody uploaded": sends(b"{}", "application/json"),
    "text": sends(b"{}", "text/plain"),
    "nothing": sends(b""),
    "a list": sends(b"[]"),
    "a cloud's secrets": leads_to("http://169.254.169.254/latest/meta-data/"),
    "a private address": leads_to("http://10.0.0.1/"),
    "a file": leads_to("file:///etc/passwd"),
    "another scheme": leads_to("gopher://127.0.0.1:25/"),
    "a bad address": leads_to("http://[::1"),
    "nowhere": leads_to(""),
}


@pytest.mark.parametrize("deed", SLOW)
async def test_a_key_that_comes_slowly_is_given_up_in_time(oak: House, evil: Villain, deed: str) -> None:
    who = evil.stranger()
    evil.does(who, SLOW[deed])
    start = time.monotonic()
    answers = await unhindered(oak, asyncio.gather(*(deliver(oak, who) for _ in range(10))))
    assert time.monotonic() - start < DEADLINE * 4
    assert {answer.status_code for answer in answers} == {503}
    assert await strangers_kept(oak) == 0


async def test_a_key_that_is_none_is_refused_whatever_comes_instead(oak: House, evil: Villain) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for deed in FALSE:
        who = evil.stranger()
        evil.does(who, FALSE[deed])
        answer = await unhindered(oak, deliver(oak, who))
        assert answer.status_code in (401, 503), (deed, answer.status_code, answer.text)
        assert "error" in answer.json(), deed
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 60_000, f"{grown} kB more at the peak"
    assert await strangers_kept(oak) == 0


async def test_a_chain_of_redirects_is_not_followed_to_its_end(oak: House, evil: Villain) -> None:
    who = evil.stranger()
    evil.does(who, leads_to(f"{evil.origin}/hop/1"))
    for hop in range(1, 10):
        evil.does(f"/hop/{hop}", leads_to(f"{evil.origin}/hop/{hop + 1}"))
    evil.does("/hop/10", sends(who.document()))
    assert (await deliver(oak, who)).status_code == 401
    assert len([target for target in evil.asked if target.startswith("/hop/")]) <= 4


@pytest.mark.parametrize(
    "inbox",
    [
        "file:///etc/passwd",
        "http://10.0.0.1/inbox",
        "http://169.254.169.254/",
        "javascript:alert(1)",
        "http://user:pass@127.0.0.1/",
        "//127.0.0.1/x",
        "",
        7,
        None,
        ["x"],
        {"id": 1},
    ],
)
async def test_an_actor_with_an_inbox_nobody_can_have_is_refused_or_loses_it(
    oak: House, evil: Villain, inbox: object
) -> None:
    who = evil.stranger(inbox=inbox, endpoints={"sharedInbox": inbox}, icon={"type": "Image", "url": inbox}, url=inbox)
    evil.does(who, sends(who.document()))
    evil.does("/.well-known/webfinger", sends(who.webfinger(), "application/jrd+json"))
    assert (await deliver(oak, who)).status_code in (202, 401)
    with oak.use():
        found = await rows("SELECT inbox, shared_inbox, url FROM accounts WHERE domain <> ''")
        pictures = await rows("SELECT remote_url FROM media")
    values = [*(value or "" for row in found for value in row.values()), *(row["remote_url"] for row in pictures)]
    assert all(value == "" or value.startswith(evil.origin) for value in values), values


async def test_of_five_hundred_keys_a_few_are_kept(oak: House, evil: Villain) -> None:
    who = evil.stranger()
    key = who.document()["publicKey"]
    keys = [key, *({**key, "id": f"{who.uri}#key-{n}"} for n in range(500))]
    evil.does(who, sends({**who.document(), "publicKey": keys}))
    evil.does("/.well-known/webfinger", sends(who.webfinger(), "application/jrd+json"))
    assert (await unhindered(oak, deliver(oak, who))).status_code in (202, 401)
    with oak.use():
        assert await oak.here.count("keys", "uri LIKE '%#key-%'") <= 20


async def test_a_handle_whose_server_drips_is_given_up_in_time(oak: House, evil: Villain) -> None:
    evil.does("/.well-known/webfinger", drips("application/jrd+json"))
    rosa = await oak.join("rosa")
    bearer = {"authorization": f"Bearer {rosa.token}"}
    start = time.monotonic()
    where = f"/api/v2/search?resolve=true&q=@somebody@127.0.0.1:{evil.port}"
    answer = await unhindered(oak, oak.visitor.get(where, headers=bearer, timeout=20))
    assert answer.status_code == 200
    assert answer.json()["accounts"] == []
    assert time.monotonic() - start < DEADLINE * 4


@pytest.mark.parametrize("deed", ["drips", "bomb", "svg", "page", "redirect", "false picture"])
async def test_a_picture_that_is_none_never_comes_out_of_our_address(oak: House, evil: Villain, deed: str) -> None:
    evil.does(
        "/picture",
        {
            "drips": drips("image/png"),
            "bomb": sends(remotes.BOMB, "image/png", content_encoding="gzip"),
            "svg": sends(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "image/svg+xml"),
            "page": sends(b"<script>alert(1)</script>", "text/html"),
            "redirect": leads_to("http://169.254.169.254/"),
            "false picture": sends(b"\x89PNG\r\n\x1a\n<script>alert(1)</script>", "image/png"),
        }[deed],
    )
    who = evil.stranger(icon={"type": "Image", "mediaType": "image/png", "url": f"{evil.origin}/picture"})
    evil.does(who, sends(who.document()))
    evil.does("/.well-known/webfinger", sends(who.webfinger(), "application/jrd+json"))
    assert (await deliver(oak, who)).status_code == 202
    with oak.use():
        (picture,) = await rows("SELECT id, key FROM media WHERE remote_url <> ''")
    start = time.monotonic()
    address = f"/media/elsewhere/{picture['id']}/{picture['key']}"
    asking = asyncio.gather(*(oak.visitor.get(address, timeout=20) for _ in range(2)))
    answers = await unhindered(oak, asking)
    assert "/picture" in evil.asked
    assert {answer.status_code for answer in answers} <= {404, 429, 503}, [answer.status_code for answer in answers]
    assert time.monotonic() - start < DEADLINE * 6


async def test_a_thread_of_ten_thousand_is_cut_and_its_server_is_not_asked_ten_thousand_times(
    oak: House, evil: Villain
) -> None:
    """Every post answers another one that is not known here."""
    who = evil.stranger()
    evil.does(who, sends(who.document()))
    evil.does("/.well-known/webfinger", sends(who.webfinger(), "application/jrd+json"))

    async def next_post(writer: asyncio.StreamWriter) -> None:
        number = int(evil.asked[-1].rpartition("/")[2])
        note = who.note(str(number), inReplyTo=f"{who.uri}/statuses/{number + 1}")
        writer.write(remotes.answer(dumps({"@context": "https://www.w3.org/ns/activitystreams", **note})))

    for number in range(10_000):
        evil.deeds[f"/users/{who.name}/statuses/{number}"] = next_post
    assert (await deliver(oak, who)).status_code == 202
    rosa = await oak.join("rosa")
    where = f"/api/v2/search?resolve=true&q={who.uri}/statuses/1"
    answer = await oak.visitor.get(where, headers={"authorization": f"Bearer {rosa.token}"}, timeout=60)
    assert answer.status_code == 200
    await oak.work()
    assert len([target for target in evil.asked if "/statuses/" in target]) <= 120
