"""Keep the full-text index in step. Only what everybody may read can be found."""

from server.effects.context import Context
from server.rules.events.moderation import PostHidden, PostRestored
from server.rules.events.posts import PostDeleted, PostEdited, PostPublished
from server.rules.sanitise import plain_text
from server.storage import search


async def indexed(context: Context, event: PostPublished | PostEdited | PostRestored) -> None:
    said = await context.said(event.post_id)
    if said is not None and said.findable:
        await search.put(said.id, said.heading, plain_text(said.content_html))


async def forgotten(context: Context, event: PostDeleted | PostHidden) -> None:
    await search.remove(event.post_id)
