"""Appeals against what stewards decided."""

from tortoise import fields

from server.storage.model import Model
from server.storage.models.posts import Post


class Appeal(Model):
    """Somebody disagrees with a removal or a hold; another steward than the first decides. `outcome` is empty, kept or
    undone."""

    id: int = fields.BigIntField(primary_key=True, generated=False)
    post: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField(
        "folkmoot.Post", related_name="appeals", db_index=True
    )
    post_id: int
    account_id = fields.BigIntField(db_index=True)
    against_id = fields.BigIntField()
    text = fields.TextField(db_default="")
    outcome = fields.CharField(max_length=16, db_default="")
    note = fields.TextField(db_default="")
    decided_by = fields.BigIntField(null=True)
    decided_at = fields.BigIntField(null=True)
    created_at = fields.BigIntField()

    class Meta:
        table = "appeals"
