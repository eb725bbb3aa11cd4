"""The rules that get in the way, as anybody sees them."""

from dataclasses import dataclass
from datetime import datetime

from server.views.accounts import AccountView


@dataclass(frozen=True, slots=True)
class TextView:
    """`source` is Markdown; `html` is sanitised."""

    source: str = ""
    html: str = ""


@dataclass(frozen=True, slots=True)
class PolicyRef:
    """Enough of a policy to name and link it."""

    id: int
    uri: str
    name: str


@dataclass(frozen=True, slots=True)
class PolicyView:
    """A policy. `account` is the organisation that named it; `owner_name` who can change it. `kind` is one of
    `rules.policies.POLICY_KINDS`, `proposals_count` how many public proposals known here cite it."""

    id: int
    uri: str
    local: bool
    account: AccountView
    name: str
    kind: str
    language: str
    owner_name: str
    owner_uri: str
    web_url: str
    text: TextView
    explained: TextView
    easy: TextView
    version: int
    created_at: datetime
    updated_at: datetime
    proposals_count: int = 0


@dataclass(frozen=True, slots=True)
class SameView:
    """Another policy that is said to be the same: by us, by them, or by both, which makes it so. `policy` is empty
    where we do not know it."""

    uri: str
    said_here: bool
    said_there: bool
    policy: PolicyView | None = None

    @property
    def firm(self) -> bool:
        return self.said_here and self.said_there
