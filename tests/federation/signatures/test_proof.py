"""Object integrity proofs, and the canonical JSON beneath them."""

from datetime import UTC, datetime
from typing import Any

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from federation.errors import Unsigned
from federation.signatures.keys import base58_decode, generate_ed25519, generate_rsa
from federation.signatures.proof import attach_proof, proof_key_id, verify_proof

CONTEXT = ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/data-integrity/v2"]
KEY_ID = "https://server.example/users/alice#ed25519-key"
PUBLISHED = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
CREATED = datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC)
DOCUMENT: dict[str, Any] = {
    "@context": CONTEXT,
    "id": "https://server.example/activities/1",
    "type": "Create",
    "actor": "https://server.example/users/alice",
    "object": {
        "id": "https://server.example/objects/1",
        "type": "Note",
        "attributedTo": "https://server.example/users/alice",
        "content": "Hello world",
        "location": {"type": "Place", "longitude": -71.184902, "latitude": 25.273962},
    },
}
PRIVATE, PUBLIC = generate_ed25519()


def signed(document: dict[str, Any] = DOCUMENT) -> dict[str, Any]:
    return attach_proof(document, private_pem=PRIVATE, verification_method=KEY_ID, created=CREATED)


def test_the_published_example_of_fep_8b32_is_made_and_holds() -> None:
    secret = base58_decode("3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq")
    assert secret[:2] == b"\x80\x26"
    key = Ed25519PrivateKey.from_private_bytes(secret[2:])
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    made = attach_proof(DOCUMENT, private_pem=pem, verification_method=KEY_ID, created=CREATED)
    assert made["proof"] == {
        "@context": CONTEXT,
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-jcs-2022",
        "verificationMethod": KEY_ID,
        "proofPurpose": "assertionMethod",
        "proofValue": "z42ffGu6AUKPCFcFPiabmUvnGLPJzC7e4DGWC52NUasSSH37UMa9c58tdgVszUcZfytxa4fQ5TYHaJENCxUDe9SdL",
        "created": "2023-02-24T23:36:38Z",
    }
    verify_proof(made, multibase=PUBLISHED)
    assert proof_key_id(made) == KEY_ID


def test_canonical_json_is_that_of_rfc_8785() -> None:
    value = {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 1e-27],
        "\u20ac": 1,
        "\r": 2,
        "\U0001f600": 3,
        "\ufb33": 4,
    }
    text = '{"\\r":2,"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"€":1,"😀":3,"\ufb33":4}'
    assert rfc8785.dumps(value) == text.encode()


def test_a_linked_data_signature_is_neither_signed_nor_checked() -> None:
    old = {"type": "RsaSignature2017", "signatureValue": "x"}
    made = signed({**DOCUMENT, "signature": old, "proof": {"type": "old"}})
    assert "signature" not in made
    verify_proof({**made, "signature": old}, multibase=PUBLIC)


def test_contexts_after_the_covered_ones_do_not_matter() -> None:
    made = signed()
    verify_proof({**made, "@context": [*CONTEXT, "https://hostile.example/context"]}, multibase=PUBLIC)


def test_a_proof_without_context_covers_the_documents_own() -> None:
    made = signed()
    del made["proof"]["@context"]
    with pytest.raises(Unsigned, match="match"):
        verify_proof(made, multibase=PUBLIC)


def with_proof(**changes: Any) -> dict[str, Any]:
    made = signed()
    return {**made, "proof": {**made["proof"], **changes}}


@pytest.mark.parametrize(
    "document",
    [
        DOCUMENT,
        {**signed(), "proof": [signed()["proof"]]},
        {**DOCUMENT, "object": signed()},
        {**signed(), "actor": "https://evil.example/users/mallory"},
        {**signed(), "added": 1},
        {**signed(), "@context": CONTEXT[0]},
        {**signed(), "@context": CONTEXT[::-1]},
        {**signed(), "@context": CONTEXT[:1]},
        {**signed(), "number": 2**53},
        {**signed(), "number": float("nan")},
        {**signed(), "text": "\ud800"},
        with_proof(**{"@context": CONTEXT[0]}),
        with_proof(**{"@context": []}),
        with_proof(type="Ed25519Signature2020"),
        with_proof(cryptosuite="eddsa-rdfc-2022"),
        with_proof(proofPurpose="authentication"),
        with_proof(created="yesterday"),
        with_proof(created="2023-02-24T23:36:38"),
        with_proof(created=None),
        with_proof(created="2023-02-24T23:36:39Z"),
        with_proof(verificationMethod="https://server.example/users/bob#key"),
        with_proof(proofValue=None),
        with_proof(proofValue="uAAAA"),
        with_proof(proofValue="z0"),
        with_proof(proofValue="z1"),
        with_proof(expires="2024-01-01T00:00:00Z"),
        with_proof(expires="2999-01-01T00:00:00Z"),
    ],
)
def test_a_proof_that_does_not_hold_exactly_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(Unsigned):
        verify_proof(document, multibase=PUBLIC)


def test_a_proof_by_another_key_is_refused() -> None:
    for other in (generate_ed25519()[1], generate_rsa()[1]):
        with pytest.raises(Unsigned):
            verify_proof(signed(), multibase=other)


def test_a_proof_expires_by_the_clock_it_is_given() -> None:
    document = with_proof(expires="2024-01-01T00:00:00Z")
    with pytest.raises(Unsigned, match="match"):
        verify_proof(document, multibase=PUBLIC, now=CREATED.timestamp())
    with pytest.raises(Unsigned, match="expired"):
        verify_proof(document, multibase=PUBLIC, now=CREATED.timestamp() + 400 * 86_400)


def test_a_document_nested_too_deep_is_refused_not_crashed_on() -> None:
    deep: Any = "x"
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(Unsigned):
        verify_proof({**signed(), "deep": deep}, multibase=PUBLIC)


@pytest.mark.parametrize("proof", [None, [], "x", {}, {"verificationMethod": 7}])
def test_without_a_usable_proof_there_is_no_key_id(proof: object) -> None:
    assert proof_key_id({"proof": proof}) is None


def test_only_documents_with_a_context_list_and_times_with_a_zone_are_given_a_proof() -> None:
    with pytest.raises(ValueError, match="list"):
        signed({**DOCUMENT, "@context": CONTEXT[0]})
    with pytest.raises(ValueError, match="zone"):
        attach_proof(DOCUMENT, private_pem=PRIVATE, verification_method=KEY_ID, created=CREATED.replace(tzinfo=None))
