"""The tables of the full-text search, which differ between the engines."""

from typing import Any

from tortoise import migrations
from tortoise.migrations import operations as ops

from server.storage import search


async def create(_apps: Any, editor: Any) -> None:
    await search.create(editor.client)


class Migration(migrations.Migration):
    dependencies = [("folkmoot", "0001_initial")]  # noqa: RUF012 -- the form Tortoise reads

    operations = [ops.RunPython(create)]  # noqa: RUF012 -- as above
