"""`folkmoot topic`: topics, and their links with the chapters of other organisations."""

import asyncio
from collections.abc import Awaitable, Callable

import click

from server.actions.topics import (
    ask_compare,
    create_topic,
    edit_topic,
    put_on_trial,
    trust_chapter,
    unlink_chapter,
)
from server.app import Instance, new_keys
from server.cli.at_work import in_database
from server.cli.commands import Group, chosen
from server.cli.output import as_json, show, table
from server.config import Settings
from server.queries import topics
from server.rules.errors import NotFound
from server.rules.permissions import OPERATOR, Principal
from server.rules.topics import REPLIES, Replies
from server.views.topics import TopicView


@click.group(cls=Group)
def topic() -> None:
    """Topics, and their links with other organisations."""


@topic.command()
@click.argument("slug")
@click.option("--name", default="", help="What people call it; without it, the slug in words.")
@click.option("--description", default="", help="What belongs here, in a sentence or two.")
@as_json
def create(slug: str, name: str, description: str, as_json: bool) -> None:
    """Begin a topic and print its address. To share one that another organisation has, use `topic link`."""
    settings = chosen().settings()
    called = name or slug.replace("-", " ").replace("_", " ").capitalize()

    async def work() -> int:
        return await create_topic(OPERATOR, slug, called, description=description, keys=await new_keys())

    account_id = in_database(settings, work)
    url = f"{settings.base_url}/topics/{slug}"
    show(url, {"id": str(account_id), "slug": slug, "name": called, "url": url}, as_json=as_json)


@topic.command(name="list")
@as_json
def list_(as_json: bool) -> None:
    """Every topic here, with the chapters it is shared with."""
    found = in_database(chosen().settings(), topics.all_topics)
    lines = [line for each in found for line in _lines(each)]
    show(table(["SLUG", "NAME", "SHARED WITH", "STATE"], lines), [facts(each) for each in found], as_json=as_json)


@topic.command()
@click.argument("slug")
@click.argument("url")
@as_json
def link(slug: str, url: str, as_json: bool) -> None:
    """Share a topic with another organisation: URL is the address of their page about it.

    Our topic is made if it is missing. Prints `linked` when they have asked for it too, else `pending`: then their
    admin has to do the same with our address.
    """
    state = asyncio.run(_link(chosen().settings(), slug, url))
    show(state, {"slug": slug, "url": url, "state": state}, as_json=as_json)


@topic.command()
@click.argument("slug")
@click.option("--name", help="What people call it.")
@click.option("--description", help="What belongs here, in a sentence or two.")
@click.option("--replies", type=click.Choice(REPLIES), help="How comments from servers without a chapter are taken.")
def edit(slug: str, name: str | None, description: str | None, replies: Replies | None) -> None:
    """Change what is given of how a topic presents itself here, and leave the rest."""

    async def work() -> None:
        found = await _topic(slug)
        await edit_topic(
            OPERATOR,
            found.account.id,
            name=found.name if name is None else name,
            description=found.description if description is None else description,
            replies=replies,
        )

    in_database(chosen().settings(), work)
    click.echo("Saved.")


@topic.command()
@click.argument("slug")
@click.argument("url")
def unlink(slug: str, url: str) -> None:
    """Refuse another organisation's wish to share a topic, or end the link. To agree, use `topic link`.

    URL is as `topic list` shows it. What came through a link stays.
    """
    _with_chapter(slug, url, unlink_chapter)
    click.echo("The topic is shared with them no longer.")


@topic.command()
@click.argument("slug")
@click.argument("url")
def trust(slug: str, url: str) -> None:
    """End the trial of a chapter: it may pass on as much as it likes, and vouch for others."""
    _with_chapter(slug, url, trust_chapter)


@topic.command()
@click.argument("slug")
@click.argument("url")
def trial(slug: str, url: str) -> None:
    """Put a chapter on trial: it may pass on a limited number of items a day."""
    _with_chapter(slug, url, put_on_trial)


@topic.command()
@click.argument("slug")
def compare(slug: str) -> None:
    """Compare a topic with every chapter it is linked with, and bring what is missing. The running server does it; see
    `topic list --json` for what came of it."""

    async def work() -> None:
        found = await _topic(slug)
        for chapter in found.chapters:
            if chapter.state == "linked":
                await ask_compare(OPERATOR, found.account.id, chapter.account.id)

    in_database(chosen().settings(), work)


def _with_chapter(slug: str, url: str, act: Callable[[Principal, int, int], Awaitable[None]]) -> None:
    async def work() -> None:
        found = await _topic(slug)
        chapter = next((each for each in found.chapters if each.account.uri == url), None)
        if chapter is None:
            raise NotFound("This topic has no link with that address. See `folkmoot topic list`.")
        await act(OPERATOR, found.account.id, chapter.account.id)

    in_database(chosen().settings(), work)


async def _topic(slug: str) -> TopicView:
    found = await topics.by_slug(slug)
    if found is None:
        raise NotFound("There is no topic “%(slug)s”. See “folkmoot topic list”.", slug=slug)
    return found


async def _link(settings: Settings, slug: str, url: str) -> str:
    instance = await Instance.open(settings)
    try:
        with instance.database.use():
            return await instance.elsewhere.join_topic(OPERATOR, slug, url, await new_keys())
    finally:
        await instance.close()


def facts(each: TopicView) -> dict[str, object]:
    """A topic as JSON (contract, "Topics across instances")."""
    return {
        "slug": each.slug,
        "id": each.topic_id,
        "name": each.name,
        "url": each.account.uri,
        "chapters": [
            {
                "url": chapter.account.uri,
                "state": chapter.state,
                "standing": chapter.standing,
                "compared": chapter.compared,
                "compared_at": chapter.compared_at.isoformat() if chapter.compared_at else None,
            }
            for chapter in each.chapters
        ],
    }


def _lines(each: TopicView) -> list[list[str]]:
    shared = [(chapter.account.uri, _state(chapter.state, chapter.asked_by_them)) for chapter in each.chapters]
    return [
        [each.slug if first else "", each.name if first else "", url, state]
        for first, (url, state) in ((at == 0, pair) for at, pair in enumerate(shared or [("-", "-")]))
    ]


def _state(state: str, asked_by_them: bool) -> str:
    return "pending: they ask" if state == "pending" and asked_by_them else state
