"""What the operator can do when the database will not work. For the log and the command line, not for visitors."""

import socket
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from typing import Final

from tortoise.exceptions import OperationalError

_DAMAGED: Final = "The database file is damaged. Put a backup in its place: see `Restore` in deploy/README.md."
_AWAY: Final = "The database does not answer. Is PostgreSQL running, and is FOLKMOOT_DATABASE_URL right?"
_SQLITE: Final[Mapping[str, str]] = {
    "SQLITE_FULL": "The disk is full. Make room; it then goes on by itself.",
    "SQLITE_BUSY": "Another program has locked the database, such as a sqlite3 shell or a copy under way. End that.",
    "SQLITE_READONLY": "The database cannot be written. Its folder and files must belong to the user Folkmoot runs as.",
    "SQLITE_CANTOPEN": "The database cannot be opened. Its folder must exist and belong to the user Folkmoot runs as.",
    "SQLITE_IOERR": "The disk is full or does not work. Make room; if there is enough, look at the system's log.",
    "SQLITE_NOTADB": _DAMAGED,
    "SQLITE_CORRUPT": _DAMAGED,
}
# asyncpg's classes, by their names: it is loaded where PostgreSQL is used, and nowhere else.
_POSTGRES: Final[Mapping[str, str]] = {
    "DiskFullError": "PostgreSQL's disk is full. Make room; it then goes on by itself.",
    "TooManyConnectionsError": "PostgreSQL takes no more connections. Raise its max_connections.",
    "InvalidCatalogNameError": "PostgreSQL has no database of that name. Make it: createdb -O folkmoot folkmoot",
    "InvalidAuthorizationSpecificationError": "PostgreSQL does not let us in. See FOLKMOOT_DATABASE_URL.",
    "InsufficientPrivilegeError": "PostgreSQL does not let us do that. The database must belong to its user.",
    "CannotConnectNowError": "PostgreSQL is starting or stopping; it then goes on by itself.",
    "PostgresConnectionError": "The connection to PostgreSQL broke. Is it running?",
    "InterfaceError": "The connection to PostgreSQL broke. Is it running?",
}


def troubles() -> tuple[type[Exception], ...]:
    """What may be raised while the database is away, full or locked; also, now and then, by a fault of ours."""
    asyncpg = sys.modules.get("asyncpg")
    theirs = (asyncpg.PostgresError, asyncpg.InterfaceError) if asyncpg else ()
    return (OperationalError, sqlite3.Error, ConnectionError, *theirs)


def remedy(error: BaseException) -> str:
    """What to do about an error of the database; empty where it is none that an operator can mend."""
    for each in _with_causes(error):
        if isinstance(each, sqlite3.Error):
            name = "_".join(getattr(each, "sqlite_errorname", "").split("_")[:2])  # SQLITE_IOERR_WRITE, …
            return _SQLITE.get(name, "")
        if isinstance(each, (ConnectionError, socket.gaierror)):
            return _AWAY
        for kind in type(each).__mro__:
            if kind.__module__.startswith("asyncpg.") and kind.__name__ in _POSTGRES:
                return _POSTGRES[kind.__name__]
    return ""


def _with_causes(error: BaseException) -> Iterator[BaseException]:
    """The error and those it was made from; Tortoise puts the driver's into its own without saying `from`."""
    found: object = error
    while isinstance(found, BaseException):
        yield found
        found = found.__cause__ or next(iter(found.args), None)
