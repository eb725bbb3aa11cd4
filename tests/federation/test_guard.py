"""Which addresses may be reached, and how much is read."""

import gzip
import tracemalloc
import zlib

import pytest

from federation.errors import NotFetched, TooLarge, UnsafeAddress
from federation.guard import BodyReader, Target, check_url, look_up, may_reach, resolve_checked

INSIDE = [
    "0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.255.255.254", "168.63.129.16", "169.254.169.254",
    "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1",
    "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1", "100::1", "2001::1", "2001:10::1", "2001:20::1", "2001:1ff::1", "2001:db8::1", "2002:7f00:1::1",
    "3fff::1", "3fff:fff::1", "4000::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1",
]  # fmt: skip
OUTSIDE = ["1.1.1.1", "172.32.0.1", "192.0.1.1", "2606:4700::1111", "2001:200::1", "::ffff:8.8.8.8", "64:ff9b::808:808"]


@pytest.mark.parametrize("address", INSIDE)
def test_an_inside_address_is_never_reached(address: str) -> None:
    assert not may_reach(address)


@pytest.mark.parametrize("address", OUTSIDE)
def test_a_public_address_may_be_reached(address: str) -> None:
    assert may_reach(address)


def test_development_adds_loopback_and_nothing_else() -> None:
    added = [address for address in INSIDE if may_reach(address, development=True)]
    assert added == ["127.0.0.1", "127.255.255.254", "::1"]


@pytest.mark.parametrize(
    "url",
    [
        "", "data:text/plain,x", "file:///etc/passwd", "javascript:alert(1)", "ftp://a.example/", "//a.example/",
        "http://a.example/", "https://user@a.example/", "https://user:pw@a.example/", "https://a.example\\@b.example/",
        "https://a%2eexample/", "https://a.example:0/", "https://a.example:99999/", "https://localhost/",
        "https://x.localhost/", "https://intranet/", "https://127.0.0.1/", "https://127.1/", "https://0x7f.1/",
        "https://2130706433/", "https://[::1]/", "https://[fe80::1%25eth0]/", "https://[::ffff:10.0.0.1]/",
        "https:///path", "https://a.example/a b", "https://a.example/\n", "http://127.0.0.1:8000/",
    ],
)  # fmt: skip
def test_an_unsafe_address_is_refused_before_anything_is_asked(url: str) -> None:
    with pytest.raises(UnsafeAddress):
        check_url(url)


def test_an_address_is_brought_to_one_spelling() -> None:
    assert check_url("HTTPS://BÜCHER.Example.:443#x") == Target(
        "https://xn--bcher-kva.example/", "https", "xn--bcher-kva.example", 443, "xn--bcher-kva.example"
    )
    assert check_url("https://a.example:8443/ü?q=ä%20#key").url == "https://a.example:8443/%C3%BC?q=%C3%A4%20"
    assert check_url("https://[2606:4700::1111]/").host == "2606:4700::1111"


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8000/a", "http://localhost:1/", "http://[::1]:80/", "https://localhost/"]
)
def test_development_allows_loopback_over_http(url: str) -> None:
    assert check_url(url, development=True).url.startswith("http")


@pytest.mark.parametrize("url", ["http://a.example/", "http://10.0.0.1/", "https://10.0.0.1/", "https://intranet/"])
def test_development_allows_nothing_but_loopback(url: str) -> None:
    with pytest.raises(UnsafeAddress):
        check_url(url, development=True)


async def test_one_bad_answer_refuses_the_whole_name() -> None:
    async def mixed(host: str, port: int) -> list[str]:
        return ["1.1.1.1", "10.0.0.1"]

    with pytest.raises(UnsafeAddress):
        await resolve_checked("a.example", 443, ask=mixed)


async def test_a_name_without_address_is_an_error_of_the_network() -> None:
    async def nothing(host: str, port: int) -> list[str]:
        return []

    with pytest.raises(OSError, match="no address"):
        await resolve_checked("a.example", 443, ask=nothing)


async def test_good_answers_are_given_back_in_order() -> None:
    async def good(host: str, port: int) -> list[str]:
        return ["2606:4700::1111", "1.1.1.1"]

    assert await resolve_checked("a.example", 443, ask=good) == ["2606:4700::1111", "1.1.1.1"]


async def test_the_system_resolver_is_asked_by_default() -> None:
    assert await look_up("127.0.0.1", 80) == ["127.0.0.1"]
    with pytest.raises(UnsafeAddress):
        await resolve_checked("127.0.0.1", 80)


@pytest.mark.parametrize("encoding", ["", "identity", "GZIP", "x-gzip"])
def test_a_body_is_read_plain_or_from_gzip_up_to_the_limit(encoding: str) -> None:
    body = b"hello " * 100
    raw = gzip.compress(body) if "gzip" in encoding.lower() else body
    reader = BodyReader(len(body), encoding)
    reader.feed(raw[:9])
    reader.feed(raw[9:])
    assert reader.finish() == body
    with pytest.raises(TooLarge):
        BodyReader(len(body) - 1, encoding).feed(raw)


@pytest.mark.parametrize("encoding", ["br", "zstd", "deflate", "gzip, gzip"])
def test_a_compression_we_did_not_ask_for_is_refused(encoding: str) -> None:
    with pytest.raises(NotFetched):
        BodyReader(5, encoding)


def test_a_gzip_bomb_stops_at_the_limit_and_uses_no_memory() -> None:
    bomb = gzip.compress(bytes(50_000_000))
    tracemalloc.start()
    with pytest.raises(TooLarge):
        BodyReader(1_000_000, "gzip").feed(bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4_000_000


def test_gzip_that_never_yields_anything_stops_at_the_limit_too() -> None:
    squeeze = zlib.compressobj(wbits=31)
    raw = b"".join(squeeze.compress(b"") + squeeze.flush(zlib.Z_FULL_FLUSH) for _ in range(1000))
    with pytest.raises(TooLarge):
        BodyReader(1000, "gzip").feed(raw)


def test_broken_cut_off_and_trailing_gzip_is_refused() -> None:
    with pytest.raises(NotFetched):
        BodyReader(100, "gzip").feed(b"not gzip at all")
    for raw in (gzip.compress(b"x" * 50)[:-4], gzip.compress(b"x") + b"more"):
        reader = BodyReader(1000, "gzip")
        reader.feed(raw)
        with pytest.raises(NotFetched):
            reader.finish()
