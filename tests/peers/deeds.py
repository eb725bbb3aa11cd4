"""What these tests do on our side, and what they look for in what arrives at Fedify."""

from collections.abc import Callable

from server.actions.proposals import publish_proposal
from server.queries import posts
from server.rules.drafts import ProposalDraft
from server.rules.permissions import Principal
from server.views.posts import PostView
from server.views.viewer import VISITOR
from tests.peers.conftest import Fedify, Json, Moot, eventually

TITLE = "Damp must be proven twice"
ANSWERS = (
    ("seen", "Families wait **28 days** between two visits."),
    ("rule", "Repairs contract, schedule 4, line 12"),
    ("change", "Let one inspection be enough."),
)


def amina_of(moot: Moot) -> str:
    return f"{moot.url}/users/amina"


async def followed_topic(moot: Moot, peer: Fedify) -> str:
    """A topic of ours that the person on Fedify follows."""
    await moot.topic("damp-homes", "Damp homes")
    topic = f"{moot.url}/topics/damp-homes"
    await peer.do("follow", actor=topic)
    await peer.has(topic, is_a("Accept"), "the topic accepts the follow")
    return topic


async def raise_proposal(moot: Moot, by: Principal) -> str:
    """A proposal in the topic; returns its address."""
    topic = await moot.topic_view("damp-homes")
    with moot.use():
        proposal_id = await publish_proposal(by, ProposalDraft(TITLE, ANSWERS, topic_id=topic.account.id))
    return f"{moot.url}/proposals/{proposal_id}"


async def seen(moot: Moot, uri: str) -> PostView | None:
    with moot.use():
        return await posts.by_uri(uri, VISITOR)


async def the_post(moot: Moot, uri: str) -> PostView:
    found = await eventually(lambda: seen(moot, uri), f"{uri} is here")
    assert found is not None
    return found


def is_a(verb: str, about: str | None = None) -> Callable[[Json], bool]:
    """Whether an activity is of this type and about this object, named or whole."""

    def wanted(activity: Json) -> bool:
        thing = activity.get("object")
        named = thing.get("id") if isinstance(thing, dict) else thing
        return activity["type"] == verb and about in (None, named)

    return wanted


def passes_on(verb: str, about: str) -> Callable[[Json], bool]:
    """Whether an activity is an Announce of such an activity."""

    def wanted(activity: Json) -> bool:
        inner = activity.get("object")
        return activity["type"] == "Announce" and isinstance(inner, dict) and is_a(verb, about)(inner)

    return wanted
