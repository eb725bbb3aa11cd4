"""An account signs with new keys: it is heard as before, its old words stay proven, and the old keys open nothing."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from federation.errors import Unsigned
from federation.signatures.keys import generate_ed25519, generate_rsa
from federation.signatures.proof import verify_proof
from federation.values import loads
from server.actions.follows import follow
from server.actions.keys import rotate_keys
from server.actions.posts import publish_post
from server.queries.keys import signer_of, signing_accounts
from server.rules.drafts import KeyPairs, PostDraft
from server.rules.errors import NotFound, Refused
from server.rules.permissions import OPERATOR, Principal
from server.storage.sql import rows
from tests.world import Site, World, world


@pytest.fixture
async def two(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path, "oak", "ash") as both:
        yield both


def fresh() -> KeyPairs:
    private, public = generate_rsa()
    proof_private, proof_public = generate_ed25519()
    return KeyPairs(public, private, proof_public, proof_private)


async def follows_amina(two: World) -> int:
    """Amina of oak, whom Yusuf of ash follows; her account's id at oak."""
    oak, ash = two.instances
    amina, yusuf = await oak.member("amina"), await ash.member("yusuf")
    with ash.use():
        found = await ash.instance.elsewhere.find_account("@amina@oak.example")
        assert found is not None
        await follow(yusuf, found.id)
    await two.settle()
    await says(oak, amina.account_id, "before")
    await two.settle()
    return amina.account_id


async def says(site: Site, account_id: int, words: str) -> None:
    with site.use():
        await publish_post(Principal("member", account_id), PostDraft(words))


async def heard(site: Site) -> list[str]:
    with site.use():
        found = await rows("SELECT content_html FROM posts WHERE NOT local ORDER BY id")
    return [str(each["content_html"]) for each in found]


async def test_who_has_new_keys_is_heard_and_known_by_them_alone(two: World) -> None:
    oak, ash = two.instances
    amina = await follows_amina(two)
    with oak.use():
        before = await signer_of(amina)
        await rotate_keys(OPERATOR, "amina", fresh())
        after = await signer_of(amina)
    assert before is not None
    assert after is not None
    assert after.request_key_id != before.request_key_id
    two.clock.forward(10)
    await two.settle()
    await says(oak, amina, "after")
    await two.settle()
    assert await heard(ash) == ["<p>before</p>", "<p>after</p>"]
    with ash.use():
        known = await rows("SELECT k.uri FROM keys k JOIN accounts a ON a.id = k.account_id WHERE a.name = 'amina'")
        signed = await rows("SELECT body FROM receipts ORDER BY id")
    assert {row["uri"] for row in known} == {after.request_key_id, after.proof_key_id, before.proof_key_id}
    update = next(body for body in (loads(bytes(row["body"])) for row in signed) if body["type"] == "Update")
    assert update["proof"]["verificationMethod"] == before.proof_key_id
    document = update["object"]
    assert document["publicKey"]["id"] == after.request_key_id
    assert [key["id"] for key in document["assertionMethod"]] == [after.proof_key_id, before.proof_key_id]
    verify_proof(update, multibase=document["assertionMethod"][1]["publicKeyMultibase"], now=two.clock())


async def test_the_old_private_keys_are_forgotten_and_old_proofs_still_hold(two: World) -> None:
    oak, _ = two.instances
    amina = await follows_amina(two)
    with oak.use():
        sent = await rows("SELECT body FROM activities WHERE account_id = ? AND post_id IS NOT NULL", [amina])
        created = loads(bytes(sent[0]["body"]))
        await rotate_keys(OPERATOR, "amina", fresh())
    await two.settle()
    with oak.use():
        kept = await rows("SELECT uri, use, private FROM keys WHERE account_id = ? ORDER BY first_seen", [amina])
    assert [(row["use"], bool(row["private"])) for row in kept if not row["private"]] == [("proof", False)]
    assert len(kept) == 3
    methods = (await oak.json("/users/amina"))["assertionMethod"]
    published = {each["id"]: each["publicKeyMultibase"] for each in methods}
    verify_proof(created, multibase=published[created["proof"]["verificationMethod"]], now=two.clock())


async def test_keys_that_were_stolen_prove_nothing_any_more(two: World) -> None:
    oak, ash = two.instances
    amina = await follows_amina(two)
    with oak.use():
        await rotate_keys(OPERATOR, "amina", fresh(), stolen=True)
        after = await signer_of(amina)
    assert after is not None
    two.clock.forward(10)
    await two.settle()
    document = await oak.json("/users/amina")
    assert [key["id"] for key in document["assertionMethod"]] == [after.proof_key_id]
    with ash.use():
        known = await rows("SELECT k.uri FROM keys k JOIN accounts a ON a.id = k.account_id WHERE a.name = 'amina'")
        update = next(
            body
            for row in await rows("SELECT body FROM receipts ORDER BY id")
            if (body := loads(bytes(row["body"])))["type"] == "Update"
        )
    assert {row["uri"] for row in known} == {after.request_key_id, after.proof_key_id}
    assert update["proof"]["verificationMethod"] == after.proof_key_id
    with pytest.raises(Unsigned):
        verify_proof(update, multibase=generate_ed25519()[1], now=two.clock())


async def test_the_instance_itself_asks_with_its_new_keys_without_a_restart(two: World) -> None:
    oak, ash = two.instances
    await ash.member("yusuf")
    with oak.use():
        assert "actor" in [each.name for each in await signing_accounts()]
        await rotate_keys(OPERATOR, "actor", fresh())
    await two.settle()
    two.clock.forward(10)
    with oak.use():
        assert await oak.instance.elsewhere.find_account("@yusuf@ash.example") is not None
        signer = await oak.instance.elsewhere.signer()
        newest = await rows(
            "SELECT k.uri FROM keys k JOIN accounts a ON a.id = k.account_id WHERE a.kind = 'instance'"
            " AND k.use = 'request'"
        )
    assert [row["uri"] for row in newest] == [signer.key_id]


async def test_keys_are_an_admins_to_change_and_only_of_accounts_that_live_here(two: World) -> None:
    oak, _ = two.instances
    ruth = await oak.member("ruth", role="steward")
    with oak.use():
        with pytest.raises(Refused):
            await rotate_keys(ruth, "ruth", fresh())
        for name in ("nobody", "", "yusuf@ash.example"):
            with pytest.raises(NotFound):
                await rotate_keys(OPERATOR, name, fresh())
