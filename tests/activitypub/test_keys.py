"""Keys of other servers: that change, that are several, that cannot be had (research A.2; rows 19, 29, 30 of C)."""

import httpx

from federation.signatures.keys import Signer, encode_multikey, load_public
from tests.elsewhere import Here, rfc9421, rsa_pair


async def test_a_thousand_keys_that_cannot_be_had_from_one_place_are_not_asked_for(here: Here) -> None:
    """Row 30: every key on a host of its own."""
    nadia = here.stranger("nadia")
    statuses = set()
    for number in range(1000):
        signer = Signer(f"https://void{number}.example/users/x#main-key", nadia.signer.private_pem)
        statuses.add((await here.post(nadia, nadia.create(nadia.note("1")), signer=signer)).status_code)
    assert statuses <= {401, 503}
    assert len(here.elsewhere.asked) <= 20
    here.clock.now += 61
    assert (await here.post(nadia, nadia.create(nadia.note("1")))).status_code == 202


async def test_bad_signatures_by_known_keys_make_us_ask_their_owners_only_so_often(here: Here) -> None:
    wrong = rsa_pair(5)[0]
    people = [here.stranger(f"nadia{number}", f"elm{number}.example") for number in range(30)]
    for who in people:
        assert (await here.post(who, who.create(who.note("1")))).status_code == 202
    here.elsewhere.asked.clear()
    for who in people:
        answer = await here.post(who, who.create(who.note("2")), signer=Signer(who.key_id, wrong))
        assert answer.status_code in (401, 503)
    assert len(here.elsewhere.asked) == 20


async def test_a_changed_key_whose_owner_cannot_be_asked_just_now_is_503(here: Here) -> None:
    nadia = here.stranger("nadia")
    await here.post(nadia, nadia.create(nadia.note("1")))
    nadia.keys = nadia.keys % 4 + 1
    here.elsewhere.at[nadia.uri] = httpx.ConnectError("no route")
    assert (await here.post(nadia, nadia.create(nadia.note("2")))).status_code == 503
    here.publish(nadia)
    here.clock.now += 61
    assert (await here.post(nadia, nadia.create(nadia.note("2")))).status_code == 202


async def test_a_key_under_a_new_id_is_learnt_and_the_old_one_forgotten(here: Here) -> None:
    nadia = here.stranger("nadia")
    await here.post(nadia, nadia.create(nadia.note("1")))
    new = Signer(f"{nadia.uri}#second-key", rsa_pair(6)[0])
    nadia.more = {"publicKey": {"id": new.key_id, "owner": nadia.uri, "publicKeyPem": rsa_pair(6)[1]}}
    here.publish(nadia)
    assert (await here.post(nadia, nadia.create(nadia.note("2")), signer=new)).status_code == 202
    assert (await here.post(nadia, nadia.create(nadia.note("3")))).status_code == 401


async def test_each_of_several_keys_of_an_actor_may_sign(here: Here) -> None:
    nadia = here.stranger("nadia")
    keys = [
        {"id": f"{nadia.uri}#{number}", "owner": nadia.uri, "publicKeyPem": rsa_pair(number)[1]} for number in (1, 2)
    ]
    nadia.more = {"publicKey": keys}
    here.publish(nadia)
    for number in (1, 2):
        signer = Signer(f"{nadia.uri}#{number}", rsa_pair(number)[0])
        answer = await here.post(nadia, nadia.create(nadia.note(str(number))), signer=signer)
        assert answer.status_code == 202


async def test_a_key_that_is_published_as_a_multikey_alone_may_sign_requests(here: Here) -> None:
    """FEP-521a, as Mastodon 4.7 reads it: `assertionMethod` may hold RSA keys too."""
    nadia = here.stranger("nadia")
    multikey = {
        "id": f"{nadia.uri}#rsa", "type": "Multikey", "controller": nadia.uri,
        "publicKeyMultibase": encode_multikey(load_public(rsa_pair(2)[1])),
    }  # fmt: skip
    nadia.more = {"publicKey": None, "assertionMethod": [multikey]}
    here.publish(nadia)
    signer = Signer(str(multikey["id"]), rsa_pair(2)[0])
    answer = await here.post(nadia, nadia.create(nadia.note("1")), signer=signer, scheme=rfc9421.sign)
    assert answer.status_code == 202
