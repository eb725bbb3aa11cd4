"""Object integrity proofs (FEP-8b32) with the cryptosuite eddsa-jcs-2022: a document carries who made it.

Requests prove who sent something; a proof stays with the document when it is forwarded, announced or restored. Old
linked data signatures are ignored: their `signature` key is removed before anything is signed or checked.
"""

import hashlib
import time
from datetime import UTC, datetime
from typing import Any

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from federation.errors import Unsigned
from federation.signatures.keys import base58_decode, base58_encode, holds, load_ed25519_private, load_public

Json = dict[str, Any]


def attach_proof(document: Json, *, private_pem: str, verification_method: str, created: datetime) -> Json:
    """A copy of `document` with a proof by an Ed25519 key; a proof or linked data signature it had is dropped.

    `verification_method` is the id under which the public key is published; `created` must have a time zone. The
    document's `@context` must be a list (`ValueError` otherwise), so that the proof can repeat it.
    """
    context = document.get("@context")
    if not isinstance(context, list) or created.tzinfo is None:
        raise ValueError("a proof needs a document whose @context is a list, and a time with its zone")
    bare = _unsecured(document)
    proof: Json = {
        "@context": context,
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-jcs-2022",
        "verificationMethod": verification_method,
        "proofPurpose": "assertionMethod",
        "created": created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    signature = load_ed25519_private(private_pem).sign(_hashes(bare, proof))
    return {**bare, "proof": {**proof, "proofValue": "z" + base58_encode(signature)}}


def proof_key_id(document: Json) -> str | None:
    """The id of the key that is said to have made the document's proof; None without one that could be checked."""
    proof = document.get("proof")
    method = proof.get("verificationMethod") if isinstance(proof, dict) else None
    return method if isinstance(method, str) else None


def verify_proof(document: Json, *, multibase: str, now: float | None = None) -> None:
    """Raise `Unsigned` unless the document carries one eddsa-jcs-2022 proof that holds for the Ed25519 key `multibase`.

    `now` is Unix seconds, the present if left out. The proof covers the context it repeats, which must start the
    document's own; what follows there is not covered, and nothing here reads it.
    """
    proof = document.get("proof")
    if not isinstance(proof, dict):
        raise Unsigned("the document carries no single proof")
    if proof.get("type") != "DataIntegrityProof" or proof.get("cryptosuite") != "eddsa-jcs-2022":
        raise Unsigned("the proof is of a kind we do not check")
    if proof.get("proofPurpose") != "assertionMethod":
        raise Unsigned("the proof was made for another purpose")
    _time(proof.get("created"))
    if "expires" in proof and _time(proof["expires"]) <= (time.time() if now is None else now):
        raise Unsigned("the proof has expired")
    key, value = load_public(multibase), proof.get("proofValue")
    if not isinstance(key, Ed25519PublicKey) or not isinstance(value, str) or not value.startswith("z"):
        raise Unsigned("the proof or its key cannot be read")
    covered = {**_unsecured(document), "@context": _covered_context(document, proof)}
    config = {name: item for name, item in proof.items() if name != "proofValue"}
    try:
        message = _hashes(covered, config)
    except (ValueError, RecursionError) as error:
        raise Unsigned("the document has no canonical form (RFC 8785)") from error
    if not holds(key, base58_decode(value[1:]), message):
        raise Unsigned("the proof does not match the document")


def _unsecured(document: Json) -> Json:
    return {name: value for name, value in document.items() if name not in ("proof", "signature")}


def _covered_context(document: Json, proof: Json) -> object:
    context = document.get("@context")
    if not isinstance(context, list):
        raise Unsigned("the @context of a document with a proof must be a list")
    if "@context" not in proof:
        return context
    repeated = proof["@context"]
    if not isinstance(repeated, list) or not repeated or context[: len(repeated)] != repeated:
        raise Unsigned("the proof's @context does not start the document's")
    return repeated


def _hashes(document: Json, config: Json) -> bytes:
    return b"".join(hashlib.sha256(rfc8785.dumps(value)).digest() for value in (config, document))


def _time(value: object) -> float:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Unsigned("the proof has a time that cannot be read")
    return moment.timestamp()
