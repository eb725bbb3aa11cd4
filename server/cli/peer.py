"""`folkmoot peer`: other servers, whether what we send them arrives, and what is decided about them."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from server.actions import deliveries, domains
from server.app import Instance
from server.cli.at_work import in_database, opened
from server.cli.commands import Group, chosen
from server.cli.output import ago, as_json, moment, show, table
from server.config import Settings
from server.queries import domains as decisions
from server.queries import peers
from server.rules.domain_lists import DomainList, ListOf, read, written
from server.rules.domains import FEDERATIONS, SHOWN, DomainRule, Policy, check_domain
from server.rules.errors import NotFound
from server.rules.permissions import OPERATOR
from server.views.instance import PeerView

LISTS = click.Choice(["blocks", "allows"])


@click.group(cls=Group)
def peer() -> None:
    """Other servers: whether they can be reached, and what is decided about them."""


@peer.command(name="list")
@click.argument("containing", default="")
@click.option("--state", type=click.Choice([each for each in peers.STATES if each]), help="Only these.")
@as_json
def list_(containing: str, state: str | None, as_json: bool) -> None:
    """Every server we have met or decided about, those in trouble first. CONTAINING is a part of the name."""

    async def work() -> list[PeerView]:
        return await peers.all_peers(containing=containing, state=state or "", limit=10_000)

    found = in_database(chosen().settings(), work)
    lines = [
        [
            each.domain,
            state_of(each),
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


@peer.command()
@click.option("--who", type=click.Choice(FEDERATIONS), help="Who may exchange with us.")
@click.option("--blocks", type=click.Choice(SHOWN), help="Who may read whom we block.")
@click.option("--ask-known-again", is_flag=True, help="Ask you about those we exchange with now, too.")
@as_json
def federation(who: str | None, blocks: str | None, ask_known_again: bool, as_json: bool) -> None:
    """Who may come in: everybody, new servers only after your yes, or those on a list alone. Without options: what is
    set now."""

    async def work() -> tuple[str, str]:
        now = await decisions.federation()
        if who or blocks:
            await domains.set_federation(OPERATOR, who or now[0], blocks or now[1], keep_known=not ask_known_again)
        return await decisions.federation()

    who_may, who_reads = in_database(chosen().settings(), work)
    told = {"who": who_may, "blocks": who_reads}
    show(f"who: {who_may}\nblocks: {who_reads}", told, as_json=as_json)


@peer.command(name="show")
@click.argument("domain")
@as_json
def show_one(domain: str, as_json: bool) -> None:
    """All that is known of one server."""

    async def work() -> PeerView | None:
        return await peers.one(check_domain(domain))

    found = in_database(chosen().settings(), work)
    if found is None:
        raise NotFound("We have not met this server.", detail=domain)
    known = facts(found)
    show("\n".join(f"{name.replace('_', ' '):14}  {value}" for name, value in known.items()), known, as_json=as_json)


def _decision(name: str, policy: Policy, meaning: str) -> None:
    """A command that decides about a domain."""

    @peer.command(name=name, help=meaning)
    @click.argument("domain")
    @click.option("--reject-media", is_flag=True, help="Bring no pictures from there.")
    @click.option("--reject-reports", is_flag=True, help="Take no reports from there.")
    @click.option("--note", default="", help="Why, for the admins.")
    @click.option("--public-comment", default="", help="Why, for readers of the list of blocks.")
    @click.option("--obfuscate", is_flag=True, help="Hide a part of the name in that list.")
    @as_json
    def decide(domain: str, as_json: bool, **more: Any) -> None:
        rule = DomainRule(check_domain(domain), policy, **more)
        in_database(chosen().settings(), lambda: domains.decide_domain(OPERATOR, rule))
        show(rule.domain, {"domain": rule.domain, "policy": policy}, as_json=as_json)


_decision("allow", "allow", "Take back a block or limit, and let a server in where not everybody may come in.")
_decision("block", "block", "Nothing comes from a server or what lies below it, and nothing goes there.")
_decision("limit", "limit", "Keep a server's accounts out of lists for everybody.")


@peer.command()
@click.argument("domain")
@as_json
def retry(domain: str, as_json: bool) -> None:
    """Try at once what waits for a server or was given up."""
    host = check_domain(domain)
    number = in_database(chosen().settings(), lambda: deliveries.retry_host(OPERATOR, host))
    show(str(number), {"domain": host, "number": number}, as_json=as_json)


@peer.command()
@click.argument("domain")
@click.option("--yes", is_flag=True, help="Do not ask first.")
@as_json
def purge(domain: str, yes: bool, as_json: bool) -> None:
    """Forget everybody from a server and all that came from them. Nothing brings it back."""
    host = check_domain(domain)
    if not yes:
        click.confirm(f"Forget everything from {host} for good?", abort=True, err=True)
    number = asyncio.run(_purge(chosen().settings(), host))
    show(str(number), {"domain": host, "accounts": number}, as_json=as_json)


async def _purge(settings: Settings, domain: str) -> int:
    async with opened(settings):
        total = await domains.begin_purge(OPERATOR, domain)
        done = 0
        while number := await domains.purge_some(OPERATOR, domain):
            done += number
            _progress(done, total)
        return done


@peer.command()
@click.argument("domain")
@as_json
def ping(domain: str, as_json: bool) -> None:
    """Ask a server now whether it is there, and what it runs."""
    host = check_domain(domain)
    software = asyncio.run(_ping(chosen().settings(), host))
    show(
        f"{host} runs {software or 'something it does not name'}",
        {"domain": host, "software": software},
        as_json=as_json,
    )


async def _ping(settings: Settings, host: str) -> str:
    instance = await Instance.open(settings)
    try:
        with instance.database.use():
            return await instance.elsewhere.ping(host)
    finally:
        await instance.close()


@peer.command(name="import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--kind", type=LISTS, default="blocks", help="What the file holds.")
@click.option("--dry-run", is_flag=True, help="Only say what would be decided.")
@as_json
def import_(file: Path, kind: ListOf, dry_run: bool, as_json: bool) -> None:
    """Take in a list of blocks as Mastodon exports it, or of servers that may come in. What is decided already about
    other servers stays."""
    found = read(kind, file.read_bytes())
    settings = chosen().settings()
    if not dry_run:
        asyncio.run(_import(settings, found))
    lines = [[rule.domain, rule.policy, "yes" if rule.reject_media else "no"] for rule in found.rules]
    known = {
        "domains": [{"domain": rule.domain, "policy": rule.policy} for rule in found.rules],
        "missed": list(found.missed),
        "applied": not dry_run,
    }
    show(table(["SERVER", "DECISION", "REJECT MEDIA"], lines), known, as_json=as_json)
    for line in found.missed:
        click.echo(f"Passed over: {line}", err=True)


async def _import(settings: Settings, found: DomainList) -> None:
    async with opened(settings):
        for start in range(0, len(found.rules), domains.BATCH):
            await domains.decide_domains(OPERATOR, found.rules[start : start + domains.BATCH])
            _progress(min(start + domains.BATCH, len(found.rules)), len(found.rules))


@peer.command()
@click.option("--kind", type=LISTS, default="blocks", help="Which list.")
def export(kind: ListOf) -> None:
    """Print the list of blocks, as Mastodon reads it, or of servers that may come in."""

    async def work() -> Sequence[DomainRule]:
        return [each.rule for each in await (decisions.blocked() if kind == "blocks" else decisions.decided("allow"))]

    click.echo(written(kind, [replace(rule, note="") for rule in in_database(chosen().settings(), work)]), nl=False)


def _progress(done: int, total: int) -> None:
    click.echo(f"{done} of {total}", err=True)


def state_of(each: PeerView) -> str:
    """In a word: what was decided, paused because it did not answer, failing, or ok."""
    word = {"block": "blocked", "held": "held", "limit": "limited"}.get(each.policy)
    if word in ("blocked", "held"):
        return word
    if each.paused_until and each.paused_until > datetime.now(UTC):
        return f"paused until {each.paused_until:%d %b %H:%M} UTC"
    return f"failing ({each.failures})" if each.failures else word or "ok"


def facts(each: PeerView) -> dict[str, object]:
    """A peer as JSON."""
    return {
        "domain": each.domain,
        "state": state_of(each).partition(" ")[0],
        "policy": each.policy,
        "software": each.software,
        "accounts": each.accounts,
        "waiting": each.waiting,
        "oldest_waiting": moment(each.oldest_waiting),
        "next_try": moment(each.next_try),
        "dead": each.dead,
        "failures": each.failures,
        "paused_until": moment(each.paused_until),
        "last_success": moment(each.last_success),
        "last_failure": moment(each.last_failure),
        "last_error": each.last_error,
    }
