"""`folkmoot account`: what stewards decide about a person, from here or from another server."""

from collections.abc import Awaitable, Callable

import click

from server.actions import sanctions
from server.cli.at_work import in_database
from server.cli.commands import Group, chosen
from server.cli.deciding import acting, by_name, reason, sentence
from server.queries import accounts
from server.rules.errors import NotFound
from server.rules.moderation import NO_MORE, Why
from server.rules.permissions import Principal

Sanction = Callable[[Principal, int, Why], Awaitable[None]]


@click.group(cls=Group)
def account() -> None:
    """Decisions about a person: NAME of a member, or NAME@DOMAIN of somebody known from another server."""


@account.command()
@click.argument("handle", metavar="NAME")
@reason
@sentence
@by_name
def warn(handle: str, reason: str, sentence: str, by: str) -> None:
    """Tell a member that something must not happen again."""
    _decide(sanctions.warn_account, handle, Why(reason, sentence), by)
    click.echo("They are told.")


@account.command()
@click.argument("handle", metavar="NAME")
@reason
@sentence
@by_name
def limit(handle: str, reason: str, sentence: str, by: str) -> None:
    """Show what they say only to those who follow them; what a member writes from now on is held first."""
    _decide(sanctions.limit_account, handle, Why(reason, sentence), by)
    click.echo("The account is limited. To take it back: folkmoot account lift " + handle)


@account.command()
@click.argument("handle", metavar="NAME")
@by_name
def lift(handle: str, by: str) -> None:
    """Take a limit back."""
    _decide(sanctions.lift_limit, handle, NO_MORE, by)
    click.echo("The account is limited no longer.")


@account.command()
@click.argument("handle", metavar="NAME")
@reason
@sentence
@by_name
def suspend(handle: str, reason: str, sentence: str, by: str) -> None:
    """Hide an account and everything it said. A member can sign in only to read why, and to appeal."""
    _decide(sanctions.suspend_account, handle, Why(reason, sentence), by)
    click.echo("The account is suspended. To take it back: folkmoot account restore " + handle)


@account.command()
@click.argument("handle", metavar="NAME")
@by_name
def restore(handle: str, by: str) -> None:
    """Take a suspension back."""
    _decide(sanctions.restore_account, handle, NO_MORE, by)
    click.echo("The account is back.")


def _decide(act: Sanction, handle: str, why: Why, by: str) -> None:
    async def work() -> None:
        name, _, domain = handle.removeprefix("@").partition("@")
        found = await accounts.by_acct(name, domain)
        if found is None:
            raise NotFound("Nobody called “%(name)s” is known here.", name=handle)
        await act(await acting(by), found.id, why)

    in_database(chosen().settings(), work)
