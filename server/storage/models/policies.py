"""The named rules that get in the way, which proposals cite them, and which are the same elsewhere."""

from tortoise import fields

from server.storage.model import Model
from server.storage.models.accounts import Account
from server.storage.models.asks import Owner
from server.storage.models.posts import Post


class Policy(Model):
    """A law, target, funding condition, contract term, form or habit. `account` is the organisation that named it.
    `owner_name` and `owner_uri` say who can change it where the owner is not one of ours."""

    id: int = fields.BigIntField(primary_key=True, generated=False)
    uri = fields.CharField(max_length=2048, unique=True)
    url = fields.CharField(max_length=2048, db_default="")
    local = fields.BooleanField(db_default=False)
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "folkmoot.Account", related_name="policies", db_index=True
    )
    account_id: int
    name = fields.CharField(max_length=255)
    name_key = fields.CharField(max_length=255, db_index=True)
    kind = fields.CharField(max_length=32, db_default="")
    language = fields.CharField(max_length=35, db_default="")
    owner: fields.ForeignKeyNullableRelation[Owner] = fields.ForeignKeyField(
        "folkmoot.Owner", related_name="policies", null=True, db_index=True
    )
    owner_id: int | None
    owner_name = fields.CharField(max_length=255, db_default="")
    owner_uri = fields.CharField(max_length=2048, db_default="")
    web_url = fields.CharField(max_length=2048, db_default="")
    source = fields.TextField(db_default="")
    content_html = fields.TextField(db_default="")
    easy_source = fields.TextField(db_default="")
    easy_html = fields.TextField(db_default="")
    explained_source = fields.TextField(db_default="")
    explained_html = fields.TextField(db_default="")
    version = fields.IntField(db_default=1)
    created_at = fields.BigIntField()
    updated_at = fields.BigIntField()
    deleted_at = fields.BigIntField(null=True)

    class Meta:
        table = "policies"


class Citation(Model):
    """That a proposal names a policy as what gets in the way."""

    id: int = fields.BigIntField(primary_key=True, generated=False)
    policy: fields.ForeignKeyRelation[Policy] = fields.ForeignKeyField(
        "folkmoot.Policy", related_name="citations", db_index=False
    )
    policy_id: int
    proposal: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField(
        "folkmoot.Post", related_name="citations", db_index=True
    )
    proposal_id: int

    class Meta:
        table = "citations"
        unique_together = (("policy", "proposal"),)


class SamePolicy(Model):
    """That two policies are one, as one instance says; they count as one where both do."""

    id: int = fields.BigIntField(primary_key=True, generated=False)
    policy: fields.ForeignKeyRelation[Policy] = fields.ForeignKeyField(
        "folkmoot.Policy", related_name="same", db_index=False
    )
    policy_id: int
    other_uri = fields.CharField(max_length=2048, db_index=True)
    created_at = fields.BigIntField()

    class Meta:
        table = "same_policies"
        unique_together = (("policy", "other_uri"),)
