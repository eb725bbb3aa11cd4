"""Who is at the other end: certificates, and the name they are for."""

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from federation.client import Client
from federation.connections import trusting_authorities
from federation.errors import Unavailable
from tests.federation.peer import NOTE, listening


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


def test_an_empty_system_trust_store_is_filled_from_the_bundle(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "empty"))
    context = trusting_authorities()
    assert context.cert_store_stats()["x509_ca"] > 50
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
