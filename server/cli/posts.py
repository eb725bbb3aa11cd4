"""`folkmoot post`: what stewards decide about a post, by its number, which is the last part of its address."""

import click

from server.actions import moderation as actions
from server.cli.at_work import in_database
from server.cli.commands import Group, chosen
from server.cli.deciding import acting, by_name, reason, sentence
from server.rules.moderation import Why


@click.group(cls=Group)
def post() -> None:
    """Decisions about a post; ID is the number in its address."""


@post.command()
@click.argument("post_id", metavar="ID", type=int)
@reason
@sentence
@by_name
def hide(post_id: int, reason: str, sentence: str, by: str) -> None:
    """Take it from view until somebody has decided: `held accept` or `held refuse`."""

    async def work() -> None:
        await actions.hold_post(await acting(by), post_id, Why(reason, sentence))

    in_database(chosen().settings(), work)
    click.echo("It is held: only its author and stewards see it.")


@post.command()
@click.argument("post_id", metavar="ID", type=int)
@reason
@sentence
@by_name
def remove(post_id: int, reason: str, sentence: str, by: str) -> None:
    """Take it away: a line in its place says why."""

    async def work() -> None:
        await actions.remove_post(await acting(by), post_id, Why(reason, sentence))

    in_database(chosen().settings(), work)
    click.echo("It is removed.")


@post.command()
@click.argument("post_id", metavar="ID", type=int)
@by_name
def restore(post_id: int, by: str) -> None:
    """Show again what was removed or declined."""

    async def work() -> None:
        await actions.restore_post(await acting(by), post_id)

    in_database(chosen().settings(), work)
    click.echo("It is up again.")
