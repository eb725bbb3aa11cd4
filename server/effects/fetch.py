"""Ask for what is elsewhere. The network is slow, so it is work for another lane."""

from server.effects.context import Context
from server.rules.events.groups import ChapterLinked, OrganisationsClaimed
from server.rules.events.posts import QuoteNoted
from server.storage.unit import unit


async def chapter_linked(context: Context, event: ChapterLinked) -> None:
    """A new link brings the other chapter's newest proposals with their threads, and its roster."""
    if event.state == "linked":
        async with unit() as work:
            work.enqueue(
                "fetch",
                f"chapter:{event.topic_id}:{event.chapter_id}",
                {"topic_id": event.topic_id, "chapter_id": event.chapter_id},
                kind="chapter",
            )


async def organisations_claimed(context: Context, event: OrganisationsClaimed) -> None:
    """The organisations that somebody elsewhere claims to belong to are asked."""
    async with unit() as work:
        work.enqueue(
            "fetch",
            f"organisations:{context.job_id}",
            {"account_id": event.account_id, "organisation_uris": event.organisation_uris},
            kind="organisations",
        )


async def quote_noted(context: Context, event: QuoteNoted) -> None:
    """What a post quotes, and the permission for it, are looked up."""
    async with unit() as work:
        work.enqueue("fetch", f"quote:{event.post_id}", {"post_id": event.post_id}, kind="quote")
