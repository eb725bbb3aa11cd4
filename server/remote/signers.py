"""What our requests are signed with. Keys change rarely, but they do: each is asked for anew every few seconds."""

from collections.abc import Awaitable, Callable
from typing import Final

from federation.signatures.keys import Signer
from server.queries import keys

REMEMBERED_MS: Final = 5_000


def signers(clock: Callable[[], int]) -> Callable[[int], Awaitable[Signer | None]]:
    """The keys of our accounts, each asked for once in a few seconds however many requests it signs. `clock` gives
    milliseconds since 1970."""
    known: dict[int, tuple[int, Signer | None]] = {}

    async def signer_of(account_id: int) -> Signer | None:
        until, signer = known.get(account_id, (0, None))
        if until <= clock():
            signing = await keys.signer_of(account_id)
            signer = Signer(signing.request_key_id, signing.request_private) if signing else None
            for old in [each for each, (end, _) in known.items() if end <= clock()]:
                del known[old]
            known[account_id] = (clock() + REMEMBERED_MS, signer)
        return signer

    return signer_of


def one_signer(account_id: int, clock: Callable[[], int]) -> Callable[[], Awaitable[Signer]]:
    """The same for one account that always has keys: the instance's own."""
    signer_of = signers(clock)

    async def signer() -> Signer:
        found = await signer_of(account_id)
        assert found is not None, "the instance has lost its keys"
        return found

    return signer
