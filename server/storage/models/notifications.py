"""What a member is told. Ids are a small rising sequence because clients read them as numbers."""

from tortoise import fields

from server.storage.model import Model
from server.storage.models.accounts import Account


class Notification(Model):
    """`key` makes each cause notify once: kind, who, what. `step_id` is the step of a proposal's timeline it tells
    of."""

    id: int = fields.BigIntField(primary_key=True, generated=True)
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "folkmoot.Account", related_name="notifications", db_index=False
    )
    account_id: int
    kind = fields.CharField(max_length=32)
    from_account_id = fields.BigIntField()
    post_id = fields.BigIntField(null=True, db_index=True)
    key = fields.CharField(max_length=255)
    step_id = fields.BigIntField(null=True)
    created_at = fields.BigIntField()
    dismissed = fields.BooleanField(db_default=False)

    class Meta:
        table = "notifications"
        indexes = (("account_id", "id"),)
        unique_together = (("account", "key"),)


class Marker(Model):
    """How far a member has read a timeline."""

    id: int = fields.BigIntField(primary_key=True, generated=False)
    account_id = fields.BigIntField()
    timeline = fields.CharField(max_length=32)
    last_read_id = fields.BigIntField()
    version = fields.IntField(db_default=1)
    updated_at = fields.BigIntField()

    class Meta:
        table = "markers"
        unique_together = (("account_id", "timeline"),)
