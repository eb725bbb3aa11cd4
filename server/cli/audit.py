"""`folkmoot audit`: the log of what stewards and admins did, each entry sealed with the one before it."""

import json
from typing import Any

import click

from server.cli.at_work import in_database
from server.cli.commands import Group, chosen
from server.cli.output import as_json, moment, show, table
from server.ledger.audit import broken_at
from server.queries import audit as queries
from server.views.moderation import AuditView


@click.group(cls=Group)
def audit() -> None:
    """What stewards and admins did."""


@audit.command()
@click.option("-n", "count", default=20, show_default=True, type=click.IntRange(1, 10_000), help="How many entries.")
@as_json
def tail(count: int, as_json: bool) -> None:
    """The newest entries, oldest first."""
    found = in_database(chosen().settings(), lambda: queries.newest(count))
    lines = [
        [str(each.id), moment(each.at) or "", each.by or "-", each.act, _words(each.detail) or "-", each.hash[:12]]
        for each in found
    ]
    show(
        table(["ENTRY", "WHEN", "WHO", "WHAT", "ABOUT", "SEAL"], lines),
        [facts(each) for each in found],
        as_json=as_json,
    )


@audit.command()
@as_json
def verify(as_json: bool) -> int:
    """Check every seal. Prints the first entry that was changed, or before which one is missing, and ends with 1."""
    broken = in_database(chosen().settings(), broken_at)
    text = "The chain is whole." if broken is None else f"The chain is broken at entry {broken}."
    show(text, {"whole": broken is None, "broken_at": broken}, as_json=as_json)
    return 0 if broken is None else 1


@audit.command()
def export() -> None:
    """Every entry as JSON, one a line, oldest first, with all that its seal covers."""

    async def work() -> None:
        async for each in queries.all_entries():
            click.echo(json.dumps(facts(each), ensure_ascii=False))

    in_database(chosen().settings(), work)


def facts(each: AuditView) -> dict[str, Any]:
    """An entry as JSON. `at` is in milliseconds, as it was sealed."""
    return {
        "id": each.id,
        "at": round(each.at.timestamp() * 1000),
        "by_id": each.by_id,
        "by": each.by,
        "act": each.act,
        "subject": each.subject,
        "detail": each.detail,
        "before": each.before,
        "hash": each.hash,
    }


def _words(detail: dict[str, Any]) -> str:
    return " ".join(f"{name}={value}" for name, value in detail.items() if value)
