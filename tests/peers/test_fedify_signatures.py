"""Signatures and proofs that Fedify makes hold here and ours hold there; changed and forged ones are refused."""

import pytest

from server.actions.follows import follow
from server.remote.handles import find_account
from tests.peers.conftest import Fedify, Moot, eventually
from tests.peers.deeds import TITLE, amina_of, followed_topic, is_a, passes_on, raise_proposal, the_post

pytestmark = pytest.mark.peers


@pytest.mark.parametrize("scheme", ["cavage", "rfc9421"])
async def test_both_signature_schemes_hold_here(moot: Moot, peer: Fedify, scheme: str) -> None:
    await moot.member("amina")
    sent = {"type": "Follow", "actor": peer.river, "object": amina_of(moot), "to": amina_of(moot)}
    inbox = f"{moot.url}/users/amina/inbox"
    answer = await peer.do("deliver", inbox=inbox, activity=sent, sign_by="river", scheme=scheme)
    assert answer["status"] == 202, answer["text"]
    assert moot.schemes("Follow") == [(scheme, 202)]
    accepted = await peer.has(moot.url, is_a("Accept"), "the follow is accepted")
    assert accepted["activity"]["object"]["id"] == answer["id"]


async def test_fedify_needs_no_second_try(moot: Moot, peer: Fedify) -> None:
    await followed_topic(moot, peer)
    assert moot.schemes("Follow") == [("rfc9421", 202)]


@pytest.mark.parametrize("scheme", ["cavage", "rfc9421"])
async def test_both_signature_schemes_hold_at_fedify(moot: Moot, peer: Fedify, scheme: str) -> None:
    await peer.do("be", only_scheme=scheme)
    topic = await followed_topic(moot, peer)
    uri = await raise_proposal(moot, await moot.member("amina"))
    entry = await peer.has(topic, passes_on("Create", uri), "the proposal is passed on")
    assert entry["scheme"] == scheme
    assert entry["signed_by"] == topic


@pytest.mark.parametrize("scheme", ["cavage", "rfc9421"])
async def test_a_changed_body_is_refused(moot: Moot, peer: Fedify, scheme: str) -> None:
    await moot.member("amina")
    sent = {"type": "Follow", "actor": peer.river, "object": amina_of(moot)}
    answer = await peer.do(
        "deliver", inbox=f"{moot.url}/inbox", activity=sent, sign_by="river", scheme=scheme, change_signed=True
    )
    assert answer["status"] == 401
    assert "digest" in answer["text"]


async def test_what_is_unsigned_or_in_the_name_of_another_is_refused(moot: Moot, peer: Fedify) -> None:
    await moot.member("amina")
    sent = {"type": "Follow", "actor": peer.river, "object": amina_of(moot)}
    inbox = f"{moot.url}/inbox"
    unsigned = await peer.do("deliver", inbox=inbox, activity=sent)
    assert unsigned["status"] == 401
    by_another = await peer.do("deliver", inbox=inbox, activity=sent, sign_by="mallory", scheme="rfc9421")
    assert by_another["status"] == 403
    of_elsewhere = {**sent, "id": "http://127.0.0.1:9/follows/1"}
    misplaced = await peer.do("deliver", inbox=inbox, activity=of_elsewhere, sign_by="river", scheme="rfc9421")
    assert misplaced["status"] == 403
    assert {each.status for each in moot.heard} == {401, 403}


async def test_what_another_sends_on_counts_only_with_a_proof_that_holds(moot: Moot, peer: Fedify) -> None:
    await moot.topic("damp-homes", "Damp homes")
    amina = await moot.member("amina")
    uri = await raise_proposal(moot, amina)
    like = {"type": "Like", "actor": peer.river, "object": uri, "to": amina_of(moot)}
    other = await raise_proposal(moot, amina)

    async def sent_on(**how: object) -> int:
        told = {"activity": like, "proof_by": "river", "sign_by": "mallory", "scheme": "rfc9421", **how}
        answer = await peer.do("deliver", inbox=f"{moot.url}/inbox", **told)
        return int(answer["status"])

    assert await sent_on(change_proven={"object": other}) == 401
    assert await sent_on(proof_with="mallory") == 401
    assert await sent_on(proof_by="mallory") in (401, 403)
    assert await sent_on() == 202

    async def counted() -> bool:
        return (await the_post(moot, uri)).likes_count == 1

    await eventually(counted, "the support that was proven is counted")
    assert (await the_post(moot, other)).likes_count == 0


async def test_a_person_whose_keys_were_replaced_is_heard_again(moot: Moot, peer: Fedify) -> None:
    await followed_topic(moot, peer)
    uri = await raise_proposal(moot, await moot.member("amina"))
    await peer.do("change_keys", of="river")
    await peer.do("like", object=uri, to=amina_of(moot))

    async def counted() -> bool:
        return (await the_post(moot, uri)).likes_count == 1

    await eventually(counted, "support under the new key is counted")
    assert moot.schemes("Like") == [("rfc9421", 202)]


@pytest.mark.parametrize("secure_mode", [True])
async def test_where_both_show_themselves_only_to_signed_requests_they_still_meet(moot: Moot, peer: Fedify) -> None:
    await peer.do("be", reads_signed=True)
    assert await peer.do("look_up", what=amina_of(moot)) is None
    amina = await moot.member("amina")
    with moot.use():
        found = await find_account(moot.instance.elsewhere.fresh(), f"@river@{peer.domain}")
        assert found is not None
        await follow(amina, found.id)
    sent = await peer.has(moot.url, is_a("Follow", peer.river), "our follow arrives")
    assert sent["signed_by"] == amina_of(moot)
    await moot.topic("damp-homes", "Damp homes")
    uri = await raise_proposal(moot, amina)
    assert await peer.do("look_up", what=uri) is None
    article = await peer.do("look_up", what=uri, signed_by="river")
    assert article["name"] == TITLE
