"""What the door to other servers does not let through: addresses, blocked domains, what is too long or too much."""

import asyncio
import gzip
import json
import time

import httpx
import pytest

from federation.client import ACTIVITY_JSON, Client
from federation.errors import NotFetched, TooLarge, Unavailable, UnsafeAddress
from federation.signatures.keys import Signer, generate_rsa
from tests.federation.peer import NOTE, Peer, Seen, Web, redirect

SIGNER = Signer("https://ash.example/actor#main-key", generate_rsa()[0])


# Addresses


async def test_addresses_are_checked_whatever_the_transport() -> None:
    web = Web({})
    client = Client(user_agent="x", transport=web)
    for url in ("http://oak.example/", "https://10.0.0.1/", "https://localhost/", "https://a@oak.example/"):
        with pytest.raises(UnsafeAddress):
            await client.get_object(url, None)
        with pytest.raises(UnsafeAddress):
            await client.post(url, b"{}", SIGNER)
    assert web.asked == []


async def test_a_blocked_domain_is_never_asked_not_even_by_a_redirect() -> None:
    async def blocked(domain: str) -> bool:
        return domain == "elm.example:8443"

    web = Web({"https://oak.example/1": redirect("https://elm.example:8443/")})
    client = Client(user_agent="x", transport=web, domain_refused=blocked)
    for url in ("https://ELM.example.:8443/", "https://oak.example/1"):
        with pytest.raises(UnsafeAddress, match="blocked"):
            await client.get_object(url, None)
    assert [request.url.host for request in web.asked] == ["oak.example"]


async def test_a_name_that_leads_inside_is_refused_before_a_connection(server: Peer) -> None:
    async def inside(host: str, port: int) -> list[str]:
        return ["1.1.1.1", "127.0.0.1"]

    client = Client(user_agent="x", ask=inside)
    with pytest.raises(UnsafeAddress):
        await client.get_object(f"https://oak.example:{server.port}/", None)
    await client.aclose()
    assert server.connections == 0


async def test_the_connection_goes_to_the_address_that_was_checked(server: Peer) -> None:
    answers = [["127.0.0.1"], ["10.0.0.1"]]

    async def rebinding(host: str, port: int) -> list[str]:
        return answers.pop(0)

    client = Client(user_agent="x", development=True, ask=rebinding)
    await client.get_object(server.json("/1").replace("127.0.0.1", "localhost"), None)
    assert answers == [["10.0.0.1"]]
    await client.aclose()


async def test_a_dead_first_address_leaves_time_for_the_next(server: Peer) -> None:
    async def two(host: str, port: int) -> list[str]:
        return ["127.0.0.2", "127.0.0.1"]

    client = Client(user_agent="x", development=True, ask=two)
    await client.get_object(server.json("/1").replace("127.0.0.1", "localhost"), None)
    await client.aclose()


async def test_a_name_or_server_that_is_not_there_is_unavailable() -> None:
    async def nowhere(host: str, port: int) -> list[str]:
        raise OSError("no such name")

    client = Client(user_agent="x", development=True, ask=nowhere)
    with pytest.raises(Unavailable):
        await client.get_object("https://oak.example/", None)
    client = Client(user_agent="x", development=True)
    with pytest.raises(Unavailable):
        await client.post("http://127.0.0.1:1/inbox", b"{}", SIGNER)
    client = Client(user_agent="x", transport=Web({"https://oak.example/": httpx.ReadError("cut")}))
    with pytest.raises(Unavailable):
        await client.get_object("https://oak.example/", None)


async def test_a_server_that_does_not_speak_tls_is_unavailable(client: Client) -> None:
    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await reader.read(10_000)
        writer.close()

    async with await asyncio.start_server(plain, "127.0.0.1", 0) as listening:
        with pytest.raises(Unavailable):
            await client.get_object(f"https://127.0.0.1:{listening.sockets[0].getsockname()[1]}/", None)


# Time and size


async def test_one_byte_a_time_ends_at_the_deadline(server: Peer) -> None:
    async def drip(seen: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 200 OK\r\ncontent-type: {ACTIVITY_JSON}\r\ncontent-length: 1000\r\n\r\n".encode())
        while not writer.is_closing():
            writer.write(b" ")
            await asyncio.sleep(0.02)

    server.replies["/1"] = drip
    client = Client(user_agent="x", development=True, deadline=0.3)
    started = time.monotonic()
    with pytest.raises(Unavailable):
        await client.get_object(server.url("/1"), None)
    assert 0.25 < time.monotonic() - started < 3
    await client.aclose()


async def test_a_delivery_that_was_answered_counts_though_its_body_drips(server: Peer, client: Client) -> None:
    async def answer_and_drip(seen: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 202 OK\r\ncontent-length: 1000\r\n\r\n")
        await writer.drain()
        await asyncio.sleep(1.5)

    server.replies["/inbox"] = answer_and_drip
    assert (await client.post(server.url("/inbox"), b"{}", SIGNER)).status == 202
    assert (await client.post(server.on("/inbox", 202, b"x" * 200_000), b"{}", SIGNER)).status == 202


async def test_gzip_is_read_and_a_bomb_is_not(server: Peer, client: Client) -> None:
    url = server.json("/1", gzip.compress(json.dumps(NOTE).encode()), content_encoding="gzip")
    assert (await client.get_object(url, None)).document == NOTE
    for body, encoding in [(gzip.compress(bytes(100_000_000)), "gzip"), (b" " * 1_048_577, "identity")]:
        with pytest.raises(TooLarge):
            await client.get_object(server.json("/1", body, content_encoding=encoding), None)
    with pytest.raises(NotFetched):
        await client.get_object(server.json("/1", content_encoding="br"), None)


async def test_a_length_that_lies_is_trouble_not_a_document(server: Peer, client: Client) -> None:
    async def cut(seen: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(
            f"HTTP/1.1 200 OK\r\ncontent-type: {ACTIVITY_JSON}\r\ncontent-length: 900\r\n\r\n".encode() + b"{}"
        )
        writer.close()

    server.replies["/1"] = cut
    with pytest.raises(Unavailable):
        await client.get_object(server.url("/1"), None)
    # Shorter than what follows: the rest is not part of the answer.
    assert (await client.get_object(server.json("/2", b"{}   junk", content_length="2"), None)).document == {}


# Connections


async def test_at_most_four_requests_at_a_time_go_to_one_server(server: Peer, client: Client) -> None:
    running, most = 0, 0

    async def slow(seen: Seen, writer: asyncio.StreamWriter) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.02)
        running -= 1
        writer.write(b"HTTP/1.1 202 OK\r\ncontent-length: 0\r\n\r\n")

    server.replies["/inbox"] = slow
    await asyncio.gather(*(client.post(server.url("/inbox"), b"{}", SIGNER) for _ in range(12)))
    assert (most, len(server.seen), server.connections) == (4, 12, 4)


async def test_waiting_for_a_turn_does_not_use_up_a_deliverys_time(server: Peer) -> None:
    async def slow(seen: Seen, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.2)
        writer.write(b"HTTP/1.1 202 OK\r\ncontent-length: 0\r\n\r\n")

    server.replies["/inbox"] = slow
    client = Client(user_agent="x", development=True, deadline=1)
    posted = await asyncio.gather(*(client.post(server.url("/inbox"), b"{}", SIGNER) for _ in range(24)))
    assert {one.status for one in posted} == {202}
    await client.aclose()


async def test_a_connection_that_was_closed_without_a_word_is_opened_again(server: Peer, client: Client) -> None:
    async def once_per_connection(seen: Seen, writer: asyncio.StreamWriter) -> None:
        if len(server.seen) == 2:
            writer.close()
        else:
            writer.write(b"HTTP/1.1 202 OK\r\ncontent-length: 0\r\n\r\n")

    server.replies["/inbox"] = once_per_connection
    for _ in range(2):
        assert (await client.post(server.url("/inbox"), b"{}", SIGNER)).status == 202
    assert (len(server.seen), server.connections) == (3, 2)


async def test_a_server_that_hangs_up_on_a_new_connection_is_unavailable(server: Peer, client: Client) -> None:
    async def hang_up(seen: Seen, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server.replies["/inbox"] = hang_up
    with pytest.raises(Unavailable):
        await client.post(server.url("/inbox"), b"{}", SIGNER)
    assert len(server.seen) == 1
