"""Who may quote what: the stamps we gave."""

from tortoise import fields

from server.storage.model import Model
from server.storage.models.posts import Post


class QuoteStamp(Model):
    """The permission of the author of `quoted`, one of ours, for the post at `quoting_uri` to quote it (FEP-044f).
    `account_id` asked for it; `revoked_at` is when it was taken back."""

    id: int = fields.BigIntField(primary_key=True, generated=False)
    quoted: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField(
        "folkmoot.Post", related_name="quote_stamps", db_index=False
    )
    quoted_id: int
    quoting_uri = fields.CharField(max_length=2048)
    account_id = fields.BigIntField()
    at = fields.BigIntField()
    revoked_at = fields.BigIntField(null=True)

    class Meta:
        table = "quote_stamps"
        unique_together = (("quoted", "quoting_uri"),)
