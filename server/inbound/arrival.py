"""An activity that arrived, with who did it and how it came."""

from dataclasses import dataclass

from federation.parse import Activity
from server.queries.actors import WireAccount
from server.rules.permissions import Principal


@dataclass(frozen=True, slots=True)
class Arrived:
    """`account` is the actor, proven by the signature of the request, by a proof, or by the place it was fetched from.
    `via` is the account id of the linked chapter that passed it on, None when the actor's own server sent it. `told`
    is support that nothing proves: the home of the proposal says so (see `announce.py`)."""

    activity: Activity
    account: WireAccount
    via: int | None = None
    told: bool = False

    @property
    def by(self) -> Principal:
        return self.account.principal
