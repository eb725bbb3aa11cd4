"""`folkmoot queue`: what is on its way, what was given up, and what to do about it."""

import time
from typing import Any

import click

from server.actions import deliveries as actions
from server.cli.at_work import in_database
from server.cli.commands import Group, chosen
from server.cli.output import ago, as_json, moment, show, table
from server.ledger import deliveries
from server.ledger import queue as jobs
from server.queries.letters import letters
from server.rules.domains import check_domain
from server.rules.errors import Invalid
from server.rules.permissions import OPERATOR
from server.views.instance import LetterView


@click.group(cls=Group)
def queue() -> None:
    """What is on its way to other servers, and what was given up."""


@queue.command()
@as_json
def status(as_json: bool) -> None:
    """How much waits, is due, runs or was given up, by lane."""

    async def work() -> dict[str, dict[str, int]]:
        now = int(time.time() * 1000)
        sent = await deliveries.counts(now)
        found = {name: dict(numbers) for name, numbers in (await jobs.counts(now)).items()}
        found["deliver"] = {name: sent[name] for name in ("waiting", "due", "running")} | {"parked": sent["dead"]}
        return found

    found = in_database(chosen().settings(), work)
    lines = [[lane, *(str(numbers[name]) for name in _COLUMNS)] for lane, numbers in sorted(found.items())]
    show(table(["LANE", "WAITING", "DUE", "RUNNING", "GIVEN UP"], lines), found, as_json=as_json)


@queue.command(name="list")
@click.option("--dead", "which", flag_value="dead", help="Only what was given up.")
@click.option("--waiting", "which", flag_value="waiting", help="Only what is on its way.")
@click.option("--host", default="", help="Only what goes to this server.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True)
@as_json
def list_(which: str | None, host: str, limit: int, as_json: bool) -> None:
    """Deliveries, the newest first."""

    async def work() -> list[LetterView]:
        dead = None if which is None else which == "dead"
        return await letters(dead=dead, host=check_domain(host) if host else "", limit=limit)

    found = in_database(chosen().settings(), work)
    lines = [
        [
            str(each.id),
            each.host,
            "given up" if each.dead else "waiting",
            str(each.attempts),
            ago(each.created_at),
            (each.next_try.strftime("%d %b %H:%M") if each.next_try else "-"),
            " ".join(each.last_error.split())[:80] or "-",
        ]
        for each in found
    ]
    heads = ["ID", "SERVER", "STATE", "TRIES", "SINCE", "NEXT TRY", "LAST ERROR"]
    show(table(heads, lines), [facts(each) for each in found], as_json=as_json)


@queue.command()
@click.argument("ids", type=int, nargs=-1)
@click.option("--host", default="", help="All that goes to this server.")
@click.option("--dead", is_flag=True, help="All that was given up.")
@as_json
def retry(ids: tuple[int, ...], host: str, dead: bool, as_json: bool) -> None:
    """Try deliveries at once; those given up get a new life."""
    _one_choice(ids, host, dead)

    async def work() -> int:
        if dead:
            return await actions.retry_dead(OPERATOR)
        return await (
            actions.retry_host(OPERATOR, check_domain(host)) if host else actions.retry_deliveries(OPERATOR, ids)
        )

    _tell(in_database(chosen().settings(), work), as_json)


@queue.command()
@click.argument("ids", type=int, nargs=-1)
@click.option("--host", default="", help="All that goes to this server.")
@as_json
def drop(ids: tuple[int, ...], host: str, as_json: bool) -> None:
    """Never try deliveries again."""
    _one_choice(ids, host, False)

    async def work() -> int:
        return await (
            actions.drop_host(OPERATOR, check_domain(host)) if host else actions.drop_deliveries(OPERATOR, ids)
        )

    _tell(in_database(chosen().settings(), work), as_json)


_COLUMNS = ("waiting", "due", "running", "parked")


def _one_choice(ids: tuple[int, ...], host: str, dead: bool) -> None:
    if sum(map(bool, (ids, host, dead))) != 1:
        raise Invalid("ids", "Say which: ids from `folkmoot queue list`, or a server with --host.")


def _tell(number: int, as_json: bool) -> None:
    show(str(number), {"number": number}, as_json=as_json)


def facts(each: LetterView) -> dict[str, Any]:
    """A delivery as JSON."""
    return {
        "id": str(each.id),
        "host": each.host,
        "inbox": each.inbox,
        "about": each.about,
        "state": "dead" if each.dead else "waiting",
        "attempts": each.attempts,
        "created_at": moment(each.created_at),
        "next_try": moment(each.next_try),
        "last_status": each.last_status,
        "last_error": each.last_error,
    }
