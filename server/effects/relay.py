"""A topic passes on what is said in it, in a single hop (research B.4, contract "Topics across instances").

The entry chapter of an activity is the one on the author's own instance; where there is none, the parent's. It tells
all linked chapters and its other followers. A chapter that hears from another chapter tells its other followers alone.
"""

from federation import activities
from federation.topic_sync import item_of
from federation.values import Json, dumps, loads
from server.effects.context import Context
from server.effects.sending import at, send
from server.ledger import receipts, topic_items
from server.queries import actors, audiences, posts, topics
from server.queries.actors import WireAccount
from server.rules.events.posts import ActivityTaken, PostPublished
from server.views.posts import PostView
from server.views.topics import TopicView


async def through_topic(context: Context, post: PostView, activity: Json) -> None:
    """Pass on what one of ours did to a post in a topic of ours: the activity, whole, to the other chapters and to
    everyone who follows the topic; of a new proposal also its id alone, which Mastodon's users see as a boost."""
    if post.topic is None or post.visibility not in ("public", "unlisted"):
        return
    await log(context, post.topic.account_id, activity)
    readers = await audiences.of_readers(post.topic.account_id, chapters=False)
    others = await audiences.of_readers(post.topic.account_id, chapters=True)
    await announce_activity(context, post, activity, {**readers, **others})
    if post.kind == "proposal" and activity["type"] == "Create":
        await announce_id(context, post, readers)


async def to_chapters(context: Context, post: PostView, activity: Json) -> None:
    """Pass on support: the other chapters count it, readers elsewhere have no use for it."""
    if post.topic is not None and post.visibility == "public":
        await log(context, post.topic.account_id, activity)
        others = await audiences.of_readers(post.topic.account_id, chapters=True)
        await announce_activity(context, post, activity, others)


async def log(context: Context, topic_id: int, activity: Json) -> None:
    """Keep what one of ours did, for chapters that miss it."""
    item = item_of(activity)
    if item is not None:
        await topic_items.note(topic_id, item, dumps(activity), context.clock())


async def announce_activity(context: Context, post: PostView, activity: Json, inboxes: dict[str, str]) -> None:
    if post.topic is None or not inboxes:
        return
    uri = post.topic.uri
    await send(
        context,
        activities.announce_activity(f"{uri}/announces/{context.job_id}", uri, activity, followers=f"{uri}/followers"),
        account_id=post.topic.account_id,
        object_uri=post.uri,
        inboxes=inboxes,
        post_id=post.id,
    )


async def announce_id(context: Context, post: PostView, inboxes: dict[str, str]) -> None:
    if post.topic is None or not inboxes:
        return
    uri = post.topic.uri
    await send(
        context,
        activities.announce(
            f"{uri}/announces/{context.job_id}-id",
            uri,
            post.uri,
            at(context.clock()),
            followers=f"{uri}/followers",
            author=post.account.uri,
        ),
        account_id=post.topic.account_id,
        object_uri=post.uri,
        inboxes=inboxes,
        post_id=post.id,
    )


async def arrived(context: Context, event: PostPublished) -> None:
    """Pass on what came from elsewhere. Where the author's instance has a linked chapter, that one has told the other
    chapters; else, in a thread of ours or a proposal that entered here, we are the entry and tell them."""
    said = await context.said(event.post_id)
    if event.fetched or said is None or said.local or said.kind not in ("proposal", "comment"):
        return
    post = await posts.by_id(said.id)
    if post is None or post.topic is None or post.visibility not in ("public", "unlisted"):
        return
    topic = await topics.by_account_id(post.topic.account_id)
    if topic is None:
        return
    readers = await audiences.of_readers(topic.account.id, chapters=False)
    inboxes: dict[str, str] = readers if post.kind == "proposal" else {}
    if post.account.domain not in linked_domains(topic) and await is_ours(post):
        inboxes = {**inboxes, **await audiences.of_readers(topic.account.id, chapters=True)}
    await announce_id(context, post, {inbox: host for inbox, host in inboxes.items() if host != post.account.domain})


async def taken(context: Context, event: ActivityTaken) -> None:
    """Pass on, as it came, what somebody whose server has no chapter did to a post that entered here: an edit, a
    deletion, support of a proposal or its end. Only from their own server and only to chapters, which pass nothing on
    to each other: so nothing goes round."""
    arrival, post = await receipts.load(event.receipt_id), await posts.tombstone(event.post_id)
    if arrival is None or post is None or post.topic is None or post.visibility not in ("public", "unlisted"):
        return
    actor = await actors.by_uri(arrival.signer_uri)
    topic = await topics.by_account_id(post.topic.account_id)
    if actor is None or topic is None or actor.domain in linked_domains(topic) or not await is_ours(post):
        return
    activity: Json = loads(arrival.body)
    if activity["type"] != "Create" and await still_so(activity, actor, post):
        inboxes = await audiences.of_readers(topic.account.id, chapters=True)
        await announce_activity(context, post, activity, inboxes)


async def still_so(activity: Json, actor: WireAccount, post: PostView) -> bool:
    """Whether an activity had an effect here, and nothing newer has undone it."""
    if activity["type"] in ("Like", "Undo"):
        stands = "like" in await actors.marks_of(actor.id, post.id)
        return post.kind == "proposal" and not post.gone and stands == (activity["type"] == "Like")
    return post.account.id == actor.id and (post.gone == "deleted") == (activity["type"] == "Delete")


def linked_domains(topic: TopicView) -> set[str]:
    """The instances whose own chapter tells what is done there."""
    return {chapter.account.domain for chapter in topic.chapters if chapter.state == "linked"}


async def is_ours(post: PostView) -> bool:
    """Whether a post from elsewhere entered the network here: a proposal by coming to our chapter, a comment by
    answering in a thread whose proposal is ours."""
    if post.kind == "proposal":
        return not post.entry_uri or post.topic is None or post.entry_uri == post.topic.uri
    root = await posts.by_id(post.proposal_id) if post.proposal_id else None
    return root is not None and root.local
