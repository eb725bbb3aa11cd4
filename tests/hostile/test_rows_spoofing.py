"""Attacks 11 to 31 as the whole instance meets them: somebody speaks for somebody else. See README.md."""

import hashlib
from typing import Any

import pytest
import rfc8785

from federation.signatures.keys import Signer, base58_encode, load_ed25519_private
from federation.values import dumps
from server.actions.domains import block_domain
from server.rules.permissions import OPERATOR
from tests.elsewhere import ACTIVITY_JSON, PUBLIC, Stranger, ed25519_pair, rsa_pair
from tests.hostile.ground import House, Person

ROSA = "https://oak.example/users/rosa"


async def kept(oak: House) -> tuple[int, int]:
    """Receipts and posts of others."""
    with oak.use():
        return await oak.here.count("receipts"), await oak.here.count("posts", "uri NOT LIKE 'https://oak.example/%'")


async def find(who: Person, url: str) -> dict[str, Any]:
    answer = await who.app.get("/api/v2/search", params={"q": url, "resolve": "true"})
    found: dict[str, Any] = answer.json()
    return found


def for_rosa(who: Stranger, number: str = "1", **more: Any) -> dict[str, Any]:
    """A note that is of interest here."""
    return who.note(number, to=[PUBLIC, ROSA], **more)


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/json", "image/png", "text/html", "application/ld+json", ""]
)
async def test_row_11_a_document_of_another_type_is_no_object(oak: House, rosa: Person, kind: str) -> None:
    nadia = oak.here.stranger("nadia")
    note = nadia.note("1")
    oak.here.elsewhere.at[note["id"]] = note
    oak.here.elsewhere.types[note["id"]] = kind
    assert (await find(rosa, note["id"]))["statuses"] == []
    oak.here.elsewhere.types[note["id"]] = ACTIVITY_JSON
    assert len((await find(rosa, note["id"]))["statuses"]) == 1


@pytest.mark.parametrize(
    "uri",
    [
        "https://ash.example/users/nadia/statuses/1",
        "http://elm.example/users/nadia/statuses/1",
        "https://elm.example:8443/users/nadia/statuses/1",
        "https://elm.example.evil.example/users/nadia/statuses/1",
    ],
)
async def test_row_14_a_document_that_names_another_origin_is_dropped(oak: House, rosa: Person, uri: str) -> None:
    nadia = oak.here.stranger("nadia")
    oak.here.elsewhere.at["https://elm.example/upload.json"] = {**nadia.note("1"), "id": uri}
    assert (await find(rosa, "https://elm.example/upload.json"))["statuses"] == []
    assert set(oak.here.elsewhere.asked) == {"https://elm.example/upload.json"}
    assert await kept(oak) == (0, 0)


async def test_row_14_a_document_with_another_id_at_its_origin_is_fetched_from_there_once(
    oak: House, rosa: Person
) -> None:
    nadia = oak.here.stranger("nadia")
    forged = {**nadia.note("1"), "content": "<p>forged</p>"}
    oak.here.elsewhere.at["https://elm.example/upload.json"] = forged
    oak.here.elsewhere.at[forged["id"]] = nadia.note("1", "<p>true</p>")
    (status,) = (await find(rosa, "https://elm.example/upload.json"))["statuses"]
    assert status["content"] == "<p>true</p>"


async def test_row_15_nobody_makes_what_is_anothers(oak: House) -> None:
    mallory, nadia = oak.here.stranger("mallory", "ash.example"), oak.here.stranger("nadia")
    near = oak.here.stranger("near", "ash.example")
    theirs = for_rosa(nadia)
    for number, note in enumerate(
        (
            theirs,
            {**theirs, "attributedTo": mallory.uri},
            {**for_rosa(mallory), "attributedTo": nadia.uri},
            {**for_rosa(mallory), "attributedTo": near.uri},
            {**for_rosa(mallory), "attributedTo": [mallory.uri, nadia.uri]},
            {**for_rosa(mallory), "attributedTo": []},
        )
    ):
        assert (await oak.here.post(mallory, mallory.does("Create", note, str(number)))).status_code == 403, note
    assert await kept(oak) == (0, 0)


async def test_row_16_nobody_changes_or_takes_back_what_is_anothers(oak: House, rosa: Person) -> None:
    mallory, nadia = oak.here.stranger("mallory", "ash.example"), oak.here.stranger("nadia")
    neighbour = oak.here.stranger("neighbour")
    said = await rosa.say("Damp")
    note = for_rosa(nadia)
    like = nadia.does("Like", said["uri"])
    for activity in (nadia.create(note), like):
        assert (await oak.here.post(nadia, activity)).status_code == 202
    await oak.work()
    worse = {**note, "content": "<p>worse</p>", "updated": "2026-11-22T10:00:00Z"}
    for who in (mallory, neighbour):
        for number, activity in enumerate(
            (
                who.does("Update", worse, "1"),
                who.does("Update", {**worse, "attributedTo": who.uri}, "2"),
                who.does("Update", {**nadia.document(), "name": "Mallory"}, "3"),
                who.does("Delete", note["id"], "4"),
                who.does("Delete", nadia.uri, "5"),
                who.does("Undo", like, "6"),
                who.does("Undo", {**like, "actor": who.uri}, "7"),
                who.does("Undo", like["id"], "8"),
                who.does("Add", note["id"], "9", target=f"{nadia.uri}/featured"),
                who.does("Remove", note["id"], "10", target=nadia.followers),
                who.does("Move", nadia.uri, "11", target=who.uri),
                who.does("Accept", nadia.does("Follow", ROSA), "12"),
            )
        ):
            answer = await oak.here.post(who, activity)
            refused = (403,) if who is mallory else (202, 403)  # of a neighbour some is only seen when it is worked on
            assert answer.status_code in refused, (number, answer.status_code)
    await oak.work()
    with oak.use():
        assert await oak.here.count("posts", "content_html = '<p>Hello</p>' AND deleted_at IS NULL") == 1
        assert await oak.here.count("likes") == 1
        assert await oak.here.count("accounts", "display_name = 'Nadia' AND state = 'active'") == 1


async def test_row_18_who_did_it_is_asked_before_anything_happens(oak: House, rosa: Person) -> None:
    mallory, nadia = oak.here.stranger("mallory", "ash.example"), oak.here.stranger("nadia")
    said = await rosa.say("Damp")
    for activity in (
        nadia.create(for_rosa(nadia)),
        nadia.does("Like", said["uri"]),
        nadia.does("Follow", ROSA),
        nadia.does("Delete", for_rosa(nadia)["id"]),
        nadia.does("Block", ROSA),
    ):
        assert (await oak.here.post(mallory, activity)).status_code == 403
    await oak.work()
    assert not [asked for asked in oak.here.elsewhere.asked if "elm.example" in asked], "the victim was asked"
    with oak.use():
        for table in ("receipts", "likes", "follows", "blocks", "tombstones"):
            assert await oak.here.count(table) == 0, table


async def test_row_19_a_key_counts_only_where_its_owner_says_so(oak: House) -> None:
    nadia = oak.here.stranger("nadia")
    public = rsa_pair(3)[1]
    for number, (key_id, document) in enumerate(
        {
            "https://elm.example/keys/1": {"id": "https://elm.example/keys/1", "owner": nadia.uri},
            "https://elm.example/keys/2": {"id": "https://elm.example/keys/other", "owner": nadia.uri},
            "https://ash.example/keys/3": {"id": "https://ash.example/keys/3", "owner": nadia.uri},
            "https://elm.example/keys/4": {"id": "https://elm.example/keys/4", "owner": "https://ash.example/users/x"},
            "https://elm.example/keys/5": {**nadia.document(), "id": "https://elm.example/keys/5"},
        }.items()
    ):
        oak.here.elsewhere.at[key_id] = {"type": "Key", "publicKeyPem": public, **document}
        like = nadia.does("Like", "https://elm.example/1", str(number))
        answer = await oak.here.post(nadia, like, signer=Signer(key_id, rsa_pair(3)[0]))
        assert answer.status_code in (401, 403), (key_id, answer.status_code)
    assert await kept(oak) == (0, 0)


@pytest.mark.parametrize(
    "spelling",
    [
        "https://ELM.example/u#k",
        "https://elm.example./u#k",
        "https://elm.example:443/u#k",
    ],
)
async def test_row_21_a_blocked_domain_is_blocked_in_every_spelling(oak: House, spelling: str) -> None:
    nadia = oak.here.stranger("nadia")
    with oak.use():
        await block_domain(OPERATOR, "elm.example")
    like = nadia.does("Like", "https://elm.example/1")
    answer = await oak.here.post(nadia, like, signer=Signer(spelling, nadia.signer.private_pem))
    assert answer.status_code in (400, 401, 403)
    assert oak.here.elsewhere.asked == []


@pytest.mark.parametrize(
    "key_id",
    [
        "https://user@elm.example/u#k",
        "https://ash.example\\@elm.example/u#k",
        "https://elm.example%2eash.example/u#k",
        "https://elm%2eexample/u#k",
        "https://elm.example:0/u#k",
        "https:///u#k",
    ],
)
async def test_row_21_an_address_that_parsers_disagree_on_is_refused(oak: House, key_id: str) -> None:
    nadia = oak.here.stranger("nadia")
    like = nadia.does("Like", "https://elm.example/1")
    answer = await oak.here.post(nadia, like, signer=Signer(key_id, nadia.signer.private_pem))
    assert answer.status_code in (400, 401)
    assert oak.here.elsewhere.asked == []


async def test_row_22_a_linked_data_signature_proves_nothing(oak: House) -> None:
    mallory, nadia = oak.here.stranger("mallory", "ash.example"), oak.here.stranger("nadia")
    signature = {"type": "RsaSignature2017", "creator": nadia.key_id, "created": "2026-11-20T10:00:00Z"}
    signed = {**nadia.create(for_rosa(nadia)), "signature": {**signature, "signatureValue": "AAAA"}}
    for shape in (
        signed,
        {"@context": signed["@context"], "@graph": [signed], **signed},
        {**signed, "@included": [signed]},
        {**signed, "@reverse": {"object": signed}},
        {"@context": {"actor": "as:object"}, **signed},
    ):
        answer = await oak.here.post(mallory, shape)
        assert answer.status_code == 403, answer.text
    assert await kept(oak) == (0, 0)


def signed_as(who: Stranger, activity: dict[str, Any], **said: Any) -> dict[str, Any]:
    """The activity with a proof whose signature is right, whatever the proof says about itself."""
    good = who.proven(activity)
    config = {key: value for key, value in (good["proof"] | said).items() if key != "proofValue" and value is not None}
    bare = {key: value for key, value in good.items() if key != "proof"}
    message = b"".join(hashlib.sha256(rfc8785.dumps(part)).digest() for part in (config, bare))
    signature = load_ed25519_private(ed25519_pair(who.keys)[0]).sign(message)
    return {**bare, "proof": {**config, "proofValue": "z" + base58_encode(signature)}}


async def test_row_23_a_proof_that_does_not_hold_exactly_is_none(oak: House) -> None:
    mallory, nadia = oak.here.stranger("mallory", "ash.example"), oak.here.stranger("nadia")
    good = nadia.proven(nadia.create(for_rosa(nadia)))
    proof = good["proof"]
    for broken in (
        {**good, "proof": [proof]},
        signed_as(nadia, nadia.create(for_rosa(nadia)), proofPurpose="authentication"),
        signed_as(nadia, nadia.create(for_rosa(nadia)), expires="2020-01-01T00:00:00Z"),
        signed_as(nadia, nadia.create(for_rosa(nadia)), cryptosuite="eddsa-rdfc-2022"),
        signed_as(nadia, nadia.create(for_rosa(nadia)), created="2026-11-20T10:00:00"),
        {**good, "proof": {**proof, "verificationMethod": f"{mallory.uri}#ed25519-key"}},
        {**good, "proof": {**proof, "@context": ["https://evil.example/context"]}},
        {**good, "to": [ROSA]},
        {key: value for key, value in good.items() if key != "proof"} | {"object": {**good["object"], "proof": proof}},
        mallory.proven({**nadia.create(for_rosa(nadia))}),
    ):
        answer = await oak.here.post(mallory, broken)
        assert answer.status_code in (401, 403), answer.text
    assert await kept(oak) == (0, 0)
    for true in (good, signed_as(nadia, nadia.does("Like", "https://elm.example/1"))):
        assert (await oak.here.post(mallory, true)).status_code == 202, "the true one is taken"


async def test_row_24_no_context_is_ever_fetched(oak: House, rosa: Person) -> None:
    nadia = oak.here.stranger("nadia")
    evil = "https://contexts.example/evil.jsonld"
    oak.here.elsewhere.at[evil] = {"@context": {"actor": "https://www.w3.org/ns/activitystreams#object"}}
    nadia.more = {"@context": [evil, {"@import": evil}]}
    oak.here.publish(nadia)
    activity = {**nadia.create({**for_rosa(nadia), "@context": evil}), "@context": [evil, {"@import": evil, "x": evil}]}
    assert (await oak.here.post(nadia, activity)).status_code == 202
    await oak.work()
    assert (await kept(oak))[1] == 1
    assert not [asked for asked in oak.here.elsewhere.asked if "contexts.example" in asked]


async def test_row_26_a_digest_that_is_right_and_not_signed_is_401(oak: House) -> None:
    nadia = oak.here.stranger("nadia")
    body = dumps(nadia.does("Like", "https://elm.example/1"))
    other = dumps(nadia.does("Like", "https://elm.example/2"))
    headers, theirs = oak.here.signed(nadia, body), oak.here.signed(nadia, other)
    swapped = {**headers, "digest": theirs["digest"]}
    uncovered = {**headers, "signature": headers["signature"].replace(" digest", "")}
    for sent in (headers, swapped, uncovered):
        assert (await oak.visitor.post("/inbox", content=other, headers=sent)).status_code == 401
    assert await kept(oak) == (0, 0)


async def test_row_30_a_thousand_keys_that_cannot_be_had_are_not_all_asked_for(oak: House) -> None:
    nadia = oak.here.stranger("nadia")
    like = nadia.does("Like", "https://elm.example/1")
    for number in range(1_000):
        signer = Signer(f"https://h{number}.example/u#k", nadia.signer.private_pem)
        assert (await oak.here.post(nadia, like, signer=signer)).status_code in (401, 503)
    assert len(oak.here.elsewhere.asked) <= 25
    assert await kept(oak) == (0, 0)


async def test_row_31_the_farewell_of_somebody_unknown_is_202_and_asks_nobody(oak: House) -> None:
    for number in range(50):
        gone = Stranger(f"https://elm.example/users/gone{number}", "gone", "elm.example", 1)
        assert (await oak.here.post(gone, gone.does("Delete", gone.uri, str(number)))).status_code == 202
    assert oak.here.elsewhere.asked == []
    assert await kept(oak) == (0, 0)
