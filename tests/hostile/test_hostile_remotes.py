"""Servers that mean harm, over real sockets: refused in time, nothing stored, everybody else served."""

import asyncio
import resource
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

DEADLINE = 1.0  # seconds; a test only waits for it
TOO_LONG = 90  # seconds after which a test has failed, whatever else the computer does
ANSWERED = ("/api/v2/instance", "/.well-known/nodeinfo", "/sign-in") * 5


@pytest.fixture
async def oak(tmp_path: Path) -> AsyncIterator[House]:
    async with on_a_port(tmp_path, real_network=True, deadline=DEADLINE) as made:
        yield made


@pytest.fixture
async def patient(tmp_path: Path) -> AsyncIterator[House]:
    """One that would wait for a very long time."""
    async with on_a_port(tmp_path, real_network=True, deadline=10 * TOO_LONG) as made:
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
    return await oak.visitor.post(
        "/inbox", content=body, headers={"content-type": ACTIVITY_JSON, **signed}, timeout=TOO_LONG
    )


async def unhindered(oak: House, evil: Villain, harm: Any, gate: asyncio.Event) -> Any:
    """Others are answered while the harm is under way and cannot end: `gate` alone lets it. Returns what became of it.
    Only the order counts, not how long anything takes."""
    doing = asyncio.ensure_future(harm)
    while not evil.asked:
        await asyncio.sleep(0.01)
    async with httpx.AsyncClient(base_url=oak.instance.settings.base_url, trust_env=False, timeout=TOO_LONG) as other:
        for path in ANSWERED:
            assert (await other.get(path)).status_code == 200
    assert not doing.done(), "the harm ended by itself, so this shows nothing"
    gate.set()
    return await asyncio.wait_for(doing, TOO_LONG)


async def strangers_kept(oak: House) -> int:
    with oak.use():
        return await oak.here.count("accounts", "domain <> ''") + await oak.here.count("receipts")


SLOW = {"a body that drips": drips(), "a head that drips": remotes.drips_head, "silence": remotes.says_nothing}
FALSE = {
    "a bomb": remotes.bombs,
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
async def test_a_key_that_comes_slowly_is_given_up(oak: House, evil: Villain, deed: str) -> None:
    """None of them ever ends by itself."""
    who = evil.stranger()
    evil.does(who, SLOW[deed])
    answers = await asyncio.wait_for(asyncio.gather(*(deliver(oak, who) for _ in range(10))), TOO_LONG)
    assert {answer.status_code for answer in answers} == {503}
    assert await strangers_kept(oak) == 0


async def test_while_a_key_is_awaited_everybody_else_is_answered(patient: House, evil: Villain) -> None:
    gate, who = asyncio.Event(), evil.stranger()
    evil.does(who, remotes.waits(gate))
    harm = asyncio.gather(*(deliver(patient, who) for _ in range(10)))
    answers = await unhindered(patient, evil, harm, gate)
    assert {answer.status_code for answer in answers} <= {401, 503}


async def test_a_key_that_is_none_is_refused_whatever_comes_instead(oak: House, evil: Villain) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for deed in FALSE:
        who = evil.stranger()
        evil.does(who, FALSE[deed])
        oak.here.clock.now += 61  # or after eight of them the host is not asked any more
        answer = await deliver(oak, who)
        assert answer.status_code in (401, 503), (deed, answer.status_code, answer.text)
        assert "error" in answer.json(), deed
        assert f"/users/{who.name}" in evil.asked, deed
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 60_000, f"{grown} kB more at the peak"
    assert await strangers_kept(oak) == 0


@pytest.mark.parametrize("without_end", [remotes.HEAD_WITHOUT_END, remotes.BODY_WITHOUT_END], ids=["head", "body"])
async def test_of_what_never_ends_little_is_taken(
    patient: House, evil: Villain, without_end: tuple[bytes, bytes]
) -> None:
    """Not the clock ends it, for this instance would wait very long, but how much it was."""
    taken: list[int] = []
    who = evil.stranger()
    evil.does(who, remotes.endless(*without_end, taken))
    answer = await asyncio.wait_for(deliver(patient, who), TOO_LONG)
    assert answer.status_code in (401, 503)
    assert 0 < max(taken) < 16_000_000, "more than the limit and what is on its way was taken"
    assert await strangers_kept(patient) == 0


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
    more = {"endpoints": {"sharedInbox": inbox}, "icon": {"type": "Image", "url": inbox}, "url": inbox}
    for who, status in ((evil.stranger(inbox=inbox, **more), 401), (evil.stranger(**more), 202)):
        evil.does(who, sends(who.document()))
        evil.does("/.well-known/webfinger", sends(who.webfinger(), "application/jrd+json"))
        assert (await deliver(oak, who)).status_code == status
    with oak.use():
        assert await oak.here.count("accounts", "domain <> ''") == 1
        found = await rows("SELECT inbox, shared_inbox, url FROM accounts WHERE domain <> ''")
    values = [value or "" for row in found for value in row.values()]
    assert all(value == "" or value.startswith(evil.origin) for value in values), values


async def test_of_five_hundred_keys_a_few_are_kept(oak: House, evil: Villain) -> None:
    who = evil.stranger()
    key = who.document()["publicKey"]
    keys = [key, *({**key, "id": f"{who.uri}#key-{n}"} for n in range(500))]
    evil.does(who, sends({**who.document(), "publicKey": keys}))
    evil.does("/.well-known/webfinger", sends(who.webfinger(), "application/jrd+json"))
    assert (await deliver(oak, who)).status_code in (202, 401)
    with oak.use():
        assert await oak.here.count("keys", "uri LIKE '%#key-%'") <= 20


async def test_a_handle_whose_server_drips_is_given_up(oak: House, evil: Villain) -> None:
    evil.does("/.well-known/webfinger", drips("application/jrd+json"))
    rosa = await oak.join("rosa")
    bearer = {"authorization": f"Bearer {rosa.token}"}
    where = f"/api/v2/search?resolve=true&q=@somebody@127.0.0.1:{evil.port}"
    answer = await oak.visitor.get(where, headers=bearer, timeout=TOO_LONG)
    assert answer.status_code == 200
    assert answer.json()["accounts"] == []
    assert evil.asked, "the server was never asked"


async def test_while_a_handle_is_looked_up_everybody_else_is_answered(patient: House, evil: Villain) -> None:
    gate = asyncio.Event()
    evil.does("/.well-known/webfinger", remotes.waits(gate))
    rosa = await patient.join("rosa")
    where = f"/api/v2/search?resolve=true&q=@somebody@127.0.0.1:{evil.port}"
    harm = patient.visitor.get(where, headers={"authorization": f"Bearer {rosa.token}"}, timeout=TOO_LONG)
    assert (await unhindered(patient, evil, harm, gate)).status_code == 200


@pytest.mark.parametrize("deed", ["drips", "bomb", "svg", "page", "object", "redirect", "false picture"])
async def test_a_picture_that_is_none_never_comes_out_of_our_address(oak: House, evil: Villain, deed: str) -> None:
    evil.does(
        "/picture",
        {
            "drips": drips("image/png"),
            "bomb": sends(remotes.BOMB, "image/png", content_encoding="gzip"),
            "svg": sends(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "image/svg+xml"),
            "page": sends(b"<script>alert(1)</script>", "text/html"),
            "object": sends({"id": f"{evil.origin}/picture", "type": "Note"}),
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
    address = f"/media/elsewhere/{picture['id']}/{picture['key']}"
    asking = asyncio.gather(*(oak.visitor.get(address, timeout=TOO_LONG) for _ in range(2)))
    answers = await asyncio.wait_for(asking, TOO_LONG)
    assert "/picture" in evil.asked
    assert {answer.status_code for answer in answers} <= {404, 429, 503}, [answer.status_code for answer in answers]


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
    answer = await oak.visitor.get(where, headers={"authorization": f"Bearer {rosa.token}"}, timeout=TOO_LONG)
    assert answer.status_code == 200
    await oak.work()
    assert len([target for target in evil.asked if "/statuses/" in target]) <= 60
