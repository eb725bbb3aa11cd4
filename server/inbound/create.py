"""Create: a post, a comment, a proposal, a policy, or a vote in a poll of ours."""

from federation.objects.policy import is_policy
from federation.objects.post import Post
from federation.origin import check_object
from federation.values import Json
from server.actions.polls import vote
from server.inbound import policy
from server.inbound.arrival import Arrived
from server.inbound.interest import is_wanted
from server.queries import actors
from server.remote.gateway import Remote
from server.remote.posts import coming_of, is_post
from server.remote.threads import record_with_parents
from server.rules.errors import Conflict, Invalid, NotFound, Refused


async def handle(remote: Remote, arrived: Arrived) -> None:
    """Take in what was created, if anyone here wants it. An object named only by its id is fetched from there; several
    votes may come in one Create (GoToSocial)."""
    activity = arrived.activity
    documents = list(activity.inners)
    if not documents and activity.object_id and not remote.is_here(activity.object_id):
        documents = [await remote.read(activity.object_id)]
    for document in documents:
        check_object(activity, document)
        if is_policy(document):
            await policy.take_in(remote, arrived, document)
        elif is_post(document):
            await take_in(remote, arrived, document)


async def take_in(remote: Remote, arrived: Arrived, document: Json) -> None:
    """A post whose author is proven."""
    post = Post.parse(document)
    if post.is_vote and post.in_reply_to:
        await _vote(arrived, post)
    elif await is_wanted(arrived, document):
        await record_with_parents(remote, document, coming_of(arrived.activity, arrived.via, arrived.account))


async def _vote(arrived: Arrived, post: Post) -> None:
    """A vote names an option by its text. One that comes late, twice or for nothing on offer does not count."""
    poll = await actors.post_by_uri(post.in_reply_to or "")
    if poll is None or poll[3]:
        return
    options = await actors.options_of(poll[0])
    if post.name not in options:
        return
    try:
        await vote(arrived.by, poll[0], (options.index(post.name),), uri=post.id)
    except (Conflict, Invalid, NotFound, Refused):
        return
