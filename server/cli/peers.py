"""`folkmoot peer`: other servers, and whether what we send them arrives."""

from datetime import UTC, datetime

import click

from server.cli.at_work import in_database
from server.cli.commands import Group, chosen
from server.cli.output import ago, as_json, moment, show, table
from server.queries.peers import all_peers
from server.views.instance import PeerView


@click.group(cls=Group)
def peer() -> None:
    """Other servers, and whether they can be reached."""


@peer.command(name="list")
@as_json
def list_(as_json: bool) -> None:
    """Every server we have met, those in trouble first: what waits for it, since when, and the last error."""
    found = in_database(chosen().settings(), all_peers)
    lines = [
        [
            each.domain,
            state(each),
            str(each.waiting),
            ago(each.oldest_waiting),
            str(each.dead),
            ago(each.last_success),
            " ".join(each.last_error.split())[:80] or "-",
        ]
        for each in found
    ]
    heads = ["SERVER", "STATE", "WAITING", "OLDEST", "GIVEN UP", "LAST REACHED", "LAST ERROR"]
    show(table(heads, lines), [facts(each) for each in found], as_json=as_json)


def state(each: PeerView) -> str:
    """In a word: blocked by us, paused because it did not answer, failing, or ok."""
    if each.blocked:
        return "blocked"
    if each.paused_until and each.paused_until > datetime.now(UTC):
        return f"paused until {each.paused_until:%d %b %H:%M} UTC"
    return f"failing ({each.failures})" if each.failures else "ok"


def facts(each: PeerView) -> dict[str, object]:
    """A peer as JSON."""
    return {
        "domain": each.domain,
        "state": state(each).partition(" ")[0],
        "software": each.software,
        "waiting": each.waiting,
        "oldest_waiting": moment(each.oldest_waiting),
        "dead": each.dead,
        "failures": each.failures,
        "paused_until": moment(each.paused_until),
        "last_success": moment(each.last_success),
        "last_failure": moment(each.last_failure),
        "last_error": each.last_error,
    }
