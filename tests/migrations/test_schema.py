"""The migrations lead to the schema that the models describe, tables and indexes alike, and the second run is idle."""

import hashlib
import itertools
from importlib import import_module
from pathlib import Path
from typing import Any

from server.storage import migrations, search, sql
from server.storage.database import Database
from server.storage.migrating import migrate, pending
from server.storage.new_migration import make_migration
from tests.storage.databases import fresh_url

FOLDER = Path(migrations.__file__).parent
OUT = {
    "0001_initial.py": "3210249ad51cd125caf6e53fab2f2f6c93ef7615ca56bf177e38f0cbc7fbfb8e",
    "0002_search.py": "f9847d0d1d7ce48833dbd132b9051062449bda73f8ad6b5b53a3d44ff934e3f9",
}
OURS = ("tortoise_migrations", "sqlite_sequence")

INDEXES = {
    "sqlite": (
        "SELECT m.tbl_name AS place, m.name AS name, group_concat(i.name) AS parts FROM sqlite_master m,"
        " pragma_index_info(m.name) i WHERE m.type = 'index' GROUP BY m.tbl_name, m.name"
    ),
    "postgres": (
        "SELECT tablename AS place, indexname AS name, regexp_replace(indexdef, '^.* USING ', '') AS parts"
        " FROM pg_indexes WHERE schemaname = 'public'"
    ),
}
COLUMNS = {
    "sqlite": (
        "SELECT m.name AS place, c.name AS name,"
        " c.type || ' ' || c.\"notnull\" || ' ' || COALESCE(c.dflt_value, '') AS parts"
        " FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'"
    ),
    "postgres": (
        "SELECT table_name AS place, column_name AS name, data_type || ' ' || is_nullable || ' ' ||"
        " COALESCE(regexp_replace(column_default, '''(.*)_[a-z0-9]*_seq''', 'seq'), '') AS parts"
        " FROM information_schema.columns WHERE table_schema = 'public'"
    ),
}


async def schema(database: Database) -> dict[str, set[tuple[str, ...]]]:
    """Columns and indexes by what they are made of; the names of indexes are the engine's own business."""
    with database.use():
        columns = await sql.rows(COLUMNS[database.dialect])
        indexes = await sql.rows(INDEXES[database.dialect])

    def kept(row: dict[str, Any]) -> bool:
        return not row["place"].startswith(("search_documents", *OURS))

    return {
        "columns": {(row["place"], row["name"], row["parts"]) for row in columns if kept(row)},
        "indexes": {(row["place"], row["parts"]) for row in indexes if kept(row)},
    }


async def test_migrating_an_empty_database_gives_what_the_models_say(tmp_path: Path) -> None:
    async with fresh_url(tmp_path) as migrated_url, fresh_url(tmp_path) as generated_url:
        names = await migrate(migrated_url, data_dir=tmp_path)
        assert names[0].startswith("0001")
        assert await pending(migrated_url, data_dir=tmp_path) == []
        assert await migrate(migrated_url, data_dir=tmp_path) == []
        migrated = await Database.open(migrated_url, data_dir=tmp_path)
        generated = await Database.open(generated_url, data_dir=tmp_path)
        try:
            await generated.create_tables()
            with generated.use():
                await search.create(generated.client)
            assert await schema(migrated) == await schema(generated)
        finally:
            await migrated.close()
            await generated.close()


async def test_no_change_of_a_model_waits_for_a_migration() -> None:
    assert await make_migration("nothing_should_change") is None, "run: make migration NAME=what_changes"


def test_what_is_out_is_never_rewritten() -> None:
    """Where they were applied, a change in them would never arrive. A new one comes into `OUT` with its release."""
    now = {name: hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() for name in OUT}
    assert now == OUT


def test_each_migration_follows_the_one_before_it() -> None:
    """Two that follow the same one could be applied in either order: the later comer takes the next number."""
    names = sorted(path.stem for path in FOLDER.glob("[0-9]*.py"))
    follows = {name: import_module(f"{migrations.__name__}.{name}").Migration.dependencies for name in names[1:]}
    assert [int(name.partition("_")[0]) for name in names] == list(range(1, len(names) + 1))
    assert follows == {name: [("folkmoot", before)] for before, name in itertools.pairwise(names)}
