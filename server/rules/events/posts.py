"""What has happened to posts, and to what is said about them: support, boosts, quotes, polls."""

from dataclasses import dataclass

from server.rules.events.event import Event


@dataclass(frozen=True, slots=True)
class PostPublished(Event):
    """A post, a comment or a proposal was published here or arrived. `fetched` marks old ones we went and got: they
    notify nobody."""

    post_id: int
    fetched: bool = False


@dataclass(frozen=True, slots=True)
class PostEdited(Event):
    post_id: int
    version: int


@dataclass(frozen=True, slots=True)
class PostDeleted(Event):
    """The author took it back."""

    post_id: int
    by_id: int


@dataclass(frozen=True, slots=True)
class QuoteNoted(Event):
    """A post from elsewhere quotes something: what, and whether it may, is to be looked up."""

    post_id: int


@dataclass(frozen=True, slots=True)
class QuoteAnswered(Event):
    """`account_id`, elsewhere, asked by `request_uri` whether `quoting_uri` may quote the post; `stamp_id` 0: no."""

    stamp_id: int
    post_id: int
    account_id: int
    quoting_uri: str
    request_uri: str


@dataclass(frozen=True, slots=True)
class QuoteRevoked(Event):
    stamp_id: int
    post_id: int
    account_id: int


@dataclass(frozen=True, slots=True)
class PostLiked(Event):
    like_id: int
    post_id: int
    account_id: int


@dataclass(frozen=True, slots=True)
class PostUnliked(Event):
    """The row is gone: `like_uri` is what the Undo names."""

    post_id: int
    account_id: int
    like_uri: str


@dataclass(frozen=True, slots=True)
class PostBoosted(Event):
    """`boost_id` is a post of its own, whose `reblog_of_id` is `post_id`."""

    boost_id: int
    post_id: int
    account_id: int


@dataclass(frozen=True, slots=True)
class PostUnboosted(Event):
    boost_id: int
    post_id: int
    account_id: int
    boost_uri: str


@dataclass(frozen=True, slots=True)
class ActivityTaken(Event):
    """A reply to one of ours, an edit, a deletion, support or its end took effect; `receipt_id` keeps it as it came."""

    receipt_id: int
    post_id: int


@dataclass(frozen=True, slots=True)
class PollVoted(Event):
    post_id: int
    account_id: int
    choices: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PollClosed(Event):
    """Nobody can vote any more; `at` is when that was noted (milliseconds)."""

    post_id: int
    at: int


@dataclass(frozen=True, slots=True)
class PollCounted(Event):
    """How a poll of ours that is still open stands was due to be told at `at` (milliseconds)."""

    post_id: int
    at: int
