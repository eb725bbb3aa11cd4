"""Signed requests of both schemes: what holds, and every way of bending one that must not."""

import time
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from email.utils import formatdate
from typing import Any

import http_message_signatures as oracle
import pytest

from federation.errors import Unsigned
from federation.signatures import cavage, rfc9421
from federation.signatures.digest import content_digest_of, digest_of
from federation.signatures.keys import (
    Signer,
    generate_ed25519,
    generate_rsa,
    holds,
    load_ed25519_private,
    load_public,
    load_rsa_private,
    sign_rsa,
)
from federation.signatures.request import ReceivedRequest
from federation.signatures.structured import InnerList, parse_dictionary
from federation.signatures.verify import key_id_of, verify_request

PRIVATE, PUBLIC = generate_rsa()
ED_PRIVATE, ED_PUBLIC = generate_ed25519()
SIGNER = Signer("https://ash.example/users/a#main-key", PRIVATE)
NOW = 1_790_000_000.0
HOUR = 3600
BODY = b'{"type":"Create"}'
URL = "https://oak.example/inbox?page=1"
SCHEMES = [cavage.sign, rfc9421.sign]


def arrived(headers: dict[str, str], *, method: str = "POST", body: bytes | None = BODY) -> ReceivedRequest:
    return ReceivedRequest(method, "/inbox?page=1", tuple(headers.items()), body, "https", "oak.example")


def made(sign: Callable[..., dict[str, str]], *, body: bytes | None = BODY, method: str = "POST") -> ReceivedRequest:
    headers = sign(method, URL, body, content_type="application/activity+json", signer=SIGNER, now=NOW)
    return arrived(headers, method=method, body=body)


def check(request: ReceivedRequest, *, now: float = NOW, key: str = PUBLIC) -> None:
    verify_request(request, key, now=now)


def refused(request: ReceivedRequest, *, now: float = NOW, key: str = PUBLIC) -> None:
    with pytest.raises(Unsigned):
        check(request, now=now, key=key)


def having(request: ReceivedRequest, **changes: str | None) -> ReceivedRequest:
    fields = dict(request.headers) | {name.replace("_", "-"): value for name, value in changes.items()}
    return replace(request, headers=tuple((name, value) for name, value in fields.items() if value is not None))


@pytest.mark.parametrize("sign", SCHEMES)
def test_our_own_requests_hold_and_name_their_key(sign: Any) -> None:
    for request in (made(sign), made(sign, body=None, method="GET")):
        check(request)
        assert key_id_of(request) == SIGNER.key_id


@pytest.mark.parametrize("sign", SCHEMES)
def test_changing_anything_that_is_covered_breaks_the_signature(sign: Any) -> None:
    request = made(sign)
    refused(request, key=generate_rsa()[1])
    refused(replace(request, body=BODY + b" "))
    refused(replace(request, method="PUT"))
    refused(replace(request, authority="elm.example"))
    refused(replace(request, raw_path="/users/a/inbox?page=1"))
    for name, value in request.headers:
        if name not in ("host", "content-type") or (name == "content-type" and sign is cavage.sign):
            refused(having(request, **{name: value[:-3] + "x" + value[-2:]}))
            refused(having(request, **{name: None}))


@pytest.mark.parametrize("sign", SCHEMES)
def test_the_host_a_proxy_wrote_does_not_matter(sign: Any) -> None:
    check(having(made(sign), host="127.0.0.1:8000"))


@pytest.mark.parametrize("sign", SCHEMES)
def test_a_signed_get_is_no_signed_post(sign: Any) -> None:
    request = made(sign, body=None, method="GET")
    refused(replace(request, method="POST", body=BODY))
    refused(replace(request, method="POST"))
    refused(replace(request, body=BODY))


@pytest.mark.parametrize("sign", SCHEMES)
def test_a_signature_without_an_end_holds_from_an_hour_before_to_an_hour_and_five_minutes_after(sign: Any) -> None:
    request = made(sign)
    for now in (NOW - HOUR, NOW + HOUR + 300):
        check(request, now=now)
    for now in (NOW - HOUR - 1, NOW - 2 * HOUR, NOW + HOUR + 301, NOW + 13 * HOUR):
        refused(request, now=now)


@pytest.mark.parametrize("sign", SCHEMES)
def test_two_signature_fields_are_refused(sign: Any) -> None:
    request = made(sign)
    for name in ("signature", "signature-input", "digest", "content-digest", "date"):
        if value := dict(request.headers).get(name):
            refused(replace(request, headers=(*request.headers, (name, value))))


def test_without_a_signature_there_is_no_key_id() -> None:
    for request in (arrived({}), arrived({"signature": ""}), arrived({"signature": "x" * 9000})):
        with pytest.raises(Unsigned):
            key_id_of(request)


# draft-cavage


def by_hand(
    covered: str,
    *,
    algorithm: str | None = "rsa-sha256",
    extra: str = "",
    special: dict[str, str] | None = None,
    target: str = "post /inbox?page=1",
    **fields: str,
) -> ReceivedRequest:
    """A request signed as another server might, by a few lines that share nothing with ours."""
    headers = {"date": formatdate(NOW, usegmt=True), "digest": digest_of(BODY)} | fields
    known = {"(request-target)": target, "host": "oak.example", **headers, **(special or {})}
    text = "\n".join(f"{name}: {known.get(name, '')}" for name in covered.split())
    parts = [f'keyId="{SIGNER.key_id}"', f'headers="{covered}"']
    parts += [f'algorithm="{algorithm}"'] if algorithm else []
    parts += [f'signature="{b64encode(sign_rsa(PRIVATE, text.encode())).decode()}"{extra}']
    return arrived(headers | {"signature": ", ".join(parts)})


FULL = "(request-target) host date digest"


@pytest.mark.parametrize("algorithm", ["rsa-sha256", "hs2019", "RSA-SHA256", None])
def test_the_algorithm_names_in_use_are_accepted(algorithm: str | None) -> None:
    check(by_hand(FULL, algorithm=algorithm))


@pytest.mark.parametrize("algorithm", ["rsa-sha512", "hmac-sha256", "ed25519", ""])
def test_other_algorithms_are_not(algorithm: str) -> None:
    refused(having(by_hand(FULL), signature=f'keyId="k",algorithm="{algorithm}",headers="{FULL}",signature="AAAA"'))


def test_a_request_signed_without_its_query_holds() -> None:
    check(by_hand(FULL, target="post /inbox"))
    refused(by_hand(FULL, target="post /inbox?page=2"))


@pytest.mark.parametrize(
    "covered",
    [
        "date", "(request-target) host date", "(request-target) host digest", "(request-target) date digest",
        "host date digest", FULL + " date", FULL + " x-missing", "",
    ],
)  # fmt: skip
def test_a_signature_that_covers_too_little_or_something_twice_is_refused(covered: str) -> None:
    refused(by_hand(covered))


def test_created_and_expires_need_hs2019_and_are_obeyed() -> None:
    def request(age: int, life: int, algorithm: str | None = "hs2019") -> ReceivedRequest:
        times = {"created": str(int(NOW) - age), "expires": str(int(NOW) - age + life)}
        return by_hand(
            "(request-target) (created) (expires) host digest",
            algorithm=algorithm,
            extra="".join(f",{name}={value}" for name, value in times.items()),
            special={f"({name})": value for name, value in times.items()},
        )

    check(request(0, 300))
    check(request(12 * HOUR, 12 * HOUR))
    check(request(13 * HOUR, 30 * HOUR))
    refused(request(13 * HOUR + 1, 30 * HOUR))
    refused(request(2 * HOUR, HOUR - 1))
    refused(request(-2 * HOUR, HOUR))
    refused(request(0, 300, algorithm="rsa-sha256"))
    refused(request(0, 300, algorithm=None))
    refused(by_hand("(request-target) (created) host digest", algorithm="hs2019"))


@pytest.mark.parametrize("date", ["yesterday", "", "Tue, 99 Foo 2026 10:00:00 GMT", formatdate(NOW)])
def test_a_date_that_cannot_be_read_is_refused(date: str) -> None:
    refused(by_hand(FULL, date=date))


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text + ',keyId="https://evil.example/key"',
        lambda text: text.replace("keyId", "other"),
        lambda text: text.replace(",signature", ",other").replace(" signature", " other"),
        lambda text: text[:-1] + '*"',
        lambda text: text[:-1],
        lambda text: "nonsense",
    ],
)
def test_a_signature_field_with_repeated_missing_or_broken_parameters_is_refused(change: Any) -> None:
    request = by_hand(FULL)
    refused(having(request, signature=change(dict(request.headers)["signature"])))


def test_header_values_that_no_server_could_have_received_are_refused() -> None:
    refused(by_hand(FULL + " x-a", **{"x-a": "one\ntwo: three"}))
    refused(by_hand(FULL + " x-a", **{"x-a": "жук"}))


def test_a_repeated_ordinary_header_is_joined() -> None:
    request = by_hand(FULL + " x-a", special={"x-a": "1, 2"})
    check(replace(request, headers=(*request.headers, ("x-a", "1"), ("x-a", " 2 "))))


def test_draft_cavage_is_checked_with_rsa_keys_only() -> None:
    refused(by_hand(FULL), key=ED_PUBLIC)


# RFC 9421


def message(
    covered: str,
    *,
    params: str | None = None,
    key: str = "rsa",
    target: str | None = None,
    signed: str | None = None,
    **fields: str,
) -> ReceivedRequest:
    """A message signature made by a few lines that share nothing with ours. `signed` is what it covers in truth."""
    headers = {"content-digest": content_digest_of(BODY), "date": formatdate(NOW, usegmt=True)} | fields
    known = {
        "@method": "POST", "@target-uri": target or URL, "@authority": "oak.example", "@scheme": "https",
        "@path": "/inbox", "@query": "?page=1", "host": "oak.example", **headers,
    }  # fmt: skip
    tail = f"({covered});" + (params or f'created={int(NOW)};keyid="{SIGNER.key_id}"')
    names = [part.strip('"') for part in (signed or covered).split()]
    base = "\n".join([*(f'"{name}": {known.get(name, "")}' for name in names), f'"@signature-params": {tail}'])
    raw = load_ed25519_private(ED_PRIVATE).sign(base.encode()) if key == "ed" else sign_rsa(PRIVATE, base.encode())
    return arrived(headers | {"signature-input": f"s={tail}", "signature": f"s=:{b64encode(raw).decode()}:"})


ENOUGH = '"@method" "@target-uri" "content-digest"'


@pytest.mark.parametrize(
    "covered",
    [
        ENOUGH,
        '"@method" "@target-uri" "@authority" "host" "date" "content-digest"',
        '"@method" "@authority" "@path" "@query" "@scheme" "content-digest"',
    ],
)
def test_the_coverages_in_use_are_accepted(covered: str) -> None:
    check(message(covered))
    check(message(covered, params=f'created={int(NOW)};keyid="k";alg="rsa-v1_5-sha256";tag="x"'))


def test_an_ed25519_key_is_accepted_where_the_algorithm_fits() -> None:
    check(message(ENOUGH, key="ed"), key=ED_PUBLIC)
    check(message(ENOUGH, key="ed", params=f'created={int(NOW)};keyid="k";alg="ed25519"'), key=ED_PUBLIC)
    refused(message(ENOUGH, key="ed", params=f'created={int(NOW)};keyid="k";alg="rsa-v1_5-sha256"'), key=ED_PUBLIC)
    refused(message(ENOUGH, params=f'created={int(NOW)};keyid="k";alg="ed25519"'))


@pytest.mark.parametrize(
    "covered",
    [
        "", '"@target-uri" "content-digest"', '"@method" "content-digest"', '"@method" "@target-uri"',
        '"@method" "@authority" "@path" "content-digest"', '"@method" "@authority" "content-digest"',
        ENOUGH + ' "date";req', ENOUGH + ' "date";bs', ENOUGH + ' "date";tr', ENOUGH + ' "date";sf',
        ENOUGH + ' "@query-param";name="page"', ENOUGH + ' "@status"', ENOUGH + ' "date" "date"',
        ENOUGH + ' "Date"', ENOUGH + " date", ENOUGH + ' "x-missing"',
    ],
)  # fmt: skip
def test_a_message_signature_that_covers_too_little_or_too_oddly_is_refused(covered: str) -> None:
    refused(message(covered))


@pytest.mark.parametrize(
    ("odd", "read_as"),
    [('"date";req', ""), ('"date";bs', ""), ('"content-type";sf', ""), ('"date" "date"', '"date"'), ("date", "")],
)
def test_an_odd_component_is_refused_though_the_signature_fits_what_is_left_of_it(odd: str, read_as: str) -> None:
    check(message(ENOUGH, signed=ENOUGH))
    refused(message(f"{ENOUGH} {odd}", signed=f"{ENOUGH} {read_as}"))


@pytest.mark.parametrize(
    "params",
    [
        'keyid="k"', f"created={int(NOW)}", 'created="now";keyid="k"', f"created={int(NOW)};keyid=token",
        'created;keyid="k"', f'created={int(NOW)};keyid="k";expires="later"', f'created={int(NOW)};keyid="k";alg="x"',
        f'created={int(NOW)};keyid="k";expires={int(NOW) - HOUR - 1}', f'created={int(NOW) + 2 * HOUR};keyid="k"',
        f'created={int(NOW) - 13 * HOUR};keyid="k"', f'created={int(NOW)};created={int(NOW)};keyid="k"',
    ],
)  # fmt: skip
def test_a_message_signature_without_good_parameters_is_refused(params: str) -> None:
    refused(message(ENOUGH, params=params))


def test_a_message_signed_for_another_address_is_refused() -> None:
    refused(message(ENOUGH, target="https://elm.example/inbox?page=1"))
    refused(message(ENOUGH, target="http://oak.example/inbox?page=1"))


def test_exactly_one_message_signature_must_be_there() -> None:
    request = message(ENOUGH)
    one, proof = dict(request.headers)["signature-input"], dict(request.headers)["signature"]
    refused(having(request, signature=None))
    refused(having(request, signature=proof.replace("s=", "t=")))
    refused(having(request, signature="s=1"))
    refused(having(request, signature="s=(1)"))
    refused(having(request, signature_input="s=1"))
    refused(having(request, signature_input=f"{one}, t{one[1:]}", signature=f"{proof}, t{proof[1:]}"))


def test_the_published_ed25519_example_of_rfc_9421_b_2_6_holds() -> None:
    params = (
        '("date" "@method" "@path" "@authority" "content-type" "content-length")'
        ';created=1618884473;keyid="test-key-ed25519"'
    )
    request = ReceivedRequest(
        "POST",
        "/foo",
        (
            ("date", "Tue, 20 Apr 2021 02:07:55 GMT"),
            ("content-type", "application/json"),
            ("content-length", "18"),
        ),
        b'{"hello": "world"}',
        "https",
        "example.com",
    )
    key = load_public(
        "-----BEGIN PUBLIC KEY-----\n"
        "MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=\n-----END PUBLIC KEY-----"
    )
    signature = parse_dictionary(
        "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:"
    )["sig-b26"]
    covered = parse_dictionary(f"sig-b26={params}")["sig-b26"]
    assert isinstance(covered, InnerList)
    assert not isinstance(signature, InnerList)
    assert isinstance(signature.value, bytes)
    assert holds(key, signature.value, rfc9421.signature_base(request, covered))


class _Resolver(oracle.HTTPSignatureKeyResolver):
    def resolve_public_key(self, key_id: str) -> Any:
        return load_public(PUBLIC)

    def resolve_private_key(self, key_id: str) -> Any:
        return load_rsa_private(PRIVATE)


class _Message:
    def __init__(self, headers: dict[str, str]) -> None:
        self.method, self.url, self.headers, self.body = "POST", URL, headers, BODY


def test_another_implementation_accepts_what_we_sign() -> None:
    headers = rfc9421.sign("POST", URL, BODY, content_type="application/json", signer=SIGNER, now=time.time())
    canonical = {name.title(): value for name, value in headers.items()}
    verifier = oracle.HTTPMessageVerifier(
        signature_algorithm=oracle.algorithms.RSA_V1_5_SHA256, key_resolver=_Resolver()
    )
    (result,) = verifier.verify(_Message(canonical))
    assert {str(name) for name in result.covered_components} >= {'"@method"', '"@target-uri"', '"content-digest"'}


def test_we_accept_what_another_implementation_signs() -> None:
    outgoing = _Message({"Content-Digest": content_digest_of(BODY), "Host": "oak.example"})
    oracle.HTTPMessageSigner(signature_algorithm=oracle.algorithms.RSA_V1_5_SHA256, key_resolver=_Resolver()).sign(
        outgoing,
        key_id=SIGNER.key_id,
        covered_component_ids=("@method", "@target-uri", "content-digest"),
        use_existing_digest=True,
    )
    request = arrived({name.lower(): value for name, value in outgoing.headers.items()})
    check(request, now=time.time())
