"""New keys for an account of ours, in place of those it has."""

from server.rules.drafts import KeyPairs
from server.rules.errors import NotFound
from server.rules.events.people import KeysRotated
from server.rules.ids import new_id, now_ms
from server.rules.permissions import Principal, check_administer
from server.storage.counts import touch
from server.storage.models.accounts import Account, Key
from server.storage.sql import execute
from server.storage.unit import unit


async def rotate_keys(by: Principal, name: str, fresh: KeyPairs, *, stolen: bool = False) -> int:
    """Sign with new keys from now on; returns the account's id. Other servers are told, with a proof by the old key.

    Args:
        name: of a person, an organisation or a topic of ours; `actor` is the instance itself.
        stolen: somebody else may have the old keys. They are no longer published, so that nothing they signed holds
            any more, and nothing is proven by them. Otherwise the old public key stays, for proofs made before.

    Raises:
        NotFound: nobody of that name has keys here.
    """
    check_administer(by)
    ours, called = Account.filter(domain=""), name.strip().removeprefix("@").lower()
    account = await ours.get_or_none(kind="instance") if called == "actor" else await ours.get_or_none(name_key=called)
    if account is None:
        raise NotFound("Nobody of that name is here.", detail=name)
    number = new_id()
    pairs = (
        (f"{account.uri}#main-key-{number}", "request", fresh.request_public, fresh.request_private),
        (f"{account.uri}#ed25519-key-{number}", "proof", fresh.proof_public, fresh.proof_private),
    )
    async with unit() as u:
        before = await Key.filter(account_id=account.id).exclude(private="").order_by("-first_seen", "-uri")
        if not before:
            raise NotFound("Nobody of that name is here.", detail=name)
        at = max(now_ms(), before[0].first_seen + 1)
        await Key.bulk_create(
            [
                Key(uri=uri, account_id=account.id, use=use, public=public, private=private, first_seen=at)
                for uri, use, public, private in pairs
            ]
        )
        if stolen:
            await Key.filter(account_id=account.id).exclude(uri__in=[uri for uri, *_ in pairs]).delete()
        await touch("accounts", account.id)
        proof = next((key.uri for key in before if key.use == "proof"), "")
        u.emit(KeysRotated(account.id, "" if stolen else proof, at, by.account_id))
    return account.id


async def retire_keys(by: Principal, account_id: int, before: int) -> None:
    """Forget what keys of ours from before a time (milliseconds) signed with. Public keys for proofs stay."""
    check_administer(by)
    async with unit():
        older = "account_id = ? AND first_seen < ? AND private <> ''"
        await execute(f"DELETE FROM keys WHERE use = 'request' AND {older}", [account_id, before])
        await execute(f"UPDATE keys SET private = '' WHERE use = 'proof' AND {older}", [account_id, before])
