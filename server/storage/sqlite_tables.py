"""Altering a SQLite table means making it anew. Tortoise 1.1 forgets the indexes, triggers and joint unique constraints
of the old one while it does; here they are put back."""

import sqlite3
from typing import Any

from tortoise.migrations.schema_editor import SqliteSchemaEditor
from tortoise.models import Model

AlteredFields = list[tuple[Any, Any]]


class SafeSqliteEditor(SqliteSchemaEditor):
    """Use it on a connection without foreign keys: dropping the old table would empty the tables that refer to it."""

    async def _run_sql(self, sql: str) -> None:
        # Tortoise cuts at every semicolon, also at those in the comment it makes from a docstring.
        if self.collect_sql:
            await super()._run_sql(sql)
            return
        statement = ""
        for piece in sql.split(";"):
            statement += piece + ";"
            if sqlite3.complete_statement(statement):
                if statement.strip() != ";":
                    await self.client.execute_query(statement)
                statement = ""

    async def _remake_table(
        self,
        model: type[Model],
        create_field: Any = None,
        delete_field: Any = None,
        alter_fields: AlteredFields | None = None,
    ) -> None:
        if self.collect_sql:
            await super()._remake_table(model, create_field, delete_field, alter_fields)
            return
        table = model._meta.db_table
        altered = alter_fields or []
        made = await self._made_by_statement(table)
        unique = await self._unique_columns(table)
        await super()._remake_table(model, create_field, delete_field, alter_fields)
        columns = {each["name"] for each in await self._ask(f'PRAGMA table_info("{table}")')}
        await self._restore_indexes(table, made, columns, altered)
        await self._restore_unique(table, unique, columns, altered)
        for old, new in altered:
            if new.index and not old.index and not new.unique and not new.pk:
                await self._run_sql(self._get_index_sql(model, [_column(new)], safe=False))

    async def _restore_indexes(
        self, table: str, made: list[dict[str, Any]], columns: set[str], altered: AlteredFields
    ) -> None:
        have = {each["name"] for each in await self._made_by_statement(table)}
        renamed = {_column(old): _column(new) for old, new in altered}
        unwanted = [[_column(old)] for old, new in altered if old.index and not new.index]
        for each in made:
            lost = any(renamed.get(name, name) not in columns for name in each["columns"])
            if each["name"] in have or each["columns"] in unwanted or lost:
                continue
            statement = each["sql"]
            for old, new in renamed.items():
                statement = statement.replace(f'"{old}"', f'"{new}"')
            await self.client.execute_query(statement)

    async def _restore_unique(
        self, table: str, before: list[list[str]], columns: set[str], altered: AlteredFields
    ) -> None:
        after = await self._unique_columns(table)
        freed = [[_column(new)] for old, new in altered if old.unique and not new.unique]
        renamed = {_column(old): _column(new) for old, new in altered}
        for names in before:
            now = [renamed.get(name, name) for name in names]
            if now not in after and now not in freed and columns.issuperset(now):
                name = "uid_" + "_".join([table, *now])
                listed = ", ".join(self.quote(column) for column in now)
                await self.client.execute_query(f'CREATE UNIQUE INDEX "{name}" ON "{table}" ({listed})')

    async def _made_by_statement(self, table: str) -> list[dict[str, Any]]:
        """Indexes and triggers that a statement of their own made, with the plain columns of each index."""
        found = await self._ask(
            "SELECT name, sql FROM sqlite_master"
            " WHERE tbl_name = ? AND type IN ('index', 'trigger') AND sql IS NOT NULL",
            [table],
        )
        return [{**each, "columns": await self._columns(each["name"])} for each in found]

    async def _unique_columns(self, table: str) -> list[list[str]]:
        """Columns of each unique constraint that stands within the table's own definition."""
        indexes = await self._ask(f'PRAGMA index_list("{table}")')
        return [await self._columns(each["name"]) for each in indexes if each["unique"] and each["origin"] == "u"]

    async def _columns(self, index: str) -> list[str]:
        return [each["name"] for each in await self._ask(f'PRAGMA index_info("{index}")') if each["name"]]

    async def _ask(self, query: str, values: list[Any] | None = None) -> list[dict[str, Any]]:
        return await self.client.execute_query_dict(query, values)


def _column(field: Any) -> str:
    name: str = field.source_field or field.model_field_name
    return name
