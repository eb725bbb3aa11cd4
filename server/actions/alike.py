"""Which proposals are said to be about the same barrier: the rows, one for each side that is known here, kept in step.

Of a row `said_here` is what the home of its proposal says, `said_there` what the home of the other one says.
"""

from collections.abc import Collection

from server.rules.events.proposals import BarrierNoted
from server.rules.ids import new_id, now_ms
from server.rules.permissions import Principal, check_write
from server.storage.counts import touch
from server.storage.models.checks import SameBarrier
from server.storage.models.posts import Post
from server.storage.unit import unit


async def alike(by: Principal, post: Post, other_uri: str, said: bool) -> None:
    """The home of `post` says that it is, or is not, about the same barrier as the proposal at `other_uri`; inside the
    transaction of whoever says so."""
    check_write(by)
    row = await _row(post.id, other_uri)
    if row.said_here != said:
        row.said_here, row.by_id = said, None
        await row.save(update_fields=("said_here", "by_id"))
        await touch("posts", post.id)
    other = await Post.get_or_none(uri=other_uri, kind="proposal").only("id")
    if other is not None:
        facing = await _row(other.id, post.uri)
        if facing.said_there != said:
            facing.said_there = said
            async with unit() as u:
                await facing.save(update_fields=("said_there",))
                await touch("posts", other.id)
                if said:
                    u.emit(BarrierNoted(other.id, facing.id, by.account_id))


async def take_over_alike(by: Principal, post: Post, uris: Collection[str]) -> None:
    """All that the home of a proposal says it is the same as; and what others said of it before it was known here."""
    check_write(by)
    wanted = {uri for uri in uris if uri != post.uri}
    known = await SameBarrier.filter(proposal_id=post.id)
    for uri in sorted(wanted | {row.other_uri for row in known if row.said_here}):
        await alike(by, post, uri, uri in wanted)
    facing = await SameBarrier.filter(other_uri=post.uri, said_here=True).values_list("proposal_id", flat=True)
    for other in await Post.filter(id__in=[*facing, 0]).only("id", "uri"):
        row = await _row(post.id, other.uri)
        if not row.said_there:
            row.said_there = True
            await row.save(update_fields=("said_there",))


async def _row(proposal_id: int, other_uri: str) -> SameBarrier:
    row, _ = await SameBarrier.get_or_create(
        proposal_id=proposal_id, other_uri=other_uri, defaults={"id": new_id(), "created_at": now_ms()}
    )
    return row
