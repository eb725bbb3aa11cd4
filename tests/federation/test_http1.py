"""One connection: what a server may answer, what it may not, and when another request may follow."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from federation.errors import Malformed
from federation.http1 import MAX_FIELDS, MAX_HEAD, Answer, Broken, Connection, Stale, message
from tests.federation.peer import Peer, Seen

OK = b"HTTP/1.1 200 OK\r\n"
SIZED = OK + b"content-length: 2\r\n\r\nok"
CHUNKED = OK + b"Transfer-Encoding: Chunked\r\n\r\n"


@asynccontextmanager
async def connected(server: Peer) -> AsyncIterator[Connection]:
    loop = asyncio.get_running_loop()
    _, connection = await loop.create_connection(Connection, "127.0.0.1", server.port)
    try:
        async with asyncio.timeout(10):  # what waits for ever fails
            yield connection
    finally:
        connection.abort()
        await connection.lost


def request(path: str = "/", method: bytes = b"GET") -> bytes:
    return message(method, path.encode(), [(b"host", b"oak.example")])


async def body_of(answer: Answer) -> bytes:
    return b"".join([chunk async for chunk in answer])


async def asked(connection: Connection) -> tuple[Answer, bytes]:
    answer = await connection.ask(request())
    return answer, await body_of(answer)


# What may be answered


@pytest.mark.parametrize(
    ("said", "status", "body", "stays"),
    [
        (SIZED, 200, b"ok", True),
        (b"HTTP/1.1 200\r\ncontent-length:2 \r\n\r\nok", 200, b"ok", True),
        (CHUNKED + b"2\r\nok\r\n0\r\n\r\n", 200, b"ok", True),
        (CHUNKED + b"1;a=b\r\no\r\n001\r\nk\r\n0\r\nx-sum: 7\r\n\r\n", 200, b"ok", True),
        (OK + b"content-length: 0\r\n\r\n", 200, b"", True),
        (OK + b"upgrade: h2,h2c\r\nconnection: Upgrade, Keep-Alive\r\ncontent-length: 2\r\n\r\nok", 200, b"ok", True),
        (OK + b"connection: close\r\ncontent-length: 2\r\n\r\nok", 200, b"ok", False),
        (b"HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok", 200, b"ok", False),
        (b"HTTP/1.0 200 OK\r\nconnection: keep-alive\r\ncontent-length: 2\r\n\r\nok", 200, b"ok", True),
        (b"HTTP/1.1 204 No\r\n\r\n", 204, b"", True),
        (b"HTTP/1.1 304 No\r\ncontent-length: 30\r\n\r\n", 304, b"", True),
        (b"HTTP/1.1 100 Go\r\n\r\nHTTP/1.1 103 Soon\r\nlink: x\r\n\r\n" + SIZED, 200, b"ok", True),
        (b"HTTP/1.1 999 Go away\r\ncontent-length: 2\r\n\r\nok", 999, b"ok", True),
    ],
)
async def test_an_answer_is_read_to_its_end_however_it_is_cut(
    server: Peer, said: bytes, status: int, body: bytes, stays: bool
) -> None:
    for parts in ([said], [bytes([each]) for each in said]):
        server.says("/", *parts)
        async with connected(server) as connection:
            answer, found = await asked(connection)
            assert (answer.status, found, connection.is_free) == (status, body, stays)


@pytest.mark.parametrize("said", [OK + b"\r\nok", OK + b"connection: close\r\n\r\nok", b"HTTP/1.0 200 OK\r\n\r\nok"])
async def test_without_a_length_the_body_ends_with_the_connection(server: Peer, said: bytes) -> None:
    server.says("/", said[:-1], said[-1:], hang_up=True)
    async with connected(server) as connection:
        _, body = await asked(connection)
        await connection.lost
        assert (body, connection.is_free) == (b"ok", False)


async def test_names_of_header_fields_are_lower_case_and_interim_ones_are_forgotten(server: Peer) -> None:
    server.says("/", b"HTTP/1.1 103 Soon\r\nLink: x\r\n\r\n" + OK + b"X-A: 1 \r\nX-a:\t2\r\nContent-Length: 0\r\n\r\n")
    async with connected(server) as connection:
        answer, _ = await asked(connection)
        assert answer.headers == [(b"x-a", b"1"), (b"x-a", b"2"), (b"content-length", b"0")]


async def test_trailers_are_no_header_fields(server: Peer) -> None:
    server.says("/", CHUNKED + b"0\r\nlocation: https://elm.example/\r\n\r\n")
    async with connected(server) as connection:
        answer, _ = await asked(connection)
        assert [name for name, _ in answer.headers] == [b"transfer-encoding"]


async def test_an_answer_to_head_has_no_body_whatever_its_length(server: Peer) -> None:
    server.says("/", OK + b"content-length: 1000\r\n\r\n")
    async with connected(server) as connection:
        answer = await connection.ask(request(method=b"HEAD"), bodiless=True)
        assert (answer.status, await body_of(answer), connection.is_free) == (200, b"", False)


async def test_one_request_follows_the_other(server: Peer) -> None:
    server.says("/", SIZED)
    async with connected(server) as connection:
        for _ in range(3):
            assert connection.is_free
            assert (await asked(connection))[1] == b"ok"
    assert (len(server.seen), server.connections) == (3, 1)


# What may not


@pytest.mark.parametrize(
    "said",
    [
        OK + b"content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        OK + b"transfer-encoding: chunked\r\ncontent-length: 2\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        OK + b"content-length: 2\r\ncontent-length: 2\r\n\r\nok",
        OK + b"content-length: 2\r\ncontent-length: 3\r\n\r\nok",
        OK + b"content-length: 2, 2\r\n\r\nok",
        OK + b"content-length: +2\r\n\r\nok",
        OK + b"content-length: -2\r\n\r\nok",
        OK + b"content-length: 0x2\r\n\r\nok",
        OK + b"content-length:\r\n\r\nok",
        OK + b"content-length: 99999999999999999999999\r\n\r\nok",
        OK + b"content-length : 2\r\n\r\nok",
        OK + b"transfer-encoding: gzip\r\n\r\nok",
        OK + b"transfer-encoding: identity\r\n\r\nok",
        OK + b"transfer-encoding: gzip, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        OK + b"transfer-encoding: chunked, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        OK + b"transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        OK + b"transfer-encoding: \x0bchunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        b"HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        CHUNKED + b"zz\r\nok\r\n0\r\n\r\n",
        CHUNKED + b"2\nok\n0\n\n",
        CHUNKED + b"2\r\nokay\r\n0\r\n\r\n",
        CHUNKED + b"ffffffffffffffffff\r\nok\r\n0\r\n\r\n",
        CHUNKED + b"2\r\nok\r\n0\r\ncontent-length: 5\r\n\r\n",
        OK + b"x: a\r\n folded\r\ncontent-length: 2\r\n\r\nok",
        OK + b"x: a\0b\r\ncontent-length: 2\r\n\r\nok",
        OK + b"x: a\nb: c\r\ncontent-length: 2\r\n\r\nok",
        b"HTTP/1.1 200 OK\ncontent-length: 2\n\nok",
        b"HTTP/1.1 101 Other\r\nupgrade: x\r\nconnection: upgrade\r\n\r\nok",
        b"HTTP/1.1 101 Other\r\n\r\nok",
        b"HTTP/2.0 200 OK\r\ncontent-length: 2\r\n\r\nok",
        b"HTTP/1.1 099 OK\r\ncontent-length: 2\r\n\r\nok",
        b"HTTP/1.1 20 OK\r\ncontent-length: 2\r\n\r\nok",
        b"HTTP/1.1 2000 OK\r\ncontent-length: 2\r\n\r\nok",
        b"<html>ok</html>",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
)
async def test_what_is_ambiguous_or_no_http_is_refused_and_ends_the_connection(server: Peer, said: bytes) -> None:
    server.says("/", said)
    async with connected(server) as connection:
        with pytest.raises(Broken):
            await asked(connection)
        await connection.lost
        assert not connection.is_free


@pytest.mark.parametrize(
    "said",
    [
        OK + b"x: 1\r\n" * (MAX_FIELDS + 2),
        OK + b"x: " + b"x" * MAX_HEAD + b"\r\n",
        OK + (b"x: " + b"x" * 1000 + b"\r\n") * (MAX_HEAD // 1000 + 1),
        OK + b"x" * MAX_HEAD * 2,
        b"HTTP/1.1 200 " + b"x" * MAX_HEAD * 2,
        b"HTTP/1.1 100 Go\r\n\r\n" * (MAX_HEAD // 10),
        b"\r\n" * MAX_HEAD,
        CHUNKED + b"1;" + b"x" * MAX_HEAD * 20,
        CHUNKED + b"0\r\n" + b"x: 1\r\n" * (MAX_FIELDS + 1),
        CHUNKED + b"0\r\nx: " + b"x" * MAX_HEAD * 20,
    ],
)
async def test_what_has_no_end_is_cut_off(server: Peer, said: bytes) -> None:
    server.says("/", said)
    async with connected(server) as connection:
        with pytest.raises(Broken):
            await asked(connection)


async def test_a_head_of_usual_size_passes(server: Peer) -> None:
    fields = b"".join(b"x-%d: %s\r\n" % (number, b"x" * 300) for number in range(MAX_FIELDS // 2))
    server.says("/", OK + fields + b"content-length: 0\r\n\r\n")
    async with connected(server) as connection:
        answer, _ = await asked(connection)
        assert len(answer.headers) == MAX_FIELDS // 2 + 1


@pytest.mark.parametrize("more", [b"junk", b" ", SIZED, b"HTTP/1.1 100 Go\r\n\r\n"])
async def test_who_says_more_than_was_asked_is_not_asked_again(server: Peer, more: bytes) -> None:
    server.says("/", SIZED + more)
    async with connected(server) as connection:
        assert (await asked(connection))[1] == b"ok"
        assert not connection.is_free


async def test_who_says_something_unasked_later_is_not_asked_again(server: Peer) -> None:
    server.says("/", SIZED)
    async with connected(server) as connection:
        assert (await asked(connection))[1] == b"ok"
        server.lines[0].write(SIZED)
        await connection.lost
        assert not connection.is_free
    async with connected(server) as connection:
        while not server.lines:
            await asyncio.sleep(0)
        server.lines[-1].write(SIZED)
        await connection.lost


# When it breaks off


@pytest.mark.parametrize(
    "said", [OK, OK + b"content-length: 9\r\n\r\nok", CHUNKED + b"9\r\nok", CHUNKED, b"HTTP/1.1 100 Go\r\n\r\n", b"H"]
)
async def test_an_answer_that_breaks_off_is_none(server: Peer, said: bytes) -> None:
    server.says("/", SIZED)
    server.says("/cut", said, hang_up=True)
    async with connected(server) as connection:
        await asked(connection)
        with pytest.raises(Broken) as caught:
            await body_of(await connection.ask(request("/cut")))
        assert type(caught.value) is Broken


async def test_only_a_used_connection_that_was_closed_in_silence_is_stale(server: Peer) -> None:
    server.says("/", SIZED)
    server.says("/silence", hang_up=True)
    async with connected(server) as connection:
        with pytest.raises(Broken) as caught:
            await connection.ask(request("/silence"))
        assert type(caught.value) is Broken
    async with connected(server) as connection:
        await asked(connection)
        with pytest.raises(Stale):
            await connection.ask(request("/silence"))


async def test_a_server_that_answers_before_it_has_read_everything_is_not_asked_again(server: Peer) -> None:
    """The rest of the body would be taken for the next request."""

    answered, seen = asyncio.Event(), asyncio.Event()

    async def too_large(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 413 Too large\r\ncontent-length: 0\r\n\r\n")
        await answered.wait()
        writer.transport.abort()
        seen.set()

    listening = await asyncio.start_server(too_large, "127.0.0.1", 0, limit=1000)
    server.port = listening.sockets[0].getsockname()[1]
    async with connected(server) as connection:
        size = 50_000_000
        answer = await connection.ask(message(b"POST", b"/", [(b"content-length", b"%d" % size)], bytes(size)))
        assert (answer.status, await body_of(answer), connection.is_free) == (413, b"", False)
        answered.set()
        await seen.wait()
    listening.close()


async def test_a_body_that_was_not_read_keeps_the_connection_from_being_used_again(server: Peer) -> None:
    server.on("/", 200, b"x" * 1000)
    async with connected(server) as connection:
        await connection.ask(request())
        assert not connection.is_free


async def test_a_large_body_waits_at_the_server_until_it_is_read(server: Peer) -> None:
    size, sent = 20_000_000, 0

    async def much(seen: Seen, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(OK + b"content-length: %d\r\n\r\n" % size)
        while sent < size:
            writer.write(b"x" * 100_000)
            await writer.drain()
            sent += 100_000

    server.replies["/"] = much
    async with connected(server) as connection:
        answer = await connection.ask(request())
        before = -1
        while sent != before:
            before = sent
            await asyncio.sleep(0.1)
        assert sent < size
        assert answer.unread < 1_000_000
        assert sum([len(chunk) async for chunk in answer]) == size
        assert connection.is_free


# What is sent


def test_a_request_is_written_as_it_is_specified() -> None:
    sent = message(b"POST", b"/inbox?a=b", [(b"host", b"oak.example"), (b"content-length", b"2")], b"{}")
    assert sent == b"POST /inbox?a=b HTTP/1.1\r\nhost: oak.example\r\ncontent-length: 2\r\n\r\n{}"


@pytest.mark.parametrize("bad", [b"a\r\nx: y", b"a\nx: y", b"a\rx: y", b"a\0", b"a\x0b", b"\x7f"])
def test_nothing_breaks_out_of_its_line(bad: bytes) -> None:
    for method, target, name, value in (
        (bad, b"/", b"x", b"y"),
        (b"GET", b"/" + bad, b"x", b"y"),
        (b"GET", b"/", bad, b"y"),
        (b"GET", b"/", b"x", bad),
    ):
        with pytest.raises(Malformed):
            message(method, target, [(name, value)])


def test_a_target_with_a_blank_is_refused() -> None:
    with pytest.raises(Malformed):
        message(b"GET", b"/ HTTP/1.1", [])
