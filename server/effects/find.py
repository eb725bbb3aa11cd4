"""Keep the full-text index in step. Only what everybody may read can be found."""

from server.effects.context import Context
from server.queries import posts
from server.rules import events
from server.rules.sanitise import plain_text
from server.storage import search


async def indexed(context: Context, event: events.PostPublished | events.PostEdited) -> None:
    words = await posts.findable_words(event.post_id)
    if words is not None:
        heading, content = words
        await search.put(event.post_id, heading, plain_text(content))


async def forgotten(context: Context, event: events.PostDeleted) -> None:
    await search.remove(event.post_id)
