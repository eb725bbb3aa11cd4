"""The table "Inbox answers" of the contract, row by row. Nothing may be stored unless the answer is 202."""

import httpx
import pytest

from federation.signatures.keys import Signer
from federation.values import dumps
from server.actions.domains import block_domain
from server.rules.permissions import OPERATOR
from tests.elsewhere import HOME, Here, rfc9421, rsa_pair


async def nothing_stored(here: Here) -> bool:
    counted = [await here.count(table) for table in ("receipts", "posts")]
    return counted == [0, 0]


async def test_a_signed_activity_is_accepted_and_kept_as_it_came(here: Here) -> None:
    nadia = here.stranger("nadia")
    activity = nadia.create(nadia.note("1"))
    answer = await here.post(nadia, activity)
    assert answer.status_code == 202
    kept = await here.one("SELECT activity_uri, signer_uri, body FROM receipts")
    assert (kept["activity_uri"], kept["signer_uri"]) == (activity["id"], nadia.uri)
    assert bytes(kept["body"]) == dumps(activity)


async def test_an_activity_signed_by_rfc_9421_is_accepted(here: Here) -> None:
    nadia = here.stranger("nadia")
    answer = await here.post(nadia, nadia.create(nadia.note("1")), scheme=rfc9421.sign)
    assert answer.status_code == 202


async def test_the_same_activity_again_is_accepted_and_kept_once(here: Here) -> None:
    nadia = here.stranger("nadia")
    for _ in range(2):
        assert (await here.post(nadia, nadia.create(nadia.note("1")))).status_code == 202
    assert await here.count("receipts") == 1


async def test_an_actors_own_inbox_takes_what_the_shared_one_takes(here: Here) -> None:
    nadia = here.stranger("nadia")
    await here.member("amina")
    answer = await here.post(nadia, nadia.create(nadia.note("1")), path="/users/amina/inbox")
    assert answer.status_code == 202


async def test_a_request_without_signature_is_401(here: Here) -> None:
    nadia = here.stranger("nadia")
    answer = await here.web.post(
        "/inbox", content=dumps(nadia.does("Like", HOME)), headers={"content-type": "application/activity+json"}
    )
    assert answer.status_code == 401
    assert "signature" in answer.json()["error"]
    assert await nothing_stored(here)


async def test_another_body_than_the_signed_one_is_401(here: Here) -> None:
    nadia = here.stranger("nadia")
    headers = here.signed(nadia, dumps(nadia.create(nadia.note("1"))))
    answer = await here.web.post("/inbox", content=dumps(nadia.create(nadia.note("2"))), headers=headers)
    assert answer.status_code == 401
    assert await nothing_stored(here)


async def test_a_request_signed_for_another_host_is_401(here: Here) -> None:
    nadia = here.stranger("nadia")
    answer = await here.post(nadia, nadia.create(nadia.note("1")), domain="ash.example")
    assert answer.status_code == 401


async def test_a_host_header_of_the_sender_does_not_change_who_we_are(here: Here) -> None:
    nadia = here.stranger("nadia")
    body = dumps(nadia.create(nadia.note("1")))
    headers = {**here.signed(nadia, body, domain="ash.example"), "host": "ash.example"}
    assert (await here.web.post("/inbox", content=body, headers=headers)).status_code == 401


@pytest.mark.parametrize("hours", [-14, 3])
async def test_a_signature_out_of_the_window_is_401(here: Here, hours: int) -> None:
    nadia = here.stranger("nadia")
    body = dumps(nadia.create(nadia.note("1")))
    here.clock.now += hours * 3600
    headers = here.signed(nadia, body)
    here.clock.now -= hours * 3600
    assert (await here.web.post("/inbox", content=body, headers=headers)).status_code == 401
    assert await nothing_stored(here)


async def test_a_signature_by_another_key_is_401_after_the_key_was_fetched_once_more(here: Here) -> None:
    nadia = here.stranger("nadia")
    await here.post(nadia, nadia.create(nadia.note("1")))
    wrong = Signer(nadia.key_id, rsa_pair(nadia.keys % 4 + 1)[0])
    here.elsewhere.asked.clear()
    for _ in range(3):
        assert (await here.post(nadia, nadia.create(nadia.note("2")), signer=wrong)).status_code == 401
    assert here.elsewhere.asked.count(nadia.uri) == 1


async def test_a_changed_key_is_learnt_from_its_owner(here: Here) -> None:
    nadia = here.stranger("nadia")
    await here.post(nadia, nadia.create(nadia.note("1")))
    nadia.keys = nadia.keys % 4 + 1
    here.publish(nadia)
    assert (await here.post(nadia, nadia.create(nadia.note("2")))).status_code == 202


@pytest.mark.parametrize(
    "key_id",
    ["http://127.0.0.1/users/x#main-key", "https://10.0.0.1/u#k", "https://[::1]/u#k", "https://localhost/u#k"],
)
async def test_a_key_on_a_private_address_is_401_and_nothing_is_asked_of_it(here: Here, key_id: str) -> None:
    nadia = here.stranger("nadia")
    answer = await here.post(nadia, nadia.create(nadia.note("1")), signer=Signer(key_id, nadia.signer.private_pem))
    assert answer.status_code == 401
    assert here.elsewhere.asked == []


@pytest.mark.parametrize("trouble", [httpx.ConnectError("no route"), httpx.ReadTimeout("slow"), 500, 503, 429])
async def test_a_key_that_cannot_be_had_just_now_is_503_and_not_asked_for_again_at_once(
    here: Here, trouble: int | Exception
) -> None:
    nadia = here.stranger("nadia")
    here.elsewhere.at[nadia.uri] = trouble
    for _ in range(3):
        answer = await here.post(nadia, nadia.create(nadia.note("1")))
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) > 0
    assert len(here.elsewhere.asked) == 1
    here.publish(nadia)
    here.clock.now += 61
    assert (await here.post(nadia, nadia.create(nadia.note("1")))).status_code == 202


async def test_a_flood_of_unreachable_keys_of_one_host_is_not_followed(here: Here) -> None:
    nadia = here.stranger("nadia")
    for number in range(20):
        signer = Signer(f"https://void.example/users/{number}#main-key", nadia.signer.private_pem)
        assert (await here.post(nadia, nadia.create(nadia.note("1")), signer=signer)).status_code in (401, 503)
    assert len(here.elsewhere.asked) <= 8


async def test_a_key_whose_owner_does_not_list_it_is_401(here: Here) -> None:
    nadia = here.stranger("nadia")
    mallory = Signer("https://elm.example/keys/1", rsa_pair(2)[0])
    here.elsewhere.at[mallory.key_id] = {
        "id": mallory.key_id, "type": "Key", "owner": nadia.uri, "publicKeyPem": rsa_pair(2)[1],
    }  # fmt: skip
    assert (await here.post(nadia, nadia.create(nadia.note("1")), signer=mallory)).status_code == 401
    assert await nothing_stored(here)


async def test_a_key_in_a_document_of_its_own_is_accepted_when_its_owner_lists_it(here: Here) -> None:
    nadia = here.stranger("nadia")
    key_id = f"{nadia.uri}/main-key"
    nadia.more = {"publicKey": {"id": key_id, "owner": nadia.uri, "publicKeyPem": rsa_pair(nadia.keys)[1]}}
    here.publish(nadia)
    stub = {"id": nadia.uri, "type": "Person", "preferredUsername": "nadia", "publicKey": nadia.more["publicKey"]}
    here.elsewhere.at[key_id] = stub
    answer = await here.post(nadia, nadia.create(nadia.note("1")), signer=Signer(key_id, nadia.signer.private_pem))
    assert answer.status_code == 202


async def test_a_signer_who_is_not_the_actor_is_403(here: Here) -> None:
    mallory, nadia = here.stranger("mallory", "ash.example"), here.stranger("nadia")
    answer = await here.post(mallory, nadia.create(nadia.note("1")))
    assert answer.status_code == 403
    assert await nothing_stored(here)


async def test_an_activity_sent_on_by_somebody_else_is_accepted_with_a_proof_of_its_actor(here: Here) -> None:
    mallory, nadia = here.stranger("mallory", "ash.example"), here.stranger("nadia")
    proven = nadia.proven(nadia.create(nadia.note("1")))
    assert (await here.post(mallory, proven)).status_code == 202
    assert (await here.one("SELECT signer_uri FROM receipts"))["signer_uri"] == nadia.uri


async def test_a_proof_that_does_not_hold_is_refused(here: Here) -> None:
    mallory, nadia = here.stranger("mallory", "ash.example"), here.stranger("nadia")
    proven = nadia.proven(nadia.create(nadia.note("1")))
    proven["object"]["content"] = "<p>Another word</p>"
    assert (await here.post(mallory, proven)).status_code in (401, 403)
    assert await nothing_stored(here)


async def test_an_activity_id_on_another_host_is_403(here: Here) -> None:
    nadia = here.stranger("nadia")
    activity = {**nadia.create(nadia.note("1")), "id": "https://ash.example/activities/1"}
    assert (await here.post(nadia, activity)).status_code == 403
    assert await nothing_stored(here)


async def test_an_object_of_another_host_is_403(here: Here) -> None:
    nadia = here.stranger("nadia")
    note = {**nadia.note("1"), "id": "https://ash.example/notes/1"}
    assert (await here.post(nadia, {**nadia.create(note), "id": "https://elm.example/a/1"})).status_code == 403
    assert await nothing_stored(here)


async def test_a_blocked_domain_is_403_and_its_key_is_not_fetched(here: Here) -> None:
    nadia = here.stranger("nadia", "news.elm.example")
    await block_domain(OPERATOR, "elm.example")
    assert (await here.post(nadia, nadia.create(nadia.note("1")))).status_code == 403
    assert here.elsewhere.asked == []


@pytest.mark.parametrize(
    "kind", ["application/json", "text/plain", "application/ld+json", "application/x-www-form-urlencoded", ""]
)
async def test_another_media_type_is_415(here: Here, kind: str) -> None:
    nadia = here.stranger("nadia")
    body = dumps(nadia.create(nadia.note("1")))
    headers = {**here.signed(nadia, body), "content-type": kind}
    assert (await here.web.post("/inbox", content=body, headers=headers)).status_code == 415


async def test_linked_data_with_the_profile_is_taken(here: Here) -> None:
    nadia = here.stranger("nadia")
    body = dumps(nadia.create(nadia.note("1")))
    kind = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
    headers = rfc9421.sign("POST", f"{HOME}/inbox", body, content_type=kind, signer=nadia.signer, now=here.clock())
    answer = await here.web.post("/inbox", content=body, headers={**headers, "content-type": kind})
    assert answer.status_code == 202


@pytest.mark.parametrize("encoding", ["gzip", "br", "identity"])
async def test_any_content_encoding_is_415(here: Here, encoding: str) -> None:
    nadia = here.stranger("nadia")
    body = dumps(nadia.create(nadia.note("1")))
    headers = {**here.signed(nadia, body), "content-encoding": encoding}
    assert (await here.web.post("/inbox", content=body, headers=headers)).status_code == 415


async def test_a_body_over_the_limit_is_413(here: Here) -> None:
    nadia = here.stranger("nadia")
    body = dumps(nadia.create(nadia.note("1", content="x" * 1_048_576)))
    answer = await here.web.post("/inbox", content=body, headers=here.signed(nadia, body))
    assert answer.status_code == 413


async def test_a_body_that_does_not_tell_its_length_is_413_past_the_limit(here: Here) -> None:
    nadia = here.stranger("nadia")

    async def endless():  # type: ignore[no-untyped-def]  # a generator for the client alone
        for _ in range(40):
            yield b"x" * 65_536

    answer = await here.web.post("/inbox", content=endless(), headers=here.signed(nadia, b"{}"))
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[]",
        b'"text"',
        b'{"id": NaN}',
        b'{"id": 1, "id": 2}',
        b"[" * 5000,
        b'{"a":' * 200 + b"1" + b"}" * 200,
        b"{}",
        b'{"type": "Like", "id": "x", "actor": "y"}',
        b"\xff\xfe",
    ],
)
async def test_what_is_no_activity_is_400(here: Here, body: bytes) -> None:
    nadia = here.stranger("nadia")
    answer = await here.post(nadia, body)
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert await nothing_stored(here)


async def test_the_farewell_of_an_account_that_was_never_known_is_202_without_a_fetch(here: Here) -> None:
    nadia = here.stranger("nadia")
    assert (await here.post(nadia, nadia.does("Delete", nadia.uri))).status_code == 202
    assert here.elsewhere.asked == []
    assert await nothing_stored(here)


async def test_what_interests_nobody_here_is_202_and_leaves_no_post(here: Here) -> None:
    nadia = here.stranger("nadia")
    assert (await here.receive(nadia, nadia.create(nadia.note("1")))).status_code == 202
    assert await here.count("posts") == 0


async def test_a_stranger_cannot_take_the_id_of_an_activity_that_has_yet_to_come(here: Here) -> None:
    mallory, nadia = here.stranger("mallory", "ash.example"), here.stranger("nadia")
    activity = nadia.create(nadia.note("1"))
    junk = {**mallory.does("Like", HOME), "id": activity["id"]}
    assert (await here.post(mallory, junk)).status_code == 403
    assert (await here.post(nadia, activity)).status_code == 202


async def test_a_query_in_the_address_may_be_signed_or_not(here: Here) -> None:
    nadia = here.stranger("nadia")
    body = dumps(nadia.create(nadia.note("1")))
    signed = here.signed(nadia, body, "/inbox?from=elm")
    assert (await here.web.post("/inbox?from=elm", content=body, headers=signed)).status_code == 202
