"""What a member takes along, in the layout of Mastodon's archives (FEP-6fcd): ActivityPub documents and tables."""

from collections.abc import Iterable, Sequence

from federation.contexts import standalone
from federation.objects.collection import Collection
from federation.values import dumps, loads
from server.render.actors import as_object
from server.render.proposals import state_word
from server.rules.exports import table
from server.views.accounts import AccountView
from server.views.keys import PublicKeyView
from server.views.posts import PostView

COLUMNS = ("Address", "Title", "State", "Raised", "Support here", "What we see", "Which rule", "What should change")


def actor_file(
    account: AccountView, origin: str, handles: str, keys: Sequence[PublicKeyView], organisations: tuple[str, ...]
) -> bytes:
    """`actor.json`."""
    return dumps(standalone(as_object(account, origin, keys=keys, handles=handles, organisations=organisations)))


def outbox_file(account: AccountView, bodies: Sequence[bytes]) -> bytes:
    """`outbox.json`: the activity behind each post, as it was sent, proof included."""
    items = tuple(loads(body) for body in bodies)
    return dumps(standalone(Collection(id="outbox.json", total=len(items), items=items).to_json()))


def list_file(name: str, uris: Sequence[str]) -> bytes:
    """`likes.json` and `bookmarks.json`: ids."""
    return dumps(standalone(Collection(id=name, total=len(uris), items=tuple(uris)).to_json()))


def proposals_file(proposals: Iterable[PostView]) -> str:
    """`proposals.csv`, for people."""
    lines: list[Sequence[str]] = [COLUMNS]
    for post in proposals:
        if post.proposal is None:
            continue
        said = {section.key: section.source for section in post.proposal.sections}
        lines.append(
            (
                post.url,
                post.title,
                state_word(post.proposal),
                post.published_at.date().isoformat(),
                str(post.proposal.support_here),
                *(said.get(key, "") for key in ("seen", "rule", "change")),
            )
        )
    return table(lines)
