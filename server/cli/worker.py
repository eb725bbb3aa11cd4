"""`folkmoot worker`: the background work alone, in a process of its own beside `serve`."""

import asyncio
import logging

import click
import uvloop

from server.app import Instance
from server.cli.commands import Command, chosen
from server.cli.signals import stopping
from server.config import Settings

log = logging.getLogger("folkmoot")


@click.command(cls=Command)
def worker() -> None:
    """Run only the work in the background, beside a server: what arrives, what goes out, what follows from both."""
    settings = chosen().settings()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run(settings))


async def run(settings: Settings) -> None:
    """Work until a signal comes."""
    instance = await Instance.open(settings, serving=False)
    done = asyncio.Event()
    try:
        with stopping(done.set, done.set):
            async with instance.working():
                log.info(f"Working for {settings.base_url}/")
                await done.wait()
    finally:
        await instance.close()
