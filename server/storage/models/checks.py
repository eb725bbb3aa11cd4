"""Deciding together: consent and sense checks, endorsements, and proposals about the same barrier."""

from tortoise import fields

from server.storage.model import Model
from server.storage.models.accounts import Account
from server.storage.models.posts import Post


class Check(Model):
    """A poll that decides something. `method` is consent or sense, `state` open, passed or failed; `version` is the
    wording that was asked about."""

    post: fields.OneToOneRelation[Post] = fields.OneToOneField("folkmoot.Post", related_name="check", primary_key=True)
    post_id: int
    proposal_id = fields.BigIntField(db_index=True)
    method = fields.CharField(max_length=16)
    state = fields.CharField(max_length=16, db_default="open")
    version = fields.IntField(db_default=1)
    closed_at = fields.BigIntField(null=True)

    class Meta:
        table = "checks"


class Endorsement(Model):
    """An organisation backs a proposal. `mandate` says how it decided; `spoken_by` is the member who did it for a local
    one. `uri` is the id of its Like."""

    id: int = fields.BigIntField(primary_key=True, generated=False)
    uri = fields.CharField(max_length=2048, unique=True)
    proposal: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField(
        "folkmoot.Post", related_name="endorsements", db_index=True
    )
    proposal_id: int
    organisation: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "folkmoot.Account", related_name="endorsements", db_index=False
    )
    organisation_id: int
    mandate = fields.CharField(max_length=500, db_default="")
    authorised_by = fields.CharField(max_length=255, db_default="")
    version = fields.IntField(db_default=1)
    spoken_by = fields.BigIntField(null=True)
    created_at = fields.BigIntField()

    class Meta:
        table = "endorsements"
        unique_together = (("organisation", "proposal"),)


class SameBarrier(Model):
    """A reversible link between a proposal and another, known here or not: `said_here` and `said_there` hold which side
    says so. Both make it firm, and the counts are then shown together. Nothing is moved."""

    id: int = fields.BigIntField(primary_key=True, generated=False)
    proposal: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField(
        "folkmoot.Post", related_name="same_barriers", db_index=False
    )
    proposal_id: int
    other_uri = fields.CharField(max_length=2048, db_index=True)
    said_here = fields.BooleanField(db_default=False)
    said_there = fields.BooleanField(db_default=False)
    by_id = fields.BigIntField(null=True)
    created_at = fields.BigIntField()

    class Meta:
        table = "same_barriers"
        unique_together = (("proposal", "other_uri"),)
