"""Who is behind what was said in the organisation's voice. Everything else knows only the voice."""

from tortoise import fields

from server.storage.model import Model
from server.storage.models.accounts import Account
from server.storage.models.posts import Post


class Authorship(Model):
    """The author of a confidential post; an anonymous one has no row. `queries/authorships.py` alone reads it.

    `account` is needed while the server itself brings answers to the author. `sealed` is for the same link encrypted to
    the keys of the guardians, who may open it for a reason that is logged; it stays empty until members can choose the
    mode, and `account` may be empty from then on.
    """

    post: fields.OneToOneRelation[Post] = fields.OneToOneField(
        "folkmoot.Post", related_name="authorship", primary_key=True
    )
    post_id: int
    account: fields.ForeignKeyNullableRelation[Account] = fields.ForeignKeyField(
        "folkmoot.Account", related_name="authorships", null=True, db_index=False
    )
    account_id: int | None
    sealed = fields.BinaryField(null=True)
    idempotency_key = fields.CharField(max_length=255, null=True)

    class Meta:
        table = "authorships"
        unique_together = (("account", "idempotency_key"),)
