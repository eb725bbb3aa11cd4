"""Which connections are kept, for how long, and what becomes of them when a request is cut short."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from federation import connections
from federation.client import Client
from federation.connections import PER_ORIGIN, Exchange, Origin, Pools, trusting_authorities
from federation.errors import Malformed, Unavailable, UnsafeAddress
from federation.http1 import Broken
from tests.federation.peer import NOTE, Peer, Seen, listening

ACCEPTED = b"HTTP/1.1 202 X\r\ncontent-length: 0\r\n\r\n"


@pytest.fixture
async def pools() -> AsyncIterator[Pools]:
    pools = Pools(development=True)
    yield pools
    await pools.aclose()


async def begin(pools: Pools, server: Peer, path: str = "/", host: str = "127.0.0.1") -> Exchange:
    headers = [(b"host", host.encode())]
    async with asyncio.timeout(10):  # what waits for ever fails
        return await pools.request(Origin("http", host, server.port), b"GET", path.encode(), headers)


async def ask(pools: Pools, server: Peer, path: str = "/", host: str = "127.0.0.1") -> int:
    """A request whose answer is seen to its end; returns the status."""
    exchange = await begin(pools, server, path, host)
    async for _ in exchange.answer:
        pass
    exchange.close()
    return exchange.answer.status


def stalls(server: Peer, path: str, said: bytes) -> asyncio.Event:
    """Say this much and no more; the event is set when it was said."""
    came = asyncio.Event()

    async def reply(seen: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(said)
        await writer.drain()
        came.set()
        await asyncio.sleep(30)

    server.replies[path] = reply
    return came


# What is kept


async def test_a_connection_is_used_again(server: Peer, pools: Pools) -> None:
    server.on("/", 202)
    for _ in range(3):
        await ask(pools, server)
    assert (len(server.seen), server.connections) == (3, 1)


async def test_a_few_connections_to_a_server_are_kept_and_the_rest_is_closed(server: Peer, pools: Pools) -> None:
    server.on("/", 202)
    many = await asyncio.gather(*(begin(pools, server) for _ in range(PER_ORIGIN + 3)))
    assert len(server.lines) == PER_ORIGIN + 3
    for exchange in many:
        exchange.close()
    while len(server.lines) > PER_ORIGIN:
        await asyncio.sleep(0.01)
    await asyncio.gather(*(ask(pools, server) for _ in range(PER_ORIGIN)))
    assert server.connections == PER_ORIGIN + 3


async def test_connections_that_are_not_used_are_closed_in_time(
    server: Peer, pools: Pools, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "_IDLE_SECONDS", 0.1)
    server.on("/", 202)
    await ask(pools, server)
    assert len(server.lines) == 1
    await server.alone()
    await ask(pools, server)
    assert server.connections == 2


async def test_connections_to_servers_beyond_the_limit_are_closed_unless_busy(
    server: Peer, pools: Pools, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "_MAX_ORIGINS", 2)
    server.on("/", 202)
    busy = await begin(pools, server)
    for host in ("a.localhost", "b.localhost", "c.localhost"):
        pools._ask = lambda *_: asyncio.sleep(0, ["127.0.0.1"])  # names below localhost lead nowhere on some systems
        await ask(pools, server, host=host)
    while len(server.lines) > 3:
        await asyncio.sleep(0.01)
    await ask(pools, server, host="b.localhost")
    await ask(pools, server, host="c.localhost")
    assert server.connections == 4
    await ask(pools, server, host="a.localhost")
    assert server.connections == 5
    busy.close()


async def test_closing_closes_everything_and_what_is_under_way_fails(server: Peer, pools: Pools) -> None:
    server.on("/", 202)
    came = stalls(server, "/stall", b"")
    await ask(pools, server)
    busy = asyncio.create_task(ask(pools, server, "/stall"))
    await came.wait()
    await pools.aclose()
    with pytest.raises(Broken):
        await busy
    with pytest.raises(Broken):
        await ask(pools, server)
    assert server.connections == 1


# When a request may be sent twice


async def test_a_connection_that_was_closed_meanwhile_is_replaced(server: Peer, pools: Pools) -> None:
    server.on("/", 202)
    await ask(pools, server)
    server.lines[0].close()
    assert await ask(pools, server) == 202
    assert (len(server.seen), server.connections) == (2, 2)


async def test_a_request_is_sent_once_more_when_a_kept_connection_ends_in_silence(server: Peer, pools: Pools) -> None:
    server.on("/", 202)
    await ask(pools, server)

    async def first_hang_up(seen: Seen, writer: asyncio.StreamWriter) -> None:
        if server.connections == 1:
            writer.transport.abort()
        else:
            writer.write(ACCEPTED)

    server.replies["/"] = first_hang_up
    assert await ask(pools, server) == 202
    assert (len(server.seen), server.connections) == (3, 2)


async def test_it_is_sent_twice_at_most(server: Peer, pools: Pools) -> None:
    server.on("/", 202)
    await asyncio.gather(*(ask(pools, server) for _ in range(3)))
    server.seen.clear()
    server.says("/", hang_up=True)
    with pytest.raises(Broken):
        await ask(pools, server)
    assert len(server.seen) == 2


@pytest.mark.parametrize("said", [b"H", b"HTTP/1.1 202 X\r\n", b"HTTP/1.1 100 Go\r\n\r\n", b"no http"])
async def test_it_is_sent_once_when_any_byte_of_an_answer_came(server: Peer, pools: Pools, said: bytes) -> None:
    server.on("/", 202)
    await ask(pools, server)
    server.says("/", said, hang_up=True)
    with pytest.raises(Broken):
        await ask(pools, server)
    assert (len(server.seen), server.connections) == (2, 1)


async def test_it_is_sent_once_on_a_new_connection(server: Peer, pools: Pools) -> None:
    server.says("/", hang_up=True)
    with pytest.raises(Broken):
        await ask(pools, server)
    assert len(server.seen) == 1


async def test_a_server_that_closes_what_was_just_opened_is_no_riddle(server: Peer, pools: Pools) -> None:
    closing = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    server.port = closing.sockets[0].getsockname()[1]
    for _ in range(20):
        with pytest.raises((Broken, ConnectionResetError)):
            await ask(pools, server)
    closing.close()


async def test_closing_meets_a_connection_that_is_being_made(server: Peer, pools: Pools) -> None:
    server.on("/", 202)

    async def while_it_closes(host: str, port: int) -> list[str]:
        await pools.aclose()
        return ["127.0.0.1"]

    pools._ask = while_it_closes
    with pytest.raises(Broken):
        await ask(pools, server)
    assert server.seen == []


async def test_what_cannot_be_sent_opens_no_connection(server: Peer, pools: Pools) -> None:
    with pytest.raises(Malformed):
        await pools.request(Origin("http", "127.0.0.1", server.port), b"GET", b"/", [(b"x", b"a\r\nb: c")])
    assert server.connections == 0


# Cut short


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nok"])
@pytest.mark.parametrize("kept", [True, False])
async def test_a_cancelled_request_leaves_no_connection_behind(
    server: Peer, pools: Pools, said: bytes, kept: bool
) -> None:
    server.on("/", 202)
    if kept:
        await ask(pools, server)
    came = stalls(server, "/stall", said)

    async def asking() -> None:
        exchange = await begin(pools, server, "/stall")
        try:
            async for _ in exchange.answer:
                pass
        finally:
            exchange.close()

    task = asyncio.create_task(asking())
    await came.wait()
    await asyncio.sleep(0.02)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not pools._idle
    assert await ask(pools, server) == 202
    assert (len(server.seen), server.connections) == (2 + kept, 2)


async def test_a_request_cancelled_at_any_moment_leaves_no_answer_for_the_next(server: Peer, pools: Pools) -> None:
    async def echo(seen: Seen, writer: asyncio.StreamWriter) -> None:
        number = seen.path.encode()
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(number))
        await asyncio.sleep(0)
        writer.write(number)

    async def number_of(path: str) -> bytes:
        exchange = await begin(pools, server, path)
        try:
            return b"".join([chunk async for chunk in exchange.answer])
        finally:
            exchange.close()

    for number in range(60):
        server.replies[f"/{number}"] = echo
        task = asyncio.create_task(number_of(f"/{number}"))
        for _ in range(number % 20):
            await asyncio.sleep(0)
        if number % 3:
            task.cancel()
        (found,) = await asyncio.gather(task, return_exceptions=True)
        assert found == f"/{number}".encode() or isinstance(found, asyncio.CancelledError)
    assert sum(len(idle) for idle in pools._idle.values()) <= 1


async def test_connecting_has_a_deadline_of_its_own(
    server: Peer, pools: Pools, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "_CONNECT_SECONDS", 0.1)

    async def never(host: str, port: int) -> list[str]:
        await asyncio.sleep(30)
        return []

    pools._ask = never
    with pytest.raises(TimeoutError):
        await ask(pools, server)


async def test_a_handshake_that_never_ends_is_given_up(
    server: Peer, pools: Pools, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "_CONNECT_SECONDS", 0.1)
    with pytest.raises(TimeoutError):
        await pools.request(Origin("https", "127.0.0.1", server.port), b"GET", b"/", [])
    await server.alone()


# Who is at the other end


class Authority:
    """Signs certificates that nobody trusts who was not told to."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._key = folder, ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test authority")])
        self.pem = folder / "authority.pem"
        mine = self._made(self._name, self._key.public_key()).add_extension(x509.BasicConstraints(True, None), True)
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        subject = x509.SubjectKeyIdentifier.from_public_key(self._key.public_key())
        signed = mine.add_extension(usage, True).add_extension(subject, False).sign(self._key, hashes.SHA256())
        self.pem.write_bytes(signed.public_bytes(Encoding.PEM))

    def server(self, name: str, *, days: int = 1) -> ssl.SSLContext:
        """What a server that is called `name` needs; a negative number of `days` made it run out."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = self._made(x509.Name([]), key.public_key(), days)
        names: x509.GeneralName = x509.DNSName(name)
        if name[0].isdigit():
            names = x509.IPAddress(ip_address(name))
        authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        made = made.add_extension(x509.SubjectAlternativeName([names]), True).add_extension(authority, False)
        pem = self._folder / f"{name}.pem"
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        pem.write_bytes(private + made.sign(self._key, hashes.SHA256()).public_bytes(Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        return context

    def _made(self, name: x509.Name, key: ec.EllipticCurvePublicKey, days: int = 1) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        made = x509.CertificateBuilder().subject_name(name).issuer_name(self._name).public_key(key)
        made = made.serial_number(x509.random_serial_number())
        return made.not_valid_before(now - timedelta(days=9)).not_valid_after(now + timedelta(days=days))


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    made = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.pem))
    return made


async def loopback(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


async def test_a_name_keeps_its_meaning_at_the_address_it_leads_to(authority: Authority) -> None:
    named: list[str | None] = []
    tls = authority.server("oak.example")
    tls.sni_callback = lambda _, name, __: named.append(name)
    client = Client(user_agent="x", development=True, ask=loopback)
    async with listening(tls) as server:
        server.json("/1")
        for _ in range(2):
            found = await client.get_object(f"https://oak.example:{server.port}/1", None)
        assert found.document == NOTE
        assert named == ["oak.example"]
        assert [seen.headers["host"] for seen in server.seen] == [f"oak.example:{server.port}"] * 2
        await client.aclose()


async def test_an_address_is_named_in_a_certificate_too(authority: Authority) -> None:
    client = Client(user_agent="x", development=True)
    async with listening(authority.server("127.0.0.1")) as server:
        server.json("/1")
        assert (await client.get_object(f"https://127.0.0.1:{server.port}/1", None)).document == NOTE
        await client.aclose()


@pytest.mark.parametrize("trouble", ["another name", "an unknown authority", "run out"])
async def test_a_certificate_that_does_not_hold_is_refused_before_anything_is_said(
    authority: Authority, tmp_path: Path, trouble: str
) -> None:
    (tmp_path / "other").mkdir()
    tls = {
        "another name": lambda: authority.server("ash.example"),
        "an unknown authority": lambda: Authority(tmp_path / "other").server("oak.example"),
        "run out": lambda: authority.server("oak.example", days=-1),
    }[trouble]()
    client = Client(user_agent="x", development=True, ask=loopback)
    async with listening(tls) as server:
        server.json("/1")
        with pytest.raises(Unavailable, match="CERTIFICATE_VERIFY_FAILED"):
            await client.get_object(f"https://oak.example:{server.port}/1", None)
        assert server.seen == []
        await client.aclose()


async def test_a_name_that_leads_inside_is_refused_without_a_connection(server: Peer) -> None:
    pools = Pools(ask=loopback)
    with pytest.raises(UnsafeAddress):
        await pools.request(Origin("https", "oak.example", server.port), b"GET", b"/", [])
    assert server.connections == 0


def test_an_empty_system_trust_store_is_filled_from_the_bundle(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "empty"))
    context = trusting_authorities()
    assert context.cert_store_stats()["x509_ca"] > 50
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
