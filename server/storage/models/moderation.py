"""What stewards decided about posts and members, and appeals against it."""

from tortoise import fields

from server.storage.model import Model


class Decision(Model):
    """One decision. `account_id` is whom it concerns, `post_id` what, if it is about a post. `act` is one of
    `rules.moderation.Act`, `code` and `sentence` its reason. `by_id` is 0 where the instance, or its operator, decided.
    Decisions are only added, never changed."""

    id: int = fields.BigIntField(primary_key=True, generated=False)
    account_id = fields.BigIntField()
    post_id = fields.BigIntField(null=True)
    act = fields.CharField(max_length=16)
    code = fields.CharField(max_length=64, db_default="")
    sentence = fields.TextField(db_default="")
    by_id = fields.BigIntField()
    at = fields.BigIntField()

    class Meta:
        table = "decisions"
        indexes = (("account_id", "id"), ("post_id", "id"), ("act", "id"))


class Appeal(Model):
    """Whom a decision concerns disagrees with it; another steward than the first decides, once. `outcome` is empty,
    `uphold` or `undo`."""

    id: int = fields.BigIntField(primary_key=True, generated=False)
    decision: fields.OneToOneRelation[Decision] = fields.OneToOneField("folkmoot.Decision", related_name="appeal")
    decision_id: int
    text = fields.TextField(db_default="")
    outcome = fields.CharField(max_length=16, db_default="")
    note = fields.TextField(db_default="")
    decided_by = fields.BigIntField(null=True)
    decided_at = fields.BigIntField(null=True)
    created_at = fields.BigIntField()

    class Meta:
        table = "appeals"
