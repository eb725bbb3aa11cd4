"""The door to other servers, against real ones on loopback that answer badly in every way."""

import asyncio
import gzip
import json
import time

import pytest

from federation.client import ACTIVITY_JSON, Client, Media, Posted
from federation.errors import Gone, NotFetched, TooLarge, Unavailable, UnsafeAddress
from federation.signatures.keys import Signer, generate_rsa
from federation.signatures.verify import ReceivedRequest, verify_request
from tests.federation.peer import NOTE, Peer, Seen, Web, redirect

PRIVATE, PUBLIC = generate_rsa()
SIGNER = Signer("https://ash.example/actor#main-key", PRIVATE)
AS = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'


# Fetching


@pytest.mark.parametrize(
    "content_type", [ACTIVITY_JSON, "Application/Activity+JSON; charset=utf-8", AS, AS.replace("https", "urn:x https")]
)
async def test_an_object_is_fetched_with_its_bytes(server: Peer, client: Client, content_type: str) -> None:
    url = server.json("/1?a=%20b", content_type=content_type)
    fetched = await client.get_object(url + "#key", None)
    assert (fetched.url, fetched.document, fetched.body) == (url, NOTE, json.dumps(NOTE).encode())
    assert server.seen[0].headers["user-agent"] == "Folkmoot/test"
    assert server.seen[0].headers["accept-encoding"] == "gzip"
    assert server.seen[0].scheme == ""


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain", "application/json", "image/png", "application/ld+json", 'application/ld+json; profile="x"',
        AS.replace("profile", "other"), "", f"{ACTIVITY_JSON}, text/html",
    ],
)  # fmt: skip
async def test_any_other_media_type_is_no_object(server: Peer, client: Client, content_type: str) -> None:
    with pytest.raises(NotFetched):
        await client.get_object(server.json("/1", content_type=content_type), None)


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"a":NaN}', b'{"a":1,"a":2}', b"[" * 5000, b'{"a":"\\ud800"}'])
async def test_a_document_that_is_not_strict_json_is_refused(server: Peer, client: Client, body: bytes) -> None:
    with pytest.raises(NotFetched):
        await client.get_object(server.json("/1", body), None)


async def test_json_of_any_kind_is_fetched_as_json(server: Peer, client: Client) -> None:
    for kind in ("application/json", "application/jrd+json; charset=utf-8"):
        assert await client.get_json(server.json("/j", {"a": 1}, kind), "application/jrd+json") == {"a": 1}
    for kind in ("text/html", "image/svg+json"):
        with pytest.raises(NotFetched):
            await client.get_json(server.json("/j", {"a": 1}, kind), "application/json")


async def test_media_is_fetched_by_type_and_size(server: Peer, client: Client) -> None:
    url = server.on("/m", 200, b"png", content_type="image/PNG; x=y")
    types = frozenset({"image/png", "image/webp"})
    assert await client.get_media(url, limit=3, types=types) == Media(b"png", "image/png")
    assert server.seen[0].headers["accept"] == "image/png, image/webp"
    assert server.seen[0].headers["accept-encoding"] == "identity"
    with pytest.raises(TooLarge):
        await client.get_media(url, limit=2, types=types)
    with pytest.raises(NotFetched):
        await client.get_media(url, limit=3, types=frozenset({"image/webp"}))


async def test_media_that_is_compressed_once_more_is_not_even_opened(server: Peer, client: Client) -> None:
    url = server.on("/m", 200, gzip.compress(b"png"), content_type="image/png", content_encoding="gzip")
    with pytest.raises(NotFetched, match="compression"):
        await client.get_media(url, limit=1000, types=frozenset({"image/png"}))


@pytest.mark.parametrize("status", [404, 410])
async def test_what_is_gone_is_gone(server: Peer, client: Client, status: int) -> None:
    with pytest.raises(Gone) as caught:
        await client.get_object(server.on("/1", status, b"no"), None)
    assert caught.value.status == status


async def test_refusals_are_final_and_troubles_are_not(server: Peer, client: Client) -> None:
    for status in (204, 400, 401, 403, 451):
        with pytest.raises(NotFetched):
            await client.get_object(server.on("/1", status), None)
    for status in (408, 429, 500, 503):
        with pytest.raises(Unavailable) as caught:
            await client.get_object(server.on("/1", status, retry_after="7"), None)
        assert caught.value.retry_after == 7


# Signing


def received(seen: Seen, server: Peer) -> ReceivedRequest:
    headers = tuple(seen.headers.items())
    return ReceivedRequest(seen.method, seen.path, headers, seen.body or None, "http", f"127.0.0.1:{server.port}")


async def test_a_signed_get_holds_and_is_tried_with_the_newer_scheme_on_401(server: Peer, client: Client) -> None:
    with pytest.raises(NotFetched):
        await client.get_object(server.on("/1?a=b", 401), SIGNER)
    assert [seen.scheme for seen in server.seen] == ["cavage", "rfc9421"]
    for seen in server.seen:
        verify_request(received(seen, server), PUBLIC, now=time.time())


async def test_what_is_signed_is_what_is_sent_even_when_the_address_needs_escaping(
    server: Peer, client: Client
) -> None:
    server.json("/b/%C3%A9%7C?q=%22%25")
    for scheme in ("cavage", "rfc9421"):
        await client.post(server.url("/a/../b/é%7C?q=%22%25"), b"{}", SIGNER, scheme=scheme)  # type: ignore[arg-type] # the two literals
        verify_request(received(server.seen[-1], server), PUBLIC, now=time.time())


async def test_a_post_that_is_taken_at_once_is_sent_once(server: Peer, client: Client) -> None:
    posted = await client.post(server.on("/inbox", 202), b'{"a":1}', SIGNER)
    assert posted == Posted(202, None, "cavage")
    (seen,) = server.seen
    assert (seen.method, seen.body, seen.headers["content-type"]) == ("POST", b'{"a":1}', ACTIVITY_JSON)
    verify_request(received(seen, server), PUBLIC, now=time.time())


@pytest.mark.parametrize("status", [400, 401])
async def test_a_post_is_signed_the_other_way_when_the_first_is_not_taken(
    server: Peer, client: Client, status: int
) -> None:
    async def only_newer(seen: Seen, writer: asyncio.StreamWriter) -> None:
        code = 202 if seen.scheme == "rfc9421" else status
        writer.write(f"HTTP/1.1 {code} X\r\ncontent-length: 0\r\n\r\n".encode())

    server.replies["/inbox"] = only_newer
    assert await client.post(server.url("/inbox"), b"{}", SIGNER) == Posted(202, None, "rfc9421")
    assert await client.post(server.url("/inbox"), b"{}", SIGNER, scheme="rfc9421") == Posted(202, None, "rfc9421")
    server.on("/inbox", status)
    assert await client.post(server.url("/inbox"), b"{}", SIGNER) == Posted(status, None, "cavage")


async def test_a_post_follows_no_redirect_and_reports_every_status(server: Peer, client: Client) -> None:
    assert (await client.post(server.on("/inbox", 307, location="/other"), b"{}", SIGNER)).status == 307
    posted = await client.post(server.on("/inbox", 429, retry_after="60"), b"{}", SIGNER)
    assert (posted.status, posted.retry_after) == (429, 60)
    assert {seen.path for seen in server.seen} == {"/inbox"}


# Redirects


async def test_redirects_are_followed_and_signed_for_the_same_host_only(server: Peer, client: Client) -> None:
    server.json("/3")
    server.on("/2", 301, location=server.url("/3", host="localhost"))
    fetched = await client.get_object(server.on("/1", 302, location="/2"), SIGNER)
    assert fetched.url == server.url("/3", host="localhost")
    assert [seen.scheme for seen in server.seen] == ["cavage", "cavage", ""]


async def test_circles_and_long_chains_of_redirects_end(server: Peer, client: Client) -> None:
    with pytest.raises(NotFetched):
        await client.get_object(server.on("/1", 302, location="/1"), None)
    for number in range(5):
        server.on(f"/hop{number}", 302, location=f"/hop{number + 1}")
    with pytest.raises(NotFetched):
        await client.get_object(server.url("/hop0"), None)
    assert [seen.path for seen in server.seen] == ["/1", "/hop0", "/hop1", "/hop2", "/hop3"]
    server.json("/hop3")
    assert (await client.get_object(server.url("/hop0"), None)).document == NOTE


@pytest.mark.parametrize(
    "location", ["http://10.0.0.1/", "https://169.254.169.254/", "file:///etc/passwd", "http://a.example/"]
)
async def test_a_redirect_to_an_unsafe_address_is_refused(server: Peer, client: Client, location: str) -> None:
    with pytest.raises(UnsafeAddress):
        await client.get_object(server.on("/1", 302, location=location), None)


async def test_a_redirect_to_nowhere_is_refused(server: Peer, client: Client) -> None:
    for location in ("", "http://[broken"):
        with pytest.raises(NotFetched):
            await client.get_object(server.on("/1", 302, location=location), None)


async def test_https_never_becomes_http() -> None:
    web = Web({"https://oak.example/1": redirect("http://127.0.0.1:1/")})
    with pytest.raises(UnsafeAddress, match="https to http"):
        await Client(user_agent="x", development=True, transport=web).get_object("https://oak.example/1", None)
    assert len(web.asked) == 1
