"""One instance's database: opened once, used by each request, job and command that enters it, closed once.

Several instances can live in one process (the tests do it), so there is no global one: `with database.use():` says
which is meant, for this task and those it starts.
"""

import asyncio
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qs, unquote, urlsplit

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.backends.base.config_generator import expand_db_url
from tortoise.backends.base.executor import EXECUTOR_CACHE
from tortoise.context import TortoiseContext, _current_context
from tortoise.exceptions import ConfigurationError

from server.rules.ids import now_ms
from server.storage import models
from server.storage.model_order import put_in_order

Dialect = Literal["sqlite", "postgres"]
CONNECTION = "default"
APP = "folkmoot"
MODELS = tuple(f"{models.__name__}.{module.name}" for module in pkgutil.iter_modules(models.__path__))
APPS: dict[str, dict[str, Any]] = {
    APP: {"models": list(MODELS), "migrations": "server.storage.migrations", "default_connection": CONNECTION}
}

_current: ContextVar["Database | None"] = ContextVar("database", default=None)
_open: dict[Dialect, int] = {"sqlite": 0, "postgres": 0}
_last_dialect: Dialect | None = None


class Database:
    """Open one with `await Database.open(url, data_dir=…)`."""

    def __init__(self, url: str, dialect: Dialect, clock: Callable[[], int], base_url: str) -> None:
        self.url = url
        self.base_url = base_url
        self.dialect: Dialect = dialect
        self.clock = clock
        self._context = TortoiseContext()
        self._listeners: dict[asyncio.Event, str] = {}
        self.beyond: Callable[[tuple[str, ...]], None] | None = None  # how workers of other processes are woken
        self._closed = False

    @classmethod
    async def open(
        cls,
        url: str,
        *,
        data_dir: Path,
        clock: Callable[[], int] = now_ms,
        base_url: str = "",
        migrating: bool = False,
        apps: Mapping[str, dict[str, Any]] = APPS,
    ) -> "Database":
        """Connect to `url` (`sqlite:///path`, `postgres://…`); a relative SQLite path is meant from `data_dir`.

        `clock` gives milliseconds since 1970; `base_url` is the scheme and domain of the instance. `migrating` opens
        SQLite with one connection and without foreign keys, because it remakes tables to alter them. Raises
        `ConfigurationError` with what to do about it.
        """
        dialect, connection = _connection(url, data_dir, migrating)
        _check_engine(dialect)
        database = cls(url, dialect, clock, base_url)
        config = {"connections": {CONNECTION: connection}, "apps": {name: dict(app) for name, app in apps.items()}}
        _open[dialect] += 1
        try:
            for app in apps.values():
                put_in_order(app["models"])
            with database.use():
                await database._context.init(config=config, use_tz=True, timezone="UTC")
                await database.client.create_connection(with_db=True)
                if dialect == "sqlite":
                    await _check_sqlite(database.client)
        except BaseException:
            await database.close()
            raise
        return database

    async def close(self) -> None:
        """Close every connection. Safe to call twice."""
        if self._closed:
            return
        self._closed = True
        _open[self.dialect] -= 1
        with self.use():
            await self._context.close_connections()

    @contextmanager
    def use(self) -> Iterator["Database"]:
        """Make this the database of the current task. May be entered again inside itself and inside another's."""
        tortoise = _current_context.set(self._context)
        ours = _current.set(self)
        try:
            yield self
        finally:
            _current.reset(ours)
            _current_context.reset(tortoise)

    @property
    def client(self) -> BaseDBAsyncClient:
        """Tortoise's connection; inside a transaction, the transaction's."""
        return self._context.connections.get(CONNECTION)

    async def create_tables(self) -> None:
        """Create the tables of the models as they are now, without migrations. For tests."""
        with self.use():
            await self._context.generate_schemas()

    def listen(self, signal: asyncio.Event, lane: str = "") -> None:
        """Set `signal` after each commit that left work to do, in this lane or in any, until `unlisten`."""
        self._listeners[signal] = lane

    def unlisten(self, signal: asyncio.Event) -> None:
        self._listeners.pop(signal, None)

    def wake(self, *lanes: str) -> None:
        """Tell the workers that there is work, in these lanes or in all. Those whom nobody tells look once a second."""
        self.wake_here(*lanes)
        if self.beyond is not None:
            self.beyond(lanes)

    def wake_here(self, *lanes: str) -> None:
        """Tell the workers in this process."""
        for signal, lane in self._listeners.items():
            if not lanes or not lane or lane in lanes:
                signal.set()


def current() -> Database:
    """The database in use. Raises `RuntimeError` outside of `Database.use()`."""
    database = _current.get()
    if database is None:
        raise RuntimeError("No database is in use here: enter `with database.use():` first")
    return database


def sqlite_path(url: str, data_dir: Path) -> Path:
    """The file a `sqlite:` URL names. Three or four slashes mean an absolute path, two a path in `data_dir`."""
    parts = urlsplit(url)
    if parts.netloc:
        return data_dir / unquote(parts.netloc + parts.path)
    return Path("/" + unquote(parts.path).lstrip("/"))


def dialect_of(url: str) -> Dialect:
    """Which engine a database URL asks for."""
    scheme = url.partition(":")[0]
    if scheme == "sqlite":
        return "sqlite"
    if scheme in ("postgres", "postgresql"):
        return "postgres"
    raise ConfigurationError(f"A database address starts with sqlite:// or postgres://, not {scheme}://")


def _connection(url: str, data_dir: Path, migrating: bool) -> tuple[Dialect, dict[str, Any]]:
    dialect = dialect_of(url)
    if dialect == "postgres":
        config = expand_db_url("asyncpg:" + url.partition(":")[2])
        config["engine"] = "server.storage.postgres_engine"
        credentials = config["credentials"]
        if "max_size" not in credentials:
            credentials.setdefault("maxsize", 10)
        return dialect, config
    options = parse_qs(urlsplit(url).query)
    if unknown := set(options) - {"synchronous"}:
        raise ConfigurationError(f"Unknown setting in the database address: {', '.join(sorted(unknown))}")
    synchronous = options.get("synchronous", ["NORMAL"])[0].upper()
    if synchronous not in ("NORMAL", "FULL"):
        raise ConfigurationError("The database's synchronous setting is NORMAL or FULL")
    credentials = {"file_path": str(sqlite_path(url, data_dir)), "synchronous": synchronous}
    if migrating:
        credentials |= {"foreign_keys": "OFF", "legacy_alter_table": "ON", "readers": 0}
    return dialect, {"engine": "server.storage.sqlite_engine", "credentials": credentials}


def _check_engine(dialect: Dialect) -> None:
    """Tortoise keeps SQL it made, and the query class of each model, for the whole process and for one engine."""
    global _last_dialect
    if any(count for other, count in _open.items() if other != dialect):
        raise ConfigurationError("One process can use SQLite or PostgreSQL, not both at once")
    if _last_dialect != dialect:
        EXECUTOR_CACHE.clear()
    _last_dialect = dialect


async def _check_sqlite(client: BaseDBAsyncClient) -> None:
    query = "SELECT sqlite_version() AS version, sqlite_compileoption_used('ENABLE_FTS5') AS search"
    found = (await client.execute_query_dict(query))[0]
    if tuple(map(int, found["version"].split("."))) < (3, 35, 0):
        raise ConfigurationError(f"SQLite {found['version']} is too old: 3.35 or newer is needed")
    if not found["search"]:
        raise ConfigurationError("This SQLite was built without FTS5, which search needs: use another build of Python")
