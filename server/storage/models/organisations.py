"""Organisations and the groups they host; and who spoke when several may speak for one account."""

from tortoise import fields

from server.storage.model import Model
from server.storage.models.accounts import Account
from server.storage.models.posts import Post


class Organisation(Model):
    """What an organisation of ours has beyond its account. `kind` is organisation or group (a small voluntary group
    without a server of its own); `mandate` says how it usually decides what it backs."""

    account: fields.OneToOneRelation[Account] = fields.OneToOneField(
        "folkmoot.Account", related_name="organisation", primary_key=True
    )
    account_id: int
    kind = fields.CharField(max_length=16, db_default="organisation")
    mandate = fields.CharField(max_length=500, db_default="")
    created_at = fields.BigIntField()

    class Meta:
        table = "organisations"


class Spoken(Model):
    """Which member wrote a post that stands under an organisation's name. For its stewards alone."""

    post: fields.OneToOneRelation[Post] = fields.OneToOneField("folkmoot.Post", related_name="spoken", primary_key=True)
    post_id: int
    account_id = fields.BigIntField(db_index=True)

    class Meta:
        table = "spoken"
