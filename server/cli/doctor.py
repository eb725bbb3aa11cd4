"""`folkmoot doctor`: the usual causes of trouble, each with what to do about it."""

import asyncio
import http.client
import json
import shutil
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import click

from server.cli.at_work import opened
from server.cli.commands import REFUSED, Command, chosen
from server.cli.migrate import missing
from server.cli.modules import BESIDE, clash
from server.cli.output import ago, as_json, show
from server.cli.trouble import what_to_do
from server.config import Settings
from server.queries import health, members
from server.queries.peers import all_peers
from server.rules.errors import CivicError

ENOUGH_DISK = 1 << 30
WAITS_TOO_LONG = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was looked at, how it is, and what to do when that needs attention."""

    what: str
    says: str
    to_do: str = ""

    def __str__(self) -> str:
        if not self.to_do:
            return f"ok         {self.what}: {self.says}"
        return f"attention  {self.what}: {self.says}\n           → {self.to_do}"


@click.command(cls=Command)
@as_json
def doctor(as_json: bool) -> None:
    """Check the usual causes of trouble. Exits with 1 if anything needs attention. Changes nothing."""
    findings = asyncio.run(examine(chosen().settings()))
    facts = [{"what": each.what, "ok": not each.to_do, "says": each.says, "to_do": each.to_do} for each in findings]
    show("\n".join(map(str, findings)), facts, as_json=as_json)
    if any(each.to_do for each in findings):
        sys.exit(REFUSED)


async def examine(settings: Settings) -> list[Finding]:
    """Everything that can be looked at."""
    findings = [Finding("settings", f"this is {settings.domain}"), *_installation(), *_folder(settings)]
    if settings.data_dir.is_dir():
        findings += [each async for each in _database(settings)]
    findings += _development() if settings.development else await asyncio.to_thread(lambda: list(_network(settings)))
    return findings


def _installation() -> Iterator[Finding]:
    problem = clash()
    yield Finding("packages", "another one stands in our place" if problem else "all ours", problem)
    places = [BESIDE / "server" / "templates", BESIDE / "templates"]
    complete = any((place / "base.html").is_file() and (place / "static").is_dir() for place in places)
    if complete:
        yield Finding("pages", "templates and style sheets are there")
    else:
        yield Finding("pages", "templates or style sheets are missing", "Install Folkmoot again.")


def _folder(settings: Settings) -> Iterator[Finding]:
    folder = settings.data_dir
    if not folder.is_dir():
        yield Finding("data folder", f"{folder} is not there yet", "Start the server once: folkmoot serve")
        return
    mode = folder.stat().st_mode & 0o777
    if mode & 0o077:
        yield Finding("data folder", f"others may look into {folder}", f"Close it: chmod 700 {folder}")
    else:
        yield Finding("data folder", f"{folder}, for its owner alone")
    free = shutil.disk_usage(folder).free
    says = f"{free / (1 << 30):.1f} GB free"
    yield Finding("disk", says, "" if free >= ENOUGH_DISK else "Make room: below 1 GB a backup may not fit any more.")


async def _database(settings: Settings) -> AsyncIterator[Finding]:
    """How the database is. One that is not up to date is left as it is, and not looked into."""
    try:
        waiting = await missing(settings)
    except CivicError as error:
        yield Finding("database", "is of another version", error.text)
        return
    except Exception as error:
        why = f"{type(error).__name__}: {error}".rstrip(": ")
        to_do = what_to_do(error) or "Is it running, and is FOLKMOOT_DATABASE_URL right?"
        yield Finding("database", f"cannot be opened ({why})", to_do)
        return
    if waiting:
        yield Finding("database", f"{len(waiting)} changes wait", "Restart the server, or run: folkmoot migrate")
        return
    yield Finding("database", "up to date")
    try:
        async with opened(settings):
            for finding in await _inside(settings):
                yield finding
    except CivicError as error:
        yield Finding("domain", f"{settings.domain} is not the one of this data", error.text)


async def _inside(settings: Settings) -> list[Finding]:
    now = datetime.now(UTC)
    found = await health.of_instance(int(now.timestamp() * 1000))
    behind = found.newest is not None and found.newest > now + timedelta(minutes=1)
    late = found.oldest_due is not None and now - found.oldest_due > WAITS_TOO_LONG
    findings = [
        Finding("search", "works" if found.searchable else "has no index", "" if found.searchable else SEARCH),
        Finding("clock", f"{now:%d %B %Y, %H:%M} UTC", "Set the clock: the newest post is later." if behind else ""),
        Finding(
            "work waiting",
            f"{found.due} due, the oldest since {ago(found.oldest_due)}" if found.due else "none",
            "Is the server running? sudo systemctl status folkmoot" if late else "",
        ),
        Finding("work given up", str(found.parked), "Look at it on the admin page." if found.parked else ""),
        await _admins(settings),
        await _peers(),
    ]
    if settings.uses_sqlite and found.journal != "wal":
        findings.append(Finding("database mode", found.journal, "Restart the server: it sets the mode to wal."))
    return findings


async def _admins(settings: Settings) -> Finding:
    if await members.any_admin():
        return Finding("admin", "there is one")
    return Finding(
        "admin", "there is none", f"Open {settings.base_url}/set-up, or: folkmoot member create NAME --role admin"
    )


async def _peers() -> Finding:
    peers = await all_peers()
    troubled = [each.domain for each in peers if each.failures and not each.blocked]
    says = f"{len(peers)} known" + (f", {len(troubled)} not answering: {', '.join(troubled[:5])}" if troubled else "")
    much = len(troubled) > 1 and len(troubled) * 2 > len(peers)
    return Finding("other servers", says, "Can this machine reach the internet? folkmoot peer list" if much else "")


def _development() -> list[Finding]:
    return [Finding("network", "not looked at: this is a development server")]


def _network(settings: Settings) -> Iterator[Finding]:
    try:
        found = sorted({str(each[4][0]) for each in socket.getaddrinfo(settings.domain, 443, type=socket.SOCK_STREAM)})
    except OSError as error:
        why = error.strerror or str(error)
        yield Finding("name", f"{settings.domain} leads nowhere ({why})", "Let the domain point to this server.")
        return
    yield Finding("name", f"{settings.domain} is at {', '.join(found)}")
    try:
        domain = _asked(settings.domain)
    except (OSError, http.client.HTTPException, ValueError) as error:
        yield Finding("https", f"no answer from {settings.base_url}/ ({error})", HTTPS)
    else:
        wrong = "" if domain == settings.domain else "Something else answers there: look at your web server's settings."
        yield Finding("https", f"{settings.base_url}/ answers as {domain or 'something else'}", wrong)


def _asked(domain: str) -> str:
    """The domain that the server behind this name says it has; empty when it is none of ours."""
    line = http.client.HTTPSConnection(domain, timeout=10)
    try:
        line.request("GET", "/api/v2/instance", headers={"Accept": "application/json"})
        answer = line.getresponse()
        body = json.loads(answer.read(1 << 20)) if answer.status == 200 else {}
    finally:
        line.close()
    return str(body.get("domain", "")) if isinstance(body, dict) else ""


SEARCH = "Use a build of Python whose SQLite has FTS5; Debian's and Ubuntu's have it."
HTTPS = "Ports 80 and 443 must be open and the server and Caddy running. From inside some networks it never answers."
