"""`folkmoot migrate`: bring the database up to date."""

import asyncio
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from server.cli.commands import REFUSED, Command, chosen
from server.cli.output import as_json, show
from server.config import Settings
from server.storage.migrating import migrate as upgrade
from server.storage.migrating import pending


@click.command(cls=Command)
@click.option("--check", is_flag=True, help="Change nothing: print what is missing, and exit with 1 if anything is.")
@as_json
def migrate(check: bool, as_json: bool) -> None:
    """Bring the database up to date and print what was changed. The server does this by itself when it starts.

    A SQLite database is copied to the backups folder first.
    """
    settings = chosen().settings()
    names = asyncio.run(missing(settings) if check else _upgrade(settings))
    if names or as_json:
        show("\n".join(names), {"pending" if check else "applied": names}, as_json=as_json)
    if check and names:
        sys.exit(REFUSED)
    if not names:
        click.echo("The database is up to date.", err=True)


async def missing(settings: Settings) -> list[str]:
    """Names of the migrations that wait: all of them while there is no database."""
    if settings.uses_sqlite and not settings.sqlite_path.exists():
        with TemporaryDirectory() as empty:
            return await pending("sqlite://empty.sqlite3", Path(empty))
    return await pending(settings.database_url, settings.data_dir)


async def _upgrade(settings: Settings) -> list[str]:
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    return await upgrade(settings.database_url, data_dir=settings.data_dir)
