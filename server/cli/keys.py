"""`folkmoot keys`: what our accounts sign with."""

import click

from server.actions.keys import rotate_keys
from server.app import new_keys
from server.cli.at_work import in_database
from server.cli.commands import Group, chosen
from server.cli.output import ago, as_json, moment, show, table
from server.queries.keys import signing_accounts
from server.rules.permissions import OPERATOR
from server.views.keys import SigningView


@click.group(cls=Group)
def keys() -> None:
    """What our accounts sign with, so that other servers know it is us."""


@keys.command(name="list")
@as_json
def list_(as_json: bool) -> None:
    """Every account of ours that signs, and how old its keys are; the oldest first."""
    found = in_database(chosen().settings(), signing_accounts)
    lines = [[each.name, each.kind, ago(each.since)] for each in found]
    show(table(["NAME", "KIND", "KEYS ARE"], lines), [facts(each) for each in found], as_json=as_json)


@keys.command()
@click.argument("names", metavar="NAME…", nargs=-1)
@click.option("--all", "everybody", is_flag=True, help="Every account of ours.")
@click.option("--stolen", is_flag=True, help="Somebody else may have the old keys: nothing they signed shall hold.")
@as_json
def rotate(names: tuple[str, ...], everybody: bool, stolen: bool, as_json: bool) -> None:
    """Make new keys, and tell other servers. NAME is a member, an organisation or a topic; `actor` is the server.

    Prints the names, one on a line. Ids and addresses stay as they are.
    """
    if bool(names) == everybody:
        raise click.UsageError("Say whose keys, or --all.")
    settings = chosen().settings()

    async def work() -> list[str]:
        done = [each.name for each in await signing_accounts()] if everybody else list(names)
        for name in done:
            await rotate_keys(OPERATOR, name, await new_keys(), stolen=stolen)
        return done

    done = in_database(settings, work)
    show("\n".join(done), {"rotated": done}, as_json=as_json)


def facts(each: SigningView) -> dict[str, object]:
    """An account with keys as JSON."""
    return {"name": each.name, "kind": each.kind, "url": each.uri, "since": moment(each.since)}
