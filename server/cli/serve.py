"""`folkmoot serve`: one process with everything in it."""

import asyncio
import contextlib
import errno
import gc
import logging
import socket
from collections.abc import Callable, Iterator

import click
import uvicorn
import uvloop

from server.app import Instance
from server.cli.commands import Command, chosen
from server.cli.signals import stopping
from server.config import Settings
from server.rules.errors import Refused

log = logging.getLogger("folkmoot")
GRACE = 5  # seconds for answers that are under way; streams are cut off then
KEEP_ALIVE = 75  # seconds; longer than web servers in front keep a connection, so that none is closed under them


class Server(uvicorn.Server):
    """Uvicorn, which leaves signals to us and says when it listens."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:  # type: ignore[override]  # a generator is an iterator to its caller
        yield


@click.command(cls=Command)
def serve() -> None:
    """Run the server: pages, apps, other servers, and the work in the background.

    Brings the database up to date first. Until there is an admin, it prints the code for the set-up page.
    """
    settings = chosen().settings()
    taken = bind(settings.host, settings.port)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(run(settings, taken))
    finally:
        taken.close()


async def run(settings: Settings, taken: socket.socket) -> None:
    """Serve on this socket and work in the background until a signal comes."""
    instance = await Instance.open(settings)
    try:
        server = Server(configure(settings, instance), lambda: _announce(settings, instance.set_up_code))

        def stop() -> None:
            log.info("Stopping. What is under way may end.")
            server.should_exit = True

        def at_once() -> None:
            server.force_exit = True

        with stopping(stop, at_once):
            async with instance.working():
                _tidy()
                await server.serve(sockets=[taken])
    finally:
        await instance.close()


def configure(settings: Settings, instance: Instance) -> uvicorn.Config:
    """How uvicorn is to serve an instance."""
    return uvicorn.Config(
        instance.app,
        loop="uvloop",
        http="httptools",
        ws="websockets-sansio",
        lifespan="off",
        log_config=None,
        access_log=settings.access_log,
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=list(settings.proxies),
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=GRACE,
        ws_max_size=65_536,
    )


def bind(host: str, port: int) -> socket.socket:
    """The address to listen on, ours from now on.

    Raises:
        Refused: somebody else has it, or we may not.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    taken = socket.socket(family, socket.SOCK_STREAM)
    try:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind((host, port))
        taken.set_inheritable(False)
    except OSError as error:
        taken.close()
        raise Refused(_why(error, host, port)) from error
    return taken


def _why(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is in use. Stop what uses it, or choose another port with FOLKMOOT_PORT."
    if error.errno == errno.EACCES:
        return f"Port {port} is not ours to use: choose one above 1023 with FOLKMOOT_PORT, and put Caddy in front."
    return f"We cannot listen on {host}, port {port}: {error.strerror or error}. See FOLKMOOT_HOST and FOLKMOOT_PORT."


def _announce(settings: Settings, set_up_code: str) -> None:
    log.info(f"Folkmoot is at {settings.base_url}/ and listens on {settings.host}, port {settings.port}")
    if set_up_code:
        click.echo(
            f"\nThere is no admin yet. Set up your organisation at {settings.base_url}/set-up\n"
            f"Set-up code: {set_up_code}\n",
            err=True,
        )


def _tidy() -> None:
    """What is loaded stays for good: the collector need not look at it again, from here on it works as usual."""
    gc.collect()
    gc.freeze()
    gc.enable()
