"""`folkmoot demo`: three organisations on this computer, each with a server of its own, talking over real HTTP."""

import json
import os
import secrets
import shutil
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from server.cli.children import Children
from server.cli.commands import Command, chosen
from server.cli.listening import bind
from server.cli.logs import log_to_stderr
from server.cli.seed.content import ORGANISATIONS
from server.cli.seed.ground import Site, lay, link, login_links, send_earlier, sites_of, tokens
from server.cli.seed.planting import Garden
from server.config import Settings
from server.rules.errors import Refused

HOST = "127.0.0.1"
PORTS = (8001, 8002, 8003)
MARK = "demo.json"
CHECKOUT = Path(__file__).resolve().parents[2]


@dataclass
class Demo:
    """What is remembered in the folder, which also marks it as ours to wipe."""

    ports: list[int]
    password: str
    seeded: bool = False


@click.command(cls=Command)
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), help="Where the demo keeps its data.")
@click.option("--ports", metavar="A,B,C", help="Ports of the three servers. [default: 8001,8002,8003]")
@click.option("--fresh", is_flag=True, help="Forget what is there and start anew.")
@click.option("--seed-only", is_flag=True, help="End as soon as everything has arrived everywhere.")
def demo(data: Path | None, ports: str | None, fresh: bool, seed_only: bool) -> None:
    """Try it: a housing advice charity, a tenants' group and a council, talking to each other on this computer.

    Prints their addresses and how to sign in. Stop it with Ctrl-C; the next time it goes on where it stopped.
    """
    log_to_stderr("warning", json=chosen().log_format == "json")
    folder = (data or _usual_folder()).absolute()
    state = _begin(folder, _numbers(ports) if ports else None, fresh=fresh)
    sites = sites_of(
        [_settings(folder, each.name, port) for each, port in zip(ORGANISATIONS, state.ports, strict=True)]
    )
    with Children([site.settings for site in sites]) as children:
        try:
            _run(children, folder, state, sites, seed_only=seed_only)
        except KeyboardInterrupt:
            _say("Stopping")


def _run(children: Children, folder: Path, state: Demo, sites: Sequence[Site], *, seed_only: bool) -> None:
    started = time.monotonic()
    if not state.seeded:
        _say("Making three organisations, with their people and keys")
        children.meanwhile(lay(sites, state.password))
    _say(f"Starting the servers at {', '.join(site.settings.base_url for site in sites)}")
    children.start()
    if not state.seeded:
        _say("Linking their topics")
        if not children.meanwhile(link(sites)):
            raise Refused(f"The topics could not be linked. Look at the logs in {folder}.")

        def earlier(who: str, proposal_id: int, days: int) -> None:
            children.meanwhile(send_earlier(sites, who, proposal_id, days))

        Garden(sites, children.meanwhile(tokens(sites)), state.password, _say, earlier).plant()
        state.seeded = True
        _remember(folder, state)
    _say(f"Ready after {time.monotonic() - started:.0f} seconds")
    if seed_only:
        return
    click.echo(_welcome(sites, state.password, children.meanwhile(login_links(sites))))
    children.watch()


def _welcome(sites: Sequence[Site], password: str, links: Sequence[str]) -> str:
    lines = [""]
    for site, once in zip(sites, links, strict=True):
        admin, *others = site.organisation.people
        lines += [
            f"  {site.organisation.title}",
            f"    address      {site.settings.base_url}/",
            f"    sign in as   {admin.name} (admin), {', '.join(person.name for person in others)}",
            f"    or at once   {once}",
            "",
        ]
    lines += [f"  The password of everyone is {password}", "  Stop with Ctrl-C.", ""]
    return "\n".join(lines)


def _begin(folder: Path, ports: list[int] | None, *, fresh: bool) -> Demo:
    """The state of the demo in this folder, made if there is none.

    Raises:
        Refused: the folder holds something else, its servers have other ports, or a port is in use.
    """
    mark = folder / MARK
    state: Demo | None = None
    if mark.is_file():
        state = Demo(**json.loads(mark.read_text("utf-8")))
    elif folder.is_dir() and any(folder.iterdir()):
        raise Refused(f"{folder} holds something else than a demo, so it is left alone. Choose an empty folder.")
    if state and ports and state.ports != ports and not fresh:
        known = ",".join(map(str, state.ports))
        raise Refused(f"The demo in {folder} lives at the ports {known}, for good. Use those, or --fresh, or --data.")
    wanted = ports or (state.ports if state else list(PORTS))
    for port in wanted:
        _check_free(port)
    if state and fresh:
        _say(f"Wiping {folder}")
        shutil.rmtree(folder)
    if state is None or fresh:
        state = Demo(wanted, "-".join(secrets.token_hex(2) for _ in range(4)))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _remember(folder, state)
    return state


def _remember(folder: Path, state: Demo) -> None:
    written = folder / f"{MARK}.new"
    written.write_text(json.dumps(asdict(state)), "utf-8")
    written.replace(folder / MARK)


def _check_free(port: int) -> None:
    try:
        bind(HOST, port).close()
    except Refused as error:
        raise Refused(
            f"Port {port} is in use. Stop what uses it (another demo?), or choose others, such as"
            " folkmoot demo --data other --ports 9001,9002,9003"
        ) from error


def _numbers(text: str) -> list[int]:
    words = [word.strip() for word in text.split(",")]
    numbers = [int(word) for word in words if word.isascii() and word.isdigit() and 0 < int(word) < 65536]
    if len(set(numbers)) != len(ORGANISATIONS) or len(words) != len(ORGANISATIONS):
        raise click.BadParameter(
            f"Give three different ports, such as 9001,9002,9003; not {text!r}.", param_hint="--ports"
        )
    return numbers


def _usual_folder() -> Path:
    """Beside the source in a checkout, else where a person's programs keep their data."""
    if (CHECKOUT / "pyproject.toml").is_file() and os.access(CHECKOUT, os.W_OK):
        return CHECKOUT / "data" / "demo"
    home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(home) / "folkmoot-demo"


def _settings(folder: Path, name: str, port: int) -> Settings:
    return Settings(
        domain=f"{HOST}:{port}", data_dir=folder / name, host=HOST, port=port, development=True, rate_limits=False
    )


def _say(text: str) -> None:
    click.echo(f"demo: {text}", err=True)
