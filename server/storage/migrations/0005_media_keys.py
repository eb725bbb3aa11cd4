"""Pictures from elsewhere get an address that cannot be guessed; those that are known already, too. Files are looked up
by their path."""

from typing import Any

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

RANDOM = {"sqlite": "lower(hex(randomblob(16)))", "postgres": "replace(gen_random_uuid()::text, '-', '')"}


async def give_keys(_apps: Any, editor: Any) -> None:
    dialect = editor.client.capabilities.dialect
    await editor.client.execute_query(f"UPDATE media SET key = {RANDOM[dialect]} WHERE remote_url <> ''")


class Migration(migrations.Migration):
    dependencies = [("folkmoot", "0004_authorships")]

    operations = [
        ops.AddField(model_name="Media", name="key", field=fields.CharField(db_default="", max_length=32)),
        ops.RunPython(give_keys),
        ops.AddIndex(model_name="Media", index=Index(fields=["path"])),
        ops.AddIndex(model_name="Media", index=Index(fields=["small_path"])),
    ]
