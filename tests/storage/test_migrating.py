"""Migrations of a small app of the tests' own, over rows that must survive."""

import asyncio
import fcntl
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from server.storage import migrating, search, sql
from server.storage.database import CONNECTION, Database
from server.storage.migrating import migrate, pending
from server.storage.new_migration import make_migration
from tests.storage.databases import ENGINE, fresh_url

sqlite_only = pytest.mark.skipif(ENGINE != "sqlite", reason="about SQLite alone")

HEAD = """
from tortoise import fields
from tortoise.indexes import Index, PartialIndex
from tortoise.models import Model

class Parent(Model):
    id = fields.BigIntField(primary_key=True, generated=False)
    name = fields.CharField(max_length=255, unique=True)
    note = fields.CharField(max_length={length}{note})
    kind = fields.CharField(max_length=20{kind})
    state = fields.SmallIntField(default=0, db_default=0)
    class Meta:
        table = "parents"
        unique_together = (("kind", "state"),)
        indexes = (Index(fields=("kind", "name"), name="idx_kind_name"),
                   PartialIndex(fields=("note",), name="idx_open", condition={{"state": 0}}))

class Child(Model):
    id = fields.BigIntField(primary_key=True, generated=False)
    parent = fields.ForeignKeyField("small.Parent", on_delete=fields.OnDelete.CASCADE, db_index=True)
    class Meta:
        table = "children"
"""
FIRST = HEAD.format(length=255, note="", kind="")
SECOND = HEAD.format(length=64, note=', db_default=""', kind=", db_index=True")


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Path, dict[str, Any]]]:
    package = f"small_{tmp_path.name.replace('-', '_')}"
    (tmp_path / package / "migrations").mkdir(parents=True)
    for folder in (package, f"{package}/migrations"):
        (tmp_path / folder / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    apps = {
        "small": {
            "models": [f"{package}.models"],
            "migrations": f"{package}.migrations",
            "default_connection": CONNECTION,
        }
    }
    yield tmp_path / package, apps
    forget(package)


def forget(package: str) -> None:
    for name in [name for name in sys.modules if name.startswith(package)]:
        del sys.modules[name]


async def write_migration(app: tuple[Path, dict[str, Any]], models: str, name: str) -> Path | None:
    folder, apps = app
    (folder / "models.py").write_text(models)
    forget(folder.name)
    return await make_migration(name, apps=apps)


@pytest.fixture
async def url(tmp_path: Path) -> AsyncIterator[str]:
    async with fresh_url(tmp_path) as url:
        yield url


async def seed(database: Database) -> None:
    for number in (1, 2):
        await sql.execute(
            "INSERT INTO parents (id, name, note, kind, state) VALUES (?, ?, 'n', ?, 0)",
            [number, f"p{number}", f"k{number}"],
        )
        for child in (1, 2):
            await sql.execute("INSERT INTO children (id, parent_id) VALUES (?, ?)", [number * 10 + child, number])


async def indexes(database: Database) -> set[str]:
    if database.dialect == "postgres":
        return {
            row["indexname"] for row in await sql.rows("SELECT indexname FROM pg_indexes WHERE schemaname = 'public'")
        }
    return {row["name"] for row in await sql.rows("SELECT name FROM sqlite_master WHERE type IN ('index', 'trigger')")}


@pytest.mark.skipif(ENGINE != "sqlite", reason="migrations are written with SQLite")
async def test_a_migration_is_written_only_when_the_models_changed(app: tuple[Path, dict[str, Any]]) -> None:
    first = await write_migration(app, FIRST, "the beginning")
    assert first is not None
    assert first.name == "0001_the_beginning.py"
    assert await write_migration(app, FIRST, "nothing") is None
    second = await write_migration(app, SECOND, "shorter notes")
    assert second is not None
    assert second.name == "0002_shorter_notes.py"


@sqlite_only
@pytest.mark.parametrize(
    ("column", "said"),
    [
        ("size = fields.IntField()", "Parent.size is new: rows that are there need a value"),
        ("size = fields.IntField(default=0)", "Parent.size is new: rows that are there need a value"),
        (
            'other = fields.ForeignKeyField("small.Parent", null=True)',
            "Parent.other is a foreign key and needs an index",
        ),
    ],
)
async def test_a_migration_that_a_database_in_use_could_not_take_is_not_written(
    app: tuple[Path, dict[str, Any]], column: str, said: str
) -> None:
    await write_migration(app, FIRST, "first")
    with pytest.raises(Exception, match=said):
        await write_migration(app, FIRST.replace("    state =", f"    {column}\n    state ="), "second")
    assert not list((app[0] / "migrations").glob("0002*"))


@sqlite_only
async def test_the_next_migration_adds_to_a_database_that_holds_rows(
    app: tuple[Path, dict[str, Any]], url: str, tmp_path: Path
) -> None:
    _, apps = app
    await write_migration(app, FIRST, "first")
    await migrate(url, tmp_path, apps=apps)
    database = await Database.open(url, data_dir=tmp_path, apps=apps)
    with database.use():
        await seed(database)
    await database.close()
    more = FIRST.replace("    state =", "    size = fields.IntField(db_default=7)\n    state =") + (
        "\nclass Toy(Model):\n    id = fields.BigIntField(primary_key=True, generated=False)\n"
        '    child = fields.ForeignKeyField("small.Child", db_index=True)\n'
    )
    second = await write_migration(app, more, "add toys")
    assert second is not None
    assert second.name == "0002_add_toys.py"
    assert await migrate(url, tmp_path, apps=apps) == ["0002_add_toys"]
    database = await Database.open(url, data_dir=tmp_path, apps=apps)
    with database.use():
        assert [row["size"] for row in await sql.rows("SELECT size FROM parents")] == [7, 7]
        await sql.execute("INSERT INTO toy (id, child_id) VALUES (1, 11)")
    await database.close()


@sqlite_only
async def test_altering_a_parent_keeps_its_children_indexes_triggers_and_constraints(
    app: tuple[Path, dict[str, Any]], url: str, tmp_path: Path
) -> None:
    _, apps = app
    await write_migration(app, FIRST, "first")
    assert await pending(url, tmp_path, apps=apps) == ["0001_first"]
    assert await migrate(url, tmp_path, apps=apps) == ["0001_first"]
    assert not (tmp_path / "backups").exists(), "a new database needs no backup"
    database = await Database.open(url, data_dir=tmp_path, apps=apps)
    with database.use():
        await seed(database)
        await sql.execute("CREATE TRIGGER watch AFTER DELETE ON parents BEGIN DELETE FROM children WHERE id = 0; END")
        before = await indexes(database)
    await database.close()

    await write_migration(app, SECOND, "second")
    assert await migrate(url, tmp_path, apps=apps) == ["0002_second"]
    assert await migrate(url, tmp_path, apps=apps) == []
    assert await pending(url, tmp_path, apps=apps) == []

    assert len(list((tmp_path / "backups").iterdir())) == 1
    database = await Database.open(url, data_dir=tmp_path, apps=apps)
    with database.use():
        assert len(await sql.rows("SELECT id FROM parents")) == 2
        assert len(await sql.rows("SELECT id FROM children")) == 4
        after = await indexes(database)
        named = {name for name in before if not name.startswith("sqlite_autoindex")}
        assert named <= after
        kind = [name for name in after - before if name.startswith("idx_parents_kind")]
        assert kind, "the index asked for is there"
        insert = "INSERT INTO parents (id, name, note, kind, state) VALUES (?, ?, '', ?, 0)"
        for name, kind_of in (("p1", "new"), ("new", "k1")):
            with pytest.raises(Exception, match="UNIQUE"):
                await sql.execute(insert, [9, name, kind_of])
        assert await sql.execute("DELETE FROM parents WHERE id = ?", [1]) == 1
        assert len(await sql.rows("SELECT id FROM children")) == 2, "foreign keys are on again and cascade"
    await database.close()


@sqlite_only
async def test_a_migration_that_fails_changes_nothing(
    app: tuple[Path, dict[str, Any]], url: str, tmp_path: Path
) -> None:
    folder, apps = app
    await write_migration(app, FIRST, "first")
    await migrate(url, tmp_path, apps=apps)
    (folder / "migrations" / "0002_broken.py").write_text(
        "from tortoise import migrations\nfrom tortoise.migrations import operations as ops\n"
        "async def half(apps, editor):\n    await editor.client.execute_query('CREATE TABLE half (id INT)')\n"
        "    raise RuntimeError('half way')\n"
        "class Migration(migrations.Migration):\n    dependencies = [('small', '0001_first')]\n"
        "    operations = [ops.RunPython(half)]\n"
    )
    with pytest.raises(RuntimeError, match="half way"):
        await migrate(url, tmp_path, apps=apps)
    assert await pending(url, tmp_path, apps=apps) == ["0002_broken"]
    database = await Database.open(url, data_dir=tmp_path, apps=apps)
    with database.use():
        assert await sql.rows("SELECT name FROM sqlite_master WHERE name = 'half'") == []
    await database.close()


async def test_the_same_migrations_work_on_each_engine_and_can_create_the_search(
    app: tuple[Path, dict[str, Any]], url: str, tmp_path: Path
) -> None:
    folder, apps = app
    package = folder.name
    (folder / "models.py").write_text(FIRST)
    (folder / "migrations" / "0001_first.py").write_text(
        "from tortoise import fields, migrations\nfrom tortoise.migrations import operations as ops\n"
        "from server.storage import search\n"
        "async def create_search(apps, editor):\n    await search.create(editor.client)\n"
        "class Migration(migrations.Migration):\n    initial = True\n"
        "    fields = [('id', fields.BigIntField(primary_key=True, generated=False)),\n"
        "        ('name', fields.CharField(max_length=255, unique=True))]\n"
        "    options = {'table': 'parents', 'app': 'small', 'pk_attr': 'id'}\n"
        "    operations = [ops.CreateModel(name='Parent', fields=fields, options=options),"
        " ops.RunPython(create_search)]\n"
    )
    done = await asyncio.gather(*(migrate(url, tmp_path, apps=apps) for _ in range(2)))
    assert sorted(done) == [[], ["0001_first"]], f"{package}: only one of two migrated"
    database = await Database.open(url, data_dir=tmp_path, apps=apps)
    with database.use():
        await search.put(1, "rent", "cap")
        assert await search.find("rent", 5) == [1]
        assert len(await sql.rows("SELECT name FROM tortoise_migrations")) == 1
    await database.close()


@sqlite_only
async def test_migration_waits_for_the_lock_and_says_so_when_it_lasts(
    app: tuple[Path, dict[str, Any]], url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await write_migration(app, FIRST, "first")
    monkeypatch.setattr(migrating, "LOCK_SECONDS", 0.2)
    with (tmp_path / "migrate.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(Exception, match="Another process"):
            await migrate(url, tmp_path, apps=app[1])
    assert await migrate(url, tmp_path, apps=app[1]) == ["0001_first"]


@sqlite_only
async def test_only_the_newest_backups_are_kept(app: tuple[Path, dict[str, Any]], url: str, tmp_path: Path) -> None:
    folder, apps = app
    await write_migration(app, FIRST, "first")
    await migrate(url, tmp_path, apps=apps)
    for number in range(2, 9):
        before = "0001_first" if number == 2 else f"000{number - 1}_more"
        (folder / "migrations" / f"000{number}_more.py").write_text(
            "from tortoise import migrations\n"
            f"class Migration(migrations.Migration):\n    dependencies = [('small', '{before}')]\n    operations = []\n"
        )
        assert await migrate(url, tmp_path, apps=apps) == [f"000{number}_more"]
    assert len(list((tmp_path / "backups").iterdir())) == migrating.BACKUPS_KEPT
