"""A browser that is signed in, as its owner sees it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SessionView:
    """`token_hash` names the session; the token itself is only in the browser. `csrf` goes into every form."""

    token_hash: str
    member_id: int
    csrf: str
    agent: str
    created_at: datetime
    seen_at: datetime
