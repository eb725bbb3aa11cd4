"""`folkmoot policy`: the rules that get in the way, as stewards describe them."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import click

from server.actions.policies import delete_policy, keep_policy, say_same
from server.app import Instance
from server.cli.at_work import in_database
from server.cli.commands import Group, chosen
from server.cli.deciding import acting, by_name
from server.cli.output import as_json, show, table
from server.config import Settings
from server.queries import policies
from server.rules.errors import NotFound
from server.rules.policies import POLICY_KINDS, PolicyDraft
from server.views.policies import PolicyView

DESCRIBED = (
    click.option("--kind", type=click.Choice(list(POLICY_KINDS)), help="What kind of rule it is."),
    click.option("--owner", "owner_name", help="Who can change it."),
    click.option("--web-url", help="Where it can be read."),
    click.option("--source", help="What it says, in Markdown."),
    click.option("--explained", help="What it means for people."),
    click.option("--easy", help="The same in easy words."),
)


def described(command: Callable[..., None]) -> Callable[..., None]:
    """A command with a flag for each thing that can be said about a rule."""
    for option in reversed(DESCRIBED):
        command = option(command)
    return command


@click.group(cls=Group)
def policy() -> None:
    """The rules that get in the way; ID is the number in a rule's address."""


@policy.command(name="list")
@as_json
def list_(as_json: bool) -> None:
    """Every rule that is known here, by name."""

    async def work() -> list[PolicyView]:
        found: list[PolicyView] = []
        while more := await policies.listed(offset=len(found)):
            found += more
        return found

    found = in_database(chosen().settings(), work)
    lines = [[str(each.id), each.name, each.owner_name or "-", "ours" if each.local else each.uri] for each in found]
    show(table(["ID", "NAME", "OWNER", "FROM"], lines), [facts(each) for each in found], as_json=as_json)


@policy.command()
@click.argument("name")
@described
@by_name
@as_json
def create(name: str, by: str, as_json: bool, **texts: str | None) -> None:
    """Enter a rule and print its address."""
    settings = chosen().settings()

    async def work() -> int:
        return await keep_policy(await acting(by), replace(PolicyDraft(name), **_given(texts)))

    policy_id = in_database(settings, work)
    url = f"{settings.base_url}/policies/{policy_id}"
    show(url, {"id": str(policy_id), "name": name, "url": url}, as_json=as_json)


@policy.command()
@click.argument("policy_id", metavar="ID", type=int)
@click.option("--name", help="What it is called, as people know it.")
@described
@by_name
def edit(policy_id: int, by: str, **texts: str | None) -> None:
    """Change what is given about a rule of ours, and leave the rest."""

    async def work() -> None:
        found = await policies.by_id(policy_id)
        if found is None or not found.local:
            raise NotFound("There is no such rule of ours. See “folkmoot policy list”.")
        draft = PolicyDraft(
            name=found.name,
            kind=found.kind,
            owner_name=found.owner_name,
            web_url=found.web_url,
            source=found.text.source,
            explained=found.explained.source,
            easy=found.easy.source,
        )
        await keep_policy(await acting(by), replace(draft, **_given(texts)), found.id, base_version=found.version)

    in_database(chosen().settings(), work)
    click.echo("Saved.")


@policy.command()
@click.argument("policy_id", metavar="ID", type=int)
@click.argument("url")
@click.option("--undo", is_flag=True, help="They are two after all.")
@by_name
def same(policy_id: int, url: str, undo: bool, by: str) -> None:
    """Say that a rule of ours and the one at URL are the same."""
    asyncio.run(_same(chosen().settings(), policy_id, url, undo, by))
    click.echo("Saved. It holds where both sides say so." if not undo else "Saved.")


@policy.command()
@click.argument("policy_id", metavar="ID", type=int)
@by_name
def delete(policy_id: int, by: str) -> None:
    """Take a rule of ours back; proposals that name it stay."""

    async def work() -> None:
        await delete_policy(await acting(by), policy_id)

    in_database(chosen().settings(), work)
    click.echo("The rule is gone.")


async def _same(settings: Settings, policy_id: int, url: str, undo: bool, by: str) -> None:
    instance = await Instance.open(settings)
    try:
        with instance.database.use():
            other = url if undo else await instance.elsewhere.find_policy(url)
            await say_same(await acting(by), policy_id, other, same=not undo)
    finally:
        await instance.close()


def facts(each: PolicyView) -> dict[str, object]:
    """A rule as JSON."""
    return {
        "id": str(each.id),
        "name": each.name,
        "kind": each.kind,
        "owner": each.owner_name,
        "url": each.uri,
        "local": each.local,
        "version": each.version,
    }


def _given(texts: dict[str, str | None]) -> dict[str, Any]:
    return {name: text for name, text in texts.items() if text is not None}
