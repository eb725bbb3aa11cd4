"""Who can change a rule, and what they are asked."""

from tortoise import fields

from server.storage.model import Model
from server.storage.models.posts import Post


class Owner(Model):
    """A policy owner. `account_id` is their account where they have one, here or elsewhere; `email` is shown to
    stewards alone. The days are working days (`rules.clock.Limits`)."""

    id: int = fields.BigIntField(primary_key=True, generated=False)
    name = fields.CharField(max_length=255)
    name_key = fields.CharField(max_length=255, unique=True)
    account_id = fields.BigIntField(null=True, db_index=True)
    email = fields.CharField(max_length=320, db_default="")
    url = fields.CharField(max_length=2048, db_default="")
    acknowledge_days = fields.IntField(db_default=10)
    answer_days = fields.IntField(db_default=30)
    long_days = fields.IntField(db_default=60)
    created_at = fields.BigIntField()

    class Meta:
        table = "owners"


class Ask(Model):
    """The one thing asked of a policy owner. Prepared while `sent_at` is empty; after that the words stay. A proposal
    that is asked again has another. What is asked elsewhere is known from its proposal: `owner_uri` is then the
    owner's address and `owner_id` empty.

    `token_hash`: of the personal answer link, which needs no account.
    """

    id: int = fields.BigIntField(primary_key=True, generated=False)
    proposal: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField(
        "folkmoot.Post", related_name="asks", db_index=True
    )
    proposal_id: int
    owner: fields.ForeignKeyNullableRelation[Owner] = fields.ForeignKeyField(
        "folkmoot.Owner", related_name="asks", null=True, db_index=True
    )
    owner_id: int | None
    owner_name = fields.CharField(max_length=255, db_default="")
    owner_account_id = fields.BigIntField(null=True, db_index=True)
    verb = fields.CharField(max_length=16)
    source = fields.TextField(db_default="")
    content_html = fields.TextField(db_default="")
    by_date = fields.CharField(max_length=10, db_default="")
    version = fields.IntField(null=True)
    acknowledge_days = fields.IntField(db_default=10)
    answer_days = fields.IntField(db_default=30)
    long_days = fields.IntField(db_default=60)
    token_hash = fields.CharField(max_length=64, null=True, unique=True)
    prepared_by = fields.BigIntField(null=True)
    created_at = fields.BigIntField()
    sent_at = fields.BigIntField(null=True)
    acknowledged_at = fields.BigIntField(null=True)
    answered_at = fields.BigIntField(null=True)
    said_state = fields.CharField(max_length=16, db_default="")

    class Meta:
        table = "asks"
