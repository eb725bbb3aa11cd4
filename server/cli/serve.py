"""`folkmoot serve`: one process with everything in it."""

import asyncio
import contextlib
import logging
import os
import socket
from collections.abc import Callable, Iterator

import click
import uvicorn
import uvloop

from server.app import Instance
from server.cli.commands import Command, chosen
from server.cli.listening import bind
from server.cli.signals import stopping
from server.cli.trouble import what_to_do
from server.config import Settings
from server.rules.errors import CivicError, Refused
from server.storage.migrating import migrate

log = logging.getLogger("folkmoot")
GRACE = 5  # seconds for answers that are under way; streams are cut off then
KEEP_ALIVE = 75  # seconds; longer than web servers in front keep a connection, so that none is closed under them


class Server(uvicorn.Server):
    """Uvicorn, which leaves signals to us, says when it listens, and ends streams, which never end by themselves."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None], end_streams: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready
        self._end_streams = end_streams

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Soon, not now: first uvicorn asks the clients of web sockets to come back later.
        asyncio.get_running_loop().call_soon(self._end_streams)
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@click.command(cls=Command)
def serve() -> None:
    """Run the server: pages, apps, other servers, and the work in the background.

    Brings the database up to date first. Until there is an admin, it prints the code for the set-up page.
    """
    settings = chosen().settings()
    taken = bind(settings.host, settings.port)
    try:
        migrate_apart(settings)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(run(settings, taken))
    finally:
        taken.close()


def migrate_apart(settings: Settings) -> None:
    """Bring the database up to date in a child process: the 40 MB that a migration takes go with it.

    Raises:
        Refused: it did not work. Says why, or that the log says so.
    """
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    theirs, ours = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            asyncio.run(migrate(settings.database_url, data_dir=settings.data_dir))
            code = 0
        except Exception as error:
            os.write(ours, _why(error).encode())
        finally:
            os._exit(code)
    os.close(ours)
    with open(theirs, encoding="utf-8") as said:
        why = said.read()
    _, status = os.waitpid(child, 0)
    if status:
        raise Refused(why or "The process that brings the database up to date was ended from outside.")


def _why(error: Exception) -> str:
    if text := error.text if isinstance(error, CivicError) else what_to_do(error):
        return text
    log.error("The database could not be brought up to date", exc_info=error)
    return "The database could not be brought up to date, and was left as it was. The log above says why."


async def run(settings: Settings, taken: socket.socket) -> None:
    """Serve on this socket and work in the background until a signal comes."""
    instance = await Instance.open(settings, migrated=True)
    try:

        def ready() -> None:
            _announce(settings, instance.set_up_code)

        server = Server(configure(settings, instance), ready, instance.hub.end_streams)

        def stop() -> None:
            log.info("Stopping. What is under way may end.")
            server.should_exit = True

        def at_once() -> None:
            server.force_exit = True

        with stopping(stop, at_once):
            async with instance.working():
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


def _announce(settings: Settings, set_up_code: str) -> None:
    log.info(f"Folkmoot is at {settings.base_url}/ and listens on {settings.host}, port {settings.port}")
    if set_up_code:
        click.echo(
            f"\nThere is no admin yet. Set up your organisation at {settings.base_url}/set-up\n"
            f"Set-up code: {set_up_code}\n",
            err=True,
        )
