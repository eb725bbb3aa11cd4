"""Keep the full-text index in step. Only what everybody may read can be found."""

from server.effects.context import Context
from server.queries import posts
from server.rules import events
from server.rules.sanitise import plain_text
from server.storage import search


async def indexed(context: Context, event: events.PostPublished | events.PostEdited) -> None:
    post = await posts.by_id(event.post_id)
    if post is None or post.visibility != "public" or post.reblog is not None:
        return
    await search.put(post.id, post.title or post.spoiler_text, plain_text(post.content_html))


async def forgotten(context: Context, event: events.PostDeleted) -> None:
    await search.remove(event.post_id)
