"""A topic passes on what is said in it, in a single hop (research B.4, contract "Topics across instances").

The entry chapter of an activity is the one on the author's own instance; where there is none, the parent's. It tells
all linked chapters and its other followers. A chapter that hears from another chapter tells its other followers alone.
"""

from federation import activities
from federation.values import Json
from server.effects.context import Context
from server.effects.sending import at, send
from server.queries import audiences, posts, topics
from server.rules import events
from server.views.posts import PostView


async def through_topic(context: Context, post: PostView, activity: Json) -> None:
    """Pass on what one of ours did to a post in a topic of ours: the activity, whole, to the other chapters and to
    everyone who follows the topic; of a new proposal also its id alone, which Mastodon's users see as a boost."""
    if post.topic is None or post.visibility not in ("public", "unlisted"):
        return
    readers = await audiences.of_readers(post.topic.account_id, chapters=False)
    others = await audiences.of_readers(post.topic.account_id, chapters=True)
    await announce_activity(context, post, activity, {**readers, **others})
    if post.kind == "proposal" and activity["type"] == "Create":
        await announce_id(context, post, readers)


async def to_chapters(context: Context, post: PostView, activity: Json) -> None:
    """Pass on support: the other chapters count it, readers elsewhere have no use for it."""
    if post.topic is not None and post.visibility == "public":
        others = await audiences.of_readers(post.topic.account_id, chapters=True)
        await announce_activity(context, post, activity, others)


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


async def arrived(context: Context, event: events.PostPublished) -> None:
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
    linked = {chapter.account.domain for chapter in topic.chapters if chapter.state == "linked"}
    readers = await audiences.of_readers(topic.account.id, chapters=False)
    inboxes: dict[str, str] = readers if post.kind == "proposal" else {}
    if post.account.domain not in linked and await is_ours(post):
        inboxes = {**inboxes, **await audiences.of_readers(topic.account.id, chapters=True)}
    await announce_id(context, post, {inbox: host for inbox, host in inboxes.items() if host != post.account.domain})


async def is_ours(post: PostView) -> bool:
    """Whether a post from elsewhere entered the network here: a proposal by coming to our chapter, a comment by
    answering in a thread whose proposal is ours."""
    if post.kind == "proposal":
        return not post.entry_uri or post.topic is None or post.entry_uri == post.topic.uri
    root = await posts.by_id(post.proposal_id) if post.proposal_id else None
    return root is not None and root.local
