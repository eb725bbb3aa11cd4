"""`make migration NAME=add_answer_due_date`: write the next migration from what changed in the models.

For maintainers. Those that are out are never rewritten: every change of a model is one more, numbered file.
"""

import argparse
import asyncio
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tortoise.context import TortoiseContext
from tortoise.exceptions import ConfigurationError
from tortoise.fields.relational import ForeignKeyFieldInstance
from tortoise.migrations.operations import AddField, CreateModel, Operation
from tortoise.migrations.writer import MigrationWriter, format_migration_name

from server.storage.database import APPS, Database
from server.storage.schema_state import Detector


async def make_migration(name: str, *, apps: Mapping[str, dict[str, Any]] = APPS) -> Path | None:
    """Write a migration from what changed in the models since the last one; None if nothing did.

    Raises `ConfigurationError`, and writes nothing, if it could not be applied to a database that is in use.
    """
    with TemporaryDirectory() as folder:
        database = await Database.open("sqlite://empty.sqlite3", data_dir=Path(folder), apps=apps)
        try:
            with database.use():
                detector = Detector(_models_of(database), {key: dict(app) for key, app in apps.items()})
                for writer in await detector.changes():
                    check_operations(writer.operations)
                    number = int(writer.name.partition("_")[0])
                    writer.name = format_migration_name(number, name)
                    return _write(writer)
        finally:
            await database.close()
    return None


def check_operations(operations: Iterable[Operation]) -> None:
    """Rows that are there need a value in every new column, and a foreign key without an index makes each deletion of
    a parent read the whole table.

    Raises:
        ConfigurationError: names the field.
    """
    for operation in operations:
        if isinstance(operation, AddField):
            field: Any = operation.field
            if not field.null and not field.has_db_default():
                raise ConfigurationError(
                    f"{operation.model_name}.{operation.name} is new: rows that are there need a value. Give it a"
                    " db_default, or null=True"
                )
            _check_index(operation.model_name, operation.name, field, ())
        elif isinstance(operation, CreateModel):
            options = operation.options or {}
            unique = options.get("unique_together") or ()
            indexes = options.get("indexes") or ()
            leading = [first for first, *_ in (*unique, *(getattr(index, "fields", index) for index in indexes))]
            for name, field in operation.fields:
                _check_index(operation.name, name, field, leading)


def _check_index(model: str, name: str, field: Any, leading: Iterable[str]) -> None:
    """`leading` are the first fields of the indexes over several."""
    if isinstance(field, ForeignKeyFieldInstance):
        own = field.index or field.unique or field.pk
        if not own and not {name, f"{name}_id"} & set(leading):
            raise ConfigurationError(f"{model}.{name} is a foreign key and needs an index: db_index=True")


def _write(writer: MigrationWriter) -> Path:
    # Tortoise 1.1 forgets to say that a key is ours to give, and would next time drop it and add another.
    text = writer.as_string().replace("Field(primary_key=True", "Field(generated=False, primary_key=True")
    path = writer.path()
    path.write_text(text, encoding="utf-8")
    return path


def _models_of(database: Database) -> Any:
    context: TortoiseContext = database._context
    return context.apps


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m server.storage.new_migration", description=make_migration.__doc__)
    parser.add_argument("name", help="what changes, in a few words: add_answer_due_date")
    name = parser.parse_args().name.strip()
    if not name:
        parser.error("say what changes: make migration NAME=add_answer_due_date")
    try:
        path = asyncio.run(make_migration(name))
    except ConfigurationError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{path}\n" if path else "Nothing changed in the models\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
