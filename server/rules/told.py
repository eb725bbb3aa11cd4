"""What the home of a proposal says has become of it: state, timeline and asks. Another instance takes it over as told.

Times are milliseconds since 1970, UTC.
"""

from dataclasses import dataclass

from server.rules.proposals import State


@dataclass(frozen=True, slots=True)
class ToldStep:
    """One step of a timeline. `post_uri` is what was said with it; `by_uri` and `by_name` who did it, where named."""

    uri: str
    kind: str
    at: int
    state: str = ""
    by_uri: str = ""
    by_name: str = ""
    post_uri: str = ""
    version: int | None = None
    content_html: str = ""


@dataclass(frozen=True, slots=True)
class ToldAsk:
    """What was asked of whom, and when. `owner_uri` is the owner's account. Limits are in working days."""

    owner_name: str
    verb: str
    sent_at: int
    owner_uri: str = ""
    content_html: str = ""
    by_date: str = ""
    acknowledged_at: int | None = None
    answered_at: int | None = None
    acknowledge_days: int = 10
    answer_days: int = 30
    long_days: int = 60


@dataclass(frozen=True, slots=True)
class Told:
    """`steps` are the newest ones, oldest first; `asks` in the order they were sent; `same_barrier` the addresses of
    the proposals that it is said to be one with."""

    state: State = "raised"
    outcome: str = ""
    answer_code: str = ""
    steps: tuple[ToldStep, ...] = ()
    asks: tuple[ToldAsk, ...] = ()
    same_barrier: tuple[str, ...] = ()


NOTHING_TOLD = Told()
