"""The inbox as anybody on the network can reach it: bytes on a socket, as no client would write them."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from federation.signatures import cavage
from federation.values import dumps
from server.ledger import receipts
from tests.elsewhere import ACTIVITY_JSON, Stranger
from tests.hostile.ground import House, on_a_port

LIMIT = 1_048_576


@pytest.fixture
async def oak(tmp_path: Path) -> AsyncIterator[House]:
    async with on_a_port(tmp_path) as made:
        yield made


def headers_of(oak: House, who: Stranger, body: bytes, path: str = "/inbox") -> dict[str, str]:
    """Signed for the address that the instance has."""
    settings = oak.instance.settings
    signed = cavage.sign(
        "POST",
        f"{settings.base_url}{path}",
        body,
        content_type=ACTIVITY_JSON,
        signer=who.signer,
        now=oak.here.clock(),
    )
    return {"host": settings.domain, "content-type": ACTIVITY_JSON, **signed}


async def send(oak: House, *pieces: bytes, wait: float = 10) -> int:
    """Write bytes as they are; returns the status of the answer, 0 if the connection was closed without one."""
    host, _, port = oak.instance.settings.domain.partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        line = await asyncio.wait_for(reader.readline(), wait)
    except (ConnectionError, BrokenPipeError):
        line = await asyncio.wait_for(reader.readline(), wait)
    finally:
        writer.close()
    return int(line.split()[1]) if line else 0


def request(headers: dict[str, str], body: bytes, *more: str, target: str = "/inbox") -> bytes:
    lines = [f"POST {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), *more]
    if not any(line.lower().startswith(("content-length", "transfer-encoding")) for line in lines):
        lines.append(f"content-length: {len(body)}")
    return "\r\n".join([*lines, "connection: close", "", ""]).encode() + body


def visit(oak: House, name: str = "river") -> tuple[Stranger, bytes]:
    """Somebody elsewhere and what they send: a Like of something unknown here."""
    who = oak.here.stranger(name)
    return who, dumps(who.does("Like", "https://elm.example/posts/1"))


async def kept(oak: House) -> int:
    with oak.use():
        return await oak.here.count("receipts")


async def test_a_delivery_is_taken_whatever_host_it_names_and_however_it_names_the_address(oak: House) -> None:
    who, body = visit(oak)
    headers = headers_of(oak, who, body)
    assert await send(oak, request(headers, body)) == 202
    assert await send(oak, request({**headers, "host": "evil.example"}, body)) in (202, 401)
    absolute = f"{oak.instance.settings.base_url}/inbox"
    assert await send(oak, request(headers, body, target=absolute)) in (202, 400, 401, 404)
    assert await send(oak, request(headers, body, target="//evil.example/inbox")) in (400, 401, 404)
    assert await send(oak, request(headers, body, target="*")) in (400, 404)
    assert await kept(oak) == 1


@pytest.mark.parametrize("name", ["signature", "digest", "date"])
async def test_a_header_that_is_there_twice_proves_nothing(oak: House, name: str) -> None:
    who, body = visit(oak)
    headers = headers_of(oak, who, body)
    other = {
        "signature": 'keyId="https://evil.example/k",headers="date",signature="AAAA"',
        "digest": "SHA-256=AAAA",
        "date": "Sun, 22 Nov 2026 10:00:00 GMT",
    }[name]
    for first, second in ((headers[name], other), (other, headers[name])):
        status = await send(oak, request({**headers, name: first}, body, f"{name}: {second}"))
        assert status in (400, 401), (first, second, status)
    assert await kept(oak) == 0


async def test_a_body_in_chunks_is_read_no_further_than_the_limit(oak: House) -> None:
    who, body = visit(oak)
    headers = {**headers_of(oak, who, body), "transfer-encoding": "chunked"}
    head = request(headers, b"")
    chunk = b"10000\r\n" + b" " * 65_536 + b"\r\n"
    status = await send(oak, head, *[chunk] * 40)
    assert status == 413
    good = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    assert await send(oak, request(headers, b"") + good) == 202


async def test_a_length_and_chunks_together_smuggle_nothing(oak: House) -> None:
    who, body = visit(oak)
    headers = {**headers_of(oak, who, body), "transfer-encoding": "chunked", "content-length": str(len(body))}
    status = await send(oak, request(headers, b"0\r\n\r\n"), wait=3)
    assert status in (0, 400, 401, 413)
    assert await kept(oak) == 0


async def test_a_length_that_lies_or_is_no_number_is_no_error_of_ours(oak: House) -> None:
    who, body = visit(oak)
    headers = headers_of(oak, who, body)
    assert await send(oak, request({**headers, "content-length": "99999999999999999999"}, b"")) in (0, 400, 413)
    assert await send(oak, request({**headers, "content-length": str(LIMIT + 1)}, b"")) == 413
    assert await send(oak, request({**headers, "content-length": "-1"}, b"")) in (0, 400)
    assert await send(oak, request({**headers, "content-length": "²"}, b"")) in (0, 400)


@pytest.mark.parametrize("encoding", ["gzip", "br", "identity", "", "gzip, gzip"])
async def test_no_content_encoding_is_taken(oak: House, encoding: str) -> None:
    who, body = visit(oak)
    assert await send(oak, request(headers_of(oak, who, body), body, f"content-encoding: {encoding}")) == 415


async def test_a_replay_is_taken_within_the_window_without_effect_and_refused_after_it(oak: House) -> None:
    who, body = visit(oak)
    old = request(headers_of(oak, who, body), body)
    assert await send(oak, old) == 202
    assert await send(oak, old) == 202
    assert await kept(oak) == 1
    oak.here.clock.now += 13 * 3600
    assert await send(oak, old) == 401
    oak.here.clock.now -= 26 * 3600
    assert await send(oak, old) == 401


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "BREW"])
async def test_no_other_method_does_anything(oak: House, method: str) -> None:
    who, body = visit(oak)
    sent = request(headers_of(oak, who, body), body).replace(b"POST", method.encode(), 1)
    assert await send(oak, sent) in (0, 200, 204, 400, 404, 405)
    assert await kept(oak) == 0


async def test_twenty_copies_at_once_are_one_activity(oak: House) -> None:
    who, body = visit(oak)
    sent = request(headers_of(oak, who, body), body)
    assert set(await asyncio.gather(*(send(oak, sent) for _ in range(20)))) == {202}
    assert await kept(oak) == 1
    with oak.use():
        found = await receipts.load((await oak.here.one("SELECT id FROM receipts"))["id"])
    assert found is not None
    assert found.body == body
