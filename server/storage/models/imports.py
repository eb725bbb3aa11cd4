"""Lists that members bring with them from another server."""

from typing import Any

from tortoise import fields

from server.storage.model import Model


class Import(Model):
    """`entries` are worked through in order; `position` is how far. `missed` holds those that could not be had."""

    id: int = fields.BigIntField(primary_key=True, generated=False)
    member_id = fields.BigIntField(db_index=True)
    kind = fields.CharField(max_length=16)
    entries: fields.Field[list[dict[str, Any]]] = fields.JSONField(default=list)
    position = fields.IntField(db_default=0)
    missed: fields.Field[list[str]] = fields.JSONField(default=list)
    created_at = fields.BigIntField()

    class Meta:
        table = "imports"
